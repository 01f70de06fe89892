"""The data of the project: its source, its features and what the first examples look like."""
