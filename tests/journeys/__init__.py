"""What the README promises, kept by the real window and the real engine."""
