"""The same studio without a window: check, train, export and info.

Turns arguments into calls of `session` and its answers into text or JSON. Imports neither Qt nor Keras.
"""
