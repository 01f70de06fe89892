"""The dashboard of a run: progress, live curves, and the settings of training."""
