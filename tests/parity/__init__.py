"""Proof that the catalogue says what the installed Keras does: the same cases put to both."""
