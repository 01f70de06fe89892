"""The window: shell, canvas, palette, inspector, problems, training, code, data and runs.

The only importer of Qt. Panels take their models in the constructor, do not import each other, and never remember
what they could look up. Must not know Keras.
"""
