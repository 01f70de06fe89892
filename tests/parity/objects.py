"""Puts optimizers, losses, metrics and their like to Keras: made with drawn params, asked what they hold, used once.

The studio and Keras must agree on whether the params are taken; what the program writes must make the same object.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

import numpy as np

from studio.catalog.declaration import Recipe
from studio.catalog.forms import Role
from studio.catalog.registry import RECIPES, refused
from studio.core.values import Inner, Params, Value
from studio.program.layout import flat
from studio.program.literals import keras_object
from tests.parity.comparing import Report
from tests.parity.completeness import HOMES
from tests.parity.drawing import draw_params
from tests.parity.oracle import keras, made, quiet

OBJECTS = tuple(dict.fromkeys(recipe for recipe in RECIPES.values() if recipe.path))
"""Everything that Keras makes an object or has a function of; the rest are texts only."""

LOST = {
    ("Identity", "gain"): "Keras leaves it out of the configuration and keeps it under no name",
    ("AUC", "thresholds"): "Keras adds the two ends to them",
    ("AUC", "num_thresholds"): "Keras counts the thresholds that are given",
    ("EarlyStopping", "min_delta"): "Keras keeps it with the sign of its mode",
}
"""Params that an object does not tell as they were given, and why."""
ROWS, CLASSES = 6, 9
BY_NUMBER = ("Circle", "CategoricalGeneralizedCrossEntropy")
"""Losses for labels that are numbers of classes, beside those that say so in their names."""


def compare_objects(cases: int, seed: str) -> Report:
    """Put so many sets of params for every object to both, the same ones for the same seed."""
    rng = random.Random(seed)
    report = Report()
    for recipe in OBJECTS:
        for _ in range(cases if recipe.params else 1):
            params = draw_params(recipe.params, rng)
            accepted, wrong = _compare(recipe, params)
            report.cases += 1
            report.accepted += accepted
            report.disagreements += [f"{wrong}\n  {recipe.role} {recipe.name} {params}"] if wrong else []
    return report


def _compare(recipe: Recipe, params: Params) -> tuple[bool, str]:
    """Whether Keras takes the params, and what the two do not agree on, or nothing."""
    ours = refused(recipe, params)
    try:
        with quiet():
            theirs = _object(recipe, params)
            _use(recipe, params, theirs)
    except Exception as error:
        return False, "" if ours else f"Keras refuses: {error}"
    if ours:
        return True, f"the studio refuses: {ours}"
    written = _written(recipe, params)
    return True, "; ".join((*_told(recipe, params, theirs), *_different(recipe, theirs, written)))


def _object(recipe: Recipe, params: Params) -> Any:
    return _of_text(recipe.role, recipe.name) if _is_function(recipe) else made(recipe, params)


def _is_function(recipe: Recipe) -> bool:
    return recipe.role is Role.ACTIVATION and recipe.short is not None


def _written(recipe: Recipe, params: Params) -> Any:
    """What the program's own text makes."""
    value = eval(flat(keras_object(recipe.name, params, recipe.role)), {"keras": keras, "layers": keras.layers})
    return _of_text(recipe.role, value) if isinstance(value, str) else value


def _of_text(role: Role, text: str) -> Any:
    return HOMES[role].get(text)


def _told(recipe: Recipe, params: Params, theirs: Any) -> Iterator[str]:
    """What the object tells of itself otherwise than the studio thinks."""
    held = _held(theirs)
    for name, wanted in recipe.settings(params).values.items():
        if (recipe.name, name) in LOST or name not in held or name in ("seed", "dtype") or _is_object(wanted):
            continue
        if _plain(held[name]) != _plain(wanted):
            yield f"{name} is {held[name]!r} in Keras and {wanted!r} here"


def _different(recipe: Recipe, theirs: Any, written: Any) -> Iterator[str]:
    if inspect.isfunction(written):  # so Keras keeps a loss that it is given by name, with its defaults
        return
    one, other = _held(theirs), _held(written)
    for name in recipe.declared:
        if name in one and name != "seed" and repr(_plain(one[name])) != repr(_plain(other.get(name))):
            yield f"the program writes {name} so that Keras has {other.get(name)!r}, not {one[name]!r}"


def _held(made_object: Any) -> Mapping[str, Any]:
    """What an object says of itself: its configuration, what it hands on to a function, its attributes."""
    config = made_object.get_config() if hasattr(made_object, "get_config") else {}
    return {**getattr(made_object, "__dict__", {}), **getattr(made_object, "_fn_kwargs", {}), **config}


def _is_object(value: Value) -> bool:
    return isinstance(value, Inner)


