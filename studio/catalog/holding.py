"""Kinds inside of params, a wrapper's layer, a recurrent layer's cell: finding them, their weights, their refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from studio.catalog.checks import clash
from studio.catalog.declaration import Kind, ShapeError, Weight
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Params, Value

Refused: TypeAlias = Callable[[Kind, Params], Mapping[str, str]]
"""What is wanted in place of each param of a kind that does not fit."""

ALL_INSIDE = frozenset(
    {
        *("Bidirectional", "TimeDistributed", "SpectralNormalization", "RNN", "StackedRNNCells"),
        *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
    }
)
"""Layers whose trainable weights are all in a layer or cell that they hold: inside of another one, they freeze nothing,
since Keras asks the outermost layer's `trainable` and, when weights are made, that of the layer that makes them."""


class Held(NamedTuple):
    """A layer or cell inside another one: its kind and its settings."""

    kind: Kind
    settings: Settings

    def beside(self, mask: TensorSpec | None = None) -> tuple[TensorSpec | tuple[()] | None, ...]:
        """What arrives at its ports after the first: the mask where it takes one, nothing elsewhere."""
        return tuple(mask if port.name == "mask" else () if port.many else None for port in self.kind.inputs[1:])

    def within(self, **changed: Value) -> Held:
        """The same with other settings."""
        return Held(self.kind, Settings({**self.settings.values, **changed}))


class Holder:
    """Resolves what the params of the layer `name` hold, among `kinds`."""

    def __init__(self, name: str, kinds: Mapping[str, Kind], refused: Refused) -> None:
        self._name = name
        self._kinds = kinds
        self._refused = refused

    def held(self, p: Settings, param: str) -> Held | None:
        """What a param holds, None if it holds nothing. Raises ShapeError for what does not fit."""
        inner = p.inner(param)
        return None if inner is None else self._checked(param, inner)

    def each_held(self, p: Settings, param: str) -> Iterator[Held]:
        """What a param holds that is a list. Raises ShapeError for what does not fit."""
        value = p[param]
        for inner in value if isinstance(value, tuple) else ():
            if isinstance(inner, Inner):
                yield self._checked(param, inner)

    def glimpse(self, value: Value | None) -> Held | None:
        """What a value is, unchecked: for ports, which a node has also while its settings are wrong."""
        kind = self._kinds.get(value.kind) if isinstance(value, Inner) else None
        return Held(kind, kind.settings(value.params)) if kind is not None and isinstance(value, Inner) else None

    def _checked(self, param: str, inner: Inner) -> Held:
        kind = self._kinds.get(inner.kind)
        if kind is None:
            raise clash(self._name, param, f"{inner.kind} cannot stand inside. Choose another one.")
        wrong = self._refused(kind, inner.params)
        if wrong:
            name, wanted = next(iter(wrong.items()))
            raise clash(self._name, param, f"the {kind.name} inside wants {wanted} as {name}. Set it.")
        return Held(kind, kind.settings(inner.params))


def shown_outside(name: str, error: ShapeError, param: str = "layer") -> ShapeError:
    """A refusal of what is inside as the holder's own: its settings are all in the holder's `param`."""
    return ShapeError(
        error.code,
        f"Inside of {name}: {error.text}",
        port=error.port,
        slot=error.slot,
        param=param if error.param else None,
        wants=error.wants,
    )


def held_weights(p: Settings, way: str, held: Held, *inputs: object) -> list[Weight]:
    """The weights of what is held, as the holder with the settings `p` has them."""
    inside = held.within(trainable=True) if held.kind.name in ALL_INSIDE else held
    return [
        weight._replace(name=f"{way}/{weight.name}", trainable=weight.trainable and p.on("trainable"))
        for weight in inside.kind.weights(inside.settings, *inputs)
    ]
