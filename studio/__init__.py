"""Layer Studio: draw a Keras model, check it as you draw, train it while you watch, take the Python home."""

__version__ = "0.1.0"
