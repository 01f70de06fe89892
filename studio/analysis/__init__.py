"""What follows from the drawing: order, shapes, counts, cost, and the problems with their fixes.

Listens to a document and re-infers only what is downstream of a change. The home of networkx. Never raises on a
drawing, however wrong: what is wrong becomes a `Problem`. Must not know Qt, Keras, files or the engine.
"""
