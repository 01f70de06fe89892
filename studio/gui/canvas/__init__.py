"""The drawing: nodes, wires and frames as graphics items, and the mouse tools that edit them."""
