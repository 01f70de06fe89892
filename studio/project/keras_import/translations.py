"""Private layers of keras.applications, in public ones that do the same with the same weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.values import Inner, Value
from studio.project.keras_import.calls import Called, LayerEntry

FUNCTIONS = {"Absolute": "abs"}
"""Operations whose class has another name than the function."""
LETTERS = "abdefgh"


@dataclass(frozen=True, slots=True)
class Step:
    """A node in place of the layer, or of a part of it.

    `wires` lead to its ports: a number is a tensor that arrives at the layer, a text the number of an earlier step.
    """

    kind: str
    params: Mapping[str, Value]
    wires: tuple[tuple[str, int | str], ...]
    suffix: str = ""


def translated(entry: LayerEntry, called: Called) -> tuple[Step, ...] | None:
    """The steps of a layer that is translated; None for every other one."""
    match entry.layer.module, entry.layer.class_name:
        case "keras.src.applications.convnext", "LayerScale":
            return _layer_scale(entry, called)
        case "keras.src.applications.inception_resnet_v2", "CustomScaleLayer":
            return _scaled_sum(entry)
        case _:
            return None


def _layer_scale(entry: LayerEntry, called: Called) -> tuple[Step, ...] | None:
    """x · gamma, one gamma for each channel. Source: keras.src.applications.convnext.LayerScale."""
    config, shape = entry.layer.config, called.first_shape
    channels, start = config.get("projection_dim"), config.get("init_values")
    if shape is None or not isinstance(channels, int) or not isinstance(start, (int, float)):
        return None
    axes = LETTERS[: len(shape) - 1]
    params: dict[str, Value] = {
        "equation": f"{axes}c,c->{axes}c",
        "output_shape": (*shape[1:-1], channels),
        "kernel_initializer": Inner("Constant", {"value": float(start)}),
    }
    return (Step("EinsumDense", params, (("input", 0),)),)


def _scaled_sum(entry: LayerEntry) -> tuple[Step, ...] | None:
    """x0 + x1 · scale. Source: keras.src.applications.inception_resnet_v2.CustomScaleLayer."""
    scale = entry.layer.config.get("scale")
    if not isinstance(scale, (int, float)):
        return None
    return (
        Step("ops.multiply", {"x2": float(scale)}, (("x1", 1),), "scaled"),
        Step("ops.add", {}, (("x1", 0), ("x2", "0"))),
    )


def snake(class_name: str) -> str:
    """A class's name as Keras makes the name of its calls. Source: keras.src.utils.naming.to_snake_case."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
