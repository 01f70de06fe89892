"""Where examples come from: sources, their columns and arrays, and a quick look at a file without an engine.

Reads the bundled samples, NPZ and CSV files in bounded readers, never pickles. Must not know TensorFlow, Keras or Qt:
what is needed to train is read again by the program itself, in the engine.
"""
