"""Layers that run code from outside of Keras. They are declared, so that a drawing can show them, and refused.

Source: keras.layers.TFSMLayer.
"""

from __future__ import annotations

from studio.catalog.arguments import COMMON
from studio.catalog.declaration import Family, Kind, Param, ShapeError
from studio.catalog.forms import Text
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec


def _refused(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    raise ShapeError(
        "kind.foreign",
        "TFSMLayer runs a TensorFlow SavedModel, a folder of code that may do anything on this computer; Keras opens "
        "none in its safe mode, and the studio does not either. Rebuild the model from Keras layers, or call it in a "
        "Custom layer of your own.",
    )


KINDS = (
    Kind(
        "TFSMLayer",
        "keras.layers.TFSMLayer",
        "TensorFlow SavedModel",
        Family.CORE,
        "A whole TensorFlow model from a folder, as one layer. The studio shows it and does not run it.",
        _refused,
        params=(
            Param("filepath", Text(), help="The folder of the SavedModel.", start="model"),
            Param("call_endpoint", Text(), "serve", "The name of what is called."),
            Param("call_training_endpoint", Text(optional=True), None, "What is called in training.", True),
            *COMMON,
        ),
        headline=("filepath",),
    ),
)
