"""What Keras says to a case: worked out symbolically, without allocating weights, and, where asked, by a real call."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

sys.modules["sklearn"] = None  # type: ignore[assignment]  # Keras imports it for a wrapper, which takes a second
import keras  # noqa: E402
from keras.src import backend, tree  # noqa: E402
from keras.src.backend.common import global_state  # noqa: E402

from studio.catalog.declaration import Kind, Nest, Param, Recipe  # noqa: E402
from studio.catalog.forms import Entries, EntryKind, Number, Object, Objects, Rate, Role  # noqa: E402
from studio.catalog.operations.shaping import read_key  # noqa: E402
from studio.catalog.registry import KINDS, LAYERS, in_role  # noqa: E402
from studio.core.tensors import TensorSpec  # noqa: E402
from studio.core.values import Inner, Params, Value  # noqa: E402
from tests.parity.drawing import Case  # noqa: E402

del sys.modules["sklearn"]

if find_spec("scipy") is None:  # spectrograms ask it for a window, on which no shape depends
    windows = SimpleNamespace(get_window=lambda window, length, fftbins=True: [1.0] * length)
    sys.modules["scipy"] = SimpleNamespace(signal=windows)  # type: ignore[assignment]

OURS = {"Input": ("feature",)}
"""Params that Keras knows nothing of."""

STATEFUL = "'stateful': True"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes out and what the layer holds; or why Keras refuses."""

    outputs: tuple[TensorSpec, ...] = ()
    weights: tuple[tuple[str, tuple[int, ...], bool, str], ...] = ()
    refusal: str | None = None


def keras_class(path: str) -> Any:
    """The object that a public name stands for."""
    return reduce(getattr, path.split(".")[1:], keras)


def made(kind: Kind | Recipe, params: Params) -> Any:
    """The Keras object of a kind or recipe with these params; for an operation, what calls it with the tensors."""
    if isinstance(kind, Kind) and kind.is_operation:
        return Function(kind, params)
    values = {name: _keras_value(kind.declared[name], value) for name, value in params.items()}
    return keras_class(kind.path)(**values)


class Function:
    """A function of keras.ops with its params; called with a tensor or None for each port."""

    weights: tuple[Any, ...] = ()
    trainable_weights: tuple[Any, ...] = ()
    _call_has_training_arg = False

    def __init__(self, kind: Kind, params: Params) -> None:
        self.kind = kind
        self.params = params

    def __call__(self, *tensors: Any) -> Any:
        """The call as a program writes it. Raises TypeError where a side has neither a tensor nor a number."""
        rest = dict(self.params)
        if self.kind.name == "ops.get_item":
            key = read_key(rest["key"])
            return tensors[0][tuple(... if part == "..." else part for part in key)]
        if self.kind.name == "ops.einsum":
            return keras.ops.einsum(rest["subscripts"], *tensors[0])
        sides = []
        for port, tensor in zip(self.kind.inputs, tensors, strict=True):
            number = rest.pop(port.name, None)
            if tensor is None and number is None:
                raise TypeError(f"{port.name} must be a tensor or a number")
            sides.append(number if tensor is None else tensor)
        if all(isinstance(side, (int, float)) for side in sides):
            raise TypeError("one side must be a tensor")
        return keras_class(self.kind.path)(*sides, **rest)


def _keras_value(param: Param, value: Value) -> Any:
    if isinstance(value, tuple) and isinstance(param.form, Objects):
        return [_inner(param.form.role, item) for item in value]
    if isinstance(param.form, Object):
        return _inner(param.form.role, value)
    if isinstance(param.form, Rate):
        return _inner(Role.SCHEDULE, value)
    if isinstance(param.form, Entries) and isinstance(value, tuple):
        return [_real(item) if param.form.of is EntryKind.NUMBER else item for item in value]
    return _real(value) if isinstance(param.form, Number) else value


def _real(value: Value) -> Value:
    return float(value) if type(value) is int else value


def _inner(role: Role, value: Value) -> Any:
    if not isinstance(value, Inner):
        return value
    return made(in_role(role, value.kind), value.params)


