"""Which layers use a mask, as their `call` in the installed Keras says."""

from __future__ import annotations

import inspect

from studio.analysis.masks import USING
from studio.catalog.registry import KINDS
from tests.parity.oracle import keras_class

NO_LAYERS = frozenset({"Output"})
OF_ATTENTION = frozenset({"attention_mask"})
"""Given by a wire, not carried by a tensor."""


def _takes_a_mask(call: object) -> bool:
    names = set(inspect.signature(call).parameters) - OF_ATTENTION  # type: ignore[arg-type]  # a method of Keras's
    return any(name == "mask" or name.endswith("_mask") for name in names)


def test_the_kinds_that_use_a_mask_are_those_whose_call_takes_one() -> None:
    layers = {name: keras_class(kind.path) for name, kind in KINDS.items() if kind.path.startswith("keras.layers.")}
    expected = {name for name, made in layers.items() if _takes_a_mask(made.call)}
    assert {name for name in USING - NO_LAYERS if name in layers} == expected
