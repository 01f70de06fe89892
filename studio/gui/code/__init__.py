"""The Python of the drawing, highlighted, following the selection both ways."""
