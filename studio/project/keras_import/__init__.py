"""Models that Keras saved, opened as drawings: `model.to_json()` and the configuration inside a `.keras` file.

They are read as data, without Keras: nothing in them is run, and no object is made by name. What the catalogue does not
know becomes a node that says so and keeps what came.
"""