def _plain(value: Any) -> Any:
    """A value without what does not count: lists are tuples, numbers have six digits."""
    if keras.ops.is_tensor(value):
        return _plain(keras.ops.convert_to_numpy(value).tolist())
    if isinstance(value, (list, tuple)):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items() if name != "seed"}
    if isinstance(value, (bool, np.bool_)) or value is None or isinstance(value, str):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return repr(type(value))
    return float(f"{number:.6g}")


def _use(recipe: Recipe, params: Params, theirs: Any) -> None:
    """Do with it what training does, on a few numbers. Raises what Keras raises."""
    square = keras.ops.convert_to_tensor(np.linspace(0.1, 0.9, 9, dtype="float32").reshape(3, 3))
    match recipe.role:
        case Role.ACTIVATION | Role.REGULARIZER | Role.CONSTRAINT:
            if _has_axes(params, 2):
                theirs(square)
        case Role.INITIALIZER:
            if _has_axes(params, 2):
                theirs((3, 3), dtype="float32")
        case Role.OPTIMIZER:
            weight = keras.Variable(square)
            theirs.build([weight])
            theirs.apply([square], [weight])
        case Role.SCHEDULE:
            for step in (0, 1, 5000):
                theirs(step)
        case Role.LOSS:
            if _fits(recipe, params):
                theirs(*_labels_and_predictions(recipe, params))
        case Role.METRIC:
            if _fits(recipe, params):
                theirs.update_state(*_labels_and_predictions(recipe, params))
                theirs.result()
        case Role.CALLBACK:
            theirs.set_params({"epochs": 1})
        case Role.LAYER | Role.RECURRENT_LAYER | Role.CELL:
            raise AssertionError(recipe.name)
        case _:
            assert_never(recipe.role)


def _fits(recipe: Recipe, params: Params) -> bool:
    """Whether the labels and predictions here tell whether a loss or metric with these params works at all."""
    axis = params.get("axis")
    takes_last = recipe.name.startswith("Sparse") or (
        recipe.name == "CategoricalCrossentropy" and params.get("from_logits")
    )
    last_only = takes_last and isinstance(axis, int) and axis < 0
    return bool(last_only) or "num_classes" in params or _has_axes(params, 2)


def _has_axes(params: Params, rank: int) -> bool:
    """Whether a tensor of this rank has all the axes that the params name, and each is named once."""
    named = [params.get(name) for name in ("axis", "input_axes", "output_axes")]
    axes = [axis for value in named for axis in (value if isinstance(value, tuple) else (value,))]
    several = params.get("axis")
    once = not isinstance(several, tuple) or len({int(str(axis)) % rank for axis in several}) == len(several)
    return once and all(axis is None or (isinstance(axis, int) and -rank <= axis < rank) for axis in axes)


def _labels_and_predictions(recipe: Recipe, params: Params) -> tuple[Any, Any]:
    """Labels and predictions of the sort that a loss or metric is for."""
    rng = np.random.default_rng(1)
    width = params.get("num_labels") or len(_weights(params)) or CLASSES
    assert isinstance(width, int)
    predicted = rng.uniform(0.05, 0.95, (ROWS, width)).astype("float32")
    predicted /= predicted.sum(axis=1, keepdims=True)
    classes = rng.integers(0, width, ROWS)
    hot = np.eye(width, dtype="float32")[classes]
    count = params.get("num_classes")
    if isinstance(count, int) or recipe.name == "BinaryIoU":
        return _masks(recipe, params, count if isinstance(count, int) else 2, rng)
    if recipe.name == "CTC":
        return np.array([[1, 2], [2, 1]]), rng.uniform(size=(2, 7, CLASSES)).astype("float32")
    if recipe.name.startswith("Sparse") or recipe.name in BY_NUMBER:
        return classes, predicted
    return (predicted > 0.5) if recipe.name == "Accuracy" else hot, predicted


def _weights(params: Params) -> tuple[Value, ...]:
    weights = params.get("label_weights")
    return weights if isinstance(weights, tuple) and params.get("multi_label") else ()


def _masks(recipe: Recipe, params: Params, count: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Class numbers or one-hot vectors, as the metric is told."""
    labels, guesses = rng.integers(0, count, ROWS), rng.integers(0, count, ROWS)
    settings = recipe.settings(params).values
    hot = recipe.name.startswith("OneHot")
    sparse_true = settings.get("sparse_y_true", not hot)
    sparse_pred = settings.get("sparse_y_pred", not hot)
    one = np.eye(count, dtype="float32")
    along = 0 if settings.get("axis") in (0, -2) else -1
    return tuple(
        numbers if sparse else np.moveaxis(one[numbers], -1, along)
        for numbers, sparse in ((labels, sparse_true), (guesses, sparse_pred))
    )  # type: ignore[return-value]
