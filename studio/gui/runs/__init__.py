"""The runs of a project: what each reached, and a way back to it."""
