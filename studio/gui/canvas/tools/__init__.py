"""The mouse tools, one file each: a press becomes a gesture, which moves, and is finished or canceled."""
