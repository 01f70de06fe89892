"""What can be made: one declaration per layer, loss, metric, optimizer and other Keras object.

Everything about a kind stands in one place: Keras path, title, family, params, ports, the rule for shapes, weights and
cost. The palette, the inspector, the program and analysis all read it from here. Pure Python: must not know Keras
(parity with it is proved by tests), Qt, or any document.
"""
