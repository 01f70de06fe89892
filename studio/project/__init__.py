"""The project on disk: the `.layers` format, its limits, migrations and atomic saving.

Reads foreign files as data, within limits, and never runs anything. Must not know Qt, Keras or the engine.
"""
