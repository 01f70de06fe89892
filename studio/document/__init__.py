"""What the user made: the graph, the data choice, the training choice, and how each of them changes.

A document is plain Python with one mutator, `Document.apply`. Every change is a frozen value that knows its inverse;
undo, the dirty flag, analysis and the canvas all hang on one signal. This package must not know Qt, Keras, networkx
or what a kind of node means: it refuses only what would corrupt it, and leaves right and wrong to `analysis`.
"""