def ask(case: Case) -> Answer:
    """Keras's own symbolic answer, with no weight memory."""
    kind = KINDS[case.kind]
    if kind.name == "Input":
        return _ask_input(case)
    with quiet():
        try:
            if STATEFUL in repr(case.params):  # its states are variables, which a stateless scope cannot hold
                return _called(kind, replace(case, params=_from_zeros(kind, case.params)))
            with keras.StatelessScope(initialize_variables=False):
                return _called(kind, case)
        except Exception as error:
            return Answer(refusal=f"{type(error).__name__}: {error}".split("\n")[0])
        finally:
            global_state.set_global_attribute("uninitialized_variables", [])


def _from_zeros(made: Kind | Recipe, params: Params) -> dict[str, Value]:
    """The params with every weight at zero: the symbolic answer never asks an initializer, so none may fail here."""
    zeros: dict[str, Value] = {name: "zeros" for name in made.declared if name.endswith("_initializer")}
    inner: dict[str, Value] = {}
    for name, value in params.items():
        match made.declared[name].form:
            case Object(role) | Objects(role) if role in LAYERS:
                inner[name] = _zeros_inside(role, value)
    return {**params, **zeros, **inner}


def _zeros_inside(role: Role, value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(_zeros_inside(role, item) for item in value)
    return (
        Inner(value.kind, _from_zeros(in_role(role, value.kind), value.params)) if isinstance(value, Inner) else value
    )


def _called(kind: Kind, case: Case) -> Answer:
    layer = made(kind, case.params)
    args, kwargs = arguments(kind, case.params, [symbolic(spec) for spec in case.wired])
    return Answer(specs_of(layer(*args, **kwargs, **case.call)), weights_of(layer))


def _ask_input(case: Case) -> Answer:
    params = {name: value for name, value in case.params.items() if name not in OURS["Input"]}
    try:
        return Answer(specs_of(keras.Input(**params)))
    except Exception as error:
        return Answer(refusal=str(error))


@contextmanager
def quiet() -> Iterator[None]:
    """Keras warns about much that is drawn at random."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def symbolic(wired: Any) -> Any:
    """A KerasTensor for a spec, with its mask; nested as the specs are."""
    if wired is None or wired == ():
        return None
    if not isinstance(wired, TensorSpec):
        return [symbolic(spec) for spec in wired]
    tensor = keras.KerasTensor(wired.shape, wired.dtype)
    if wired.masked:
        backend.set_keras_mask(tensor, keras.KerasTensor(wired.shape[:-1], "bool"))
    return tensor


def arguments(kind: Kind, params: Params, tensors: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """The tensors as the call's arguments, by what the ports say."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    gathered: dict[str, list[Any]] = {}
    for port, tensor in zip(kind.inputs, tensors, strict=True):
        if port.gathered:
            gathered.setdefault(port.argument, []).append(tensor)
        elif not port.argument:
            args.append(tensor)
        elif tensor is not None:
            kwargs[port.argument] = _nested(kind.nested(kind.settings(params)), tensor) if port.many else tensor
    for name, together in gathered.items():
        while not name and together[-1] is None:
            together.pop()
        if not name:
            args.append(together)
        elif any(tensor is not None for tensor in together):
            kwargs[name] = together
    return args, kwargs


def _nested(nest: Nest, tensors: list[Any]) -> list[Any]:
    """The tensors as the names are nested; as they are where none are."""
    rest = iter(tensors)

    def placed(nest: Nest) -> list[Any]:
        return [next(rest) if isinstance(item, str) else placed(item) for item in nest]

    return placed(nest) if nest else tensors


def whether_masked(specs: Iterable[TensorSpec | None]) -> tuple[TensorSpec, ...]:
    """Specs that say whether there is a mask, and not how wide one that was wired is. All of them must be known."""
    return tuple(spec._replace(masked=bool(spec.masked)) for spec in specs if spec is not None)


def specs_of(outputs: Any) -> tuple[TensorSpec, ...]:
    """Shape, dtype and mask of each symbolic tensor."""
    return tuple(
        TensorSpec(tuple(x.shape), backend.standardize_dtype(x.dtype), backend.get_keras_mask(x) is not None)
        for x in tree.flatten(outputs)
    )


def weights_of(layer: Any) -> tuple[tuple[str, tuple[int, ...], bool, str], ...]:
    """Name, shape, trainable and dtype of each weight."""
    trainable = {id(weight) for weight in layer.trainable_weights}
    return tuple(
        (w.name, tuple(w.shape), id(w) in trainable, backend.standardize_dtype(w.dtype)) for w in layer.weights
    )
