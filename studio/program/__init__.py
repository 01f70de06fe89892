"""The Python that the drawing stands for: document -> ordered plan -> text with a line -> node map.

What this package writes is what trains and what the user takes home; there is no second way to build a model.
Must not know Qt, Keras or analysis: a plan needs only the document and the catalogue.
"""
