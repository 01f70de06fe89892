"""What can be wrong with a drawing, one concern per module; every check gives Problems and never raises."""
