"""The selected node: a form made of its kind's params, its shapes, weights and problems."""
