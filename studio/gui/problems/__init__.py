"""The list of problems: a click goes to the node, a fix is one click."""
