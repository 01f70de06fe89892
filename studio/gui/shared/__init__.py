"""What panels share: theme, icons, selection, small widgets. Knows no panel."""
