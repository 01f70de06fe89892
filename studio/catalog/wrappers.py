"""Layers that hold a whole layer: Bidirectional, TimeDistributed.

Source: keras.layers.Bidirectional, keras.layers.TimeDistributed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from studio.catalog.arguments import ANY
from studio.catalog.checks import clash, too_few_axes
from studio.catalog.declaration import (
    Family,
    Kind,
    Param,
    Port,
    Ports,
    ShapeError,
    Wants,
    WantsKnown,
    WantsRank,
    WantsRoom,
    Weight,
)
from studio.catalog.dtypes import compute_dtype, passed_dtype
from studio.catalog.forms import Choice, Object, Role
from studio.catalog.recurrent import INITIAL_STATE, INPUT, MASK, check_states
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Params
from studio.core.wording import listed

WRAPPERS = ("Bidirectional", "TimeDistributed")
ALIKE = ("return_sequences", "return_state", "stateful", "units")

Refused: TypeAlias = Callable[[Kind, Params], Mapping[str, str]]
"""What is wanted in place of each param of a kind that does not fit."""


class Held(NamedTuple):
    """A layer inside another one: its kind and its settings."""

    kind: Kind
    settings: Settings


def _shown_outside(name: str, error: ShapeError) -> ShapeError:
    """A refusal of the layer inside as the wrapper's own: its settings are all in the wrapper's `layer`."""
    return ShapeError(
        error.code,
        f"Inside of {name}: {error.text}",
        port=error.port,
        slot=error.slot,
        param="layer" if error.param else None,
        wants=error.wants,
    )


def _one_axis_up(wants: Wants | None) -> Wants | None:
    """What the layer inside wants, in axes of the whole sequence: there the steps stand before its own axes."""
    match wants:
        case WantsRank(minimum, maximum):
            return WantsRank(minimum + 1, None if maximum is None else maximum + 1)
        case WantsKnown(axis) if axis:
            return WantsKnown(axis + 1)
        case WantsRoom(axis) if axis:
            return WantsRoom(axis + 1)
        case _:
            return None


class Holder:
    """Resolves the layers that a wrapper's params hold, among `kinds`."""

    def __init__(self, name: str, kinds: Mapping[str, Kind], refused: Refused) -> None:
        self._name = name
        self._kinds = kinds
        self._refused = refused

    def held(self, p: Settings, param: str) -> Held | None:
        """The layer that a param holds, None if it holds none. Raises ShapeError for one that does not fit."""
        inner = p.inner(param)
        if inner is None:
            return None
        kind = self._kinds.get(inner.kind)
        if kind is None:
            raise clash(self._name, param, f"{inner.kind} cannot stand inside. Choose another layer.")
        wrong = self._refused(kind, inner.params)
        if wrong:
            name, wanted = next(iter(wrong.items()))
            raise clash(self._name, param, f"the {kind.name} inside wants {wanted} as {name}. Set it.")
        return Held(kind, kind.settings(inner.params))


def _both_ways(holder: Holder, p: Settings) -> tuple[Held, Held]:
    """The forward and the backward layer. Raises ShapeError unless they go together."""
    forward = holder.held(p, "layer")
    if forward is None:
        raise clash("Bidirectional", "layer", "it holds a recurrent layer. Choose one.")
    backward = holder.held(p, "backward_layer")
    if backward is None:
        return forward, Held(forward.kind, Settings({**forward.settings.values, "go_backwards": True}))
    return forward, backward


def _check_pair(forward: Held, backward: Held) -> None:
    one, other = forward.settings.values, backward.settings.values
    if one["go_backwards"] == other["go_backwards"]:
        raise clash(
            "Bidirectional",
            "layer",
            "both layers read in the same direction; turn go_backwards on in the backward one.",
        )
    for name in ALIKE:
        if one[name] != other[name]:
            raise clash(
                "Bidirectional",
                "backward_layer",
                f"both layers need the same {name}; it is {one[name]} forward and {other[name]} backward.",
            )
    if one["return_state"] and forward.kind is not backward.kind:
        raise clash("Bidirectional", "backward_layer", "with return_state, both layers must be of one kind.")
    if one["return_state"] and one["stateful"]:
        raise clash(
            "Bidirectional", "layer", "Keras cannot combine stateful and return_state here; turn one of them off."
        )


def _states(kind: Kind) -> tuple[str, ...]:
    return ("h", "c") if kind.name == "LSTM" else ("state",)


def bidirectional(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """The Bidirectional wrapper around any of these recurrent `kinds`."""
    holder = Holder("Bidirectional", kinds, refused)

    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        forward, backward = _both_ways(holder, p)
        _check_pair(forward, backward)
        try:
            inner = forward.kind.infer(forward.settings, x, (), mask)
            backward.kind.infer(backward.settings, x, (), mask)
        except ShapeError as error:
            raise _shown_outside("Bidirectional", error) from None
        units = forward.settings.whole("units")
        if initial_state:
            states = len(_states(forward.kind)) + len(_states(backward.kind))
            check_states("Bidirectional", initial_state, (units,) * states)
        dtype, mode = compute_dtype(p), p["merge_mode"]
        shape = (*inner[0].shape[:-1], 2 * units) if mode == "concat" else inner[0].shape
        output = TensorSpec(shape, dtype, inner[0].masked)
        outputs = (output, output) if mode is None else (output,)
        return (*outputs, *(TensorSpec(state.shape, dtype) for state in inner[1:] * 2))

    def outputs(p: Settings) -> Ports:
        ports = [Port("output")]
        if p["merge_mode"] is None:
            ports.append(Port("backward_output", help="What the backward layer says."))
        layer = p["layer"]
        if isinstance(layer, Inner) and layer.params.get("return_state") and layer.kind in kinds:
            for way in ("forward", "backward"):
                ports += [Port(f"{way}_{state}") for state in _states(kinds[layer.kind])]
        return tuple(ports)

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        ways = zip(("forward", "backward"), _both_ways(holder, p), strict=True)
        return tuple(weight for way, held in ways for weight in _inner_weights(p, way, held, x))

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        forward, backward = (held.kind.multiply_adds(held.settings, x) for held in _both_ways(holder, p))
        return None if forward is None or backward is None else forward + backward

    return Kind(
        "Bidirectional",
        "keras.layers.Bidirectional",
        "Bidirectional",
        Family.RECURRENT,
        "Reads a sequence from both ends with two recurrent layers, and puts together what they say.",
        infer,
        params=(
            Param(
                "layer",
                Object(Role.RECURRENT_LAYER),
                help="The layer that reads forward; a copy of it reads backward.",
                start=Inner("LSTM", {"units": 64}),
            ),
            Param(
                "merge_mode",
                Choice(("concat", "sum", "mul", "ave"), optional=True),
                "concat",
                "How the two outputs become one; None gives both.",
            ),
            Param(
                "backward_layer",
                Object(Role.RECURRENT_LAYER, optional=True),
                None,
                "Another layer to read backward (with go_backwards on); None copies the first.",
                True,
            ),
            *ANY,
        ),
        inputs=(INPUT, INITIAL_STATE, MASK),
        outputs=outputs,
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("layer", "merge_mode"),
    )


def _inner_weights(p: Settings, way: str, held: Held, *inputs: object) -> list[Weight]:
    """The weights of a held layer. A wrapper that is held itself freezes nothing: Keras asks the outermost only."""
    settings = held.settings
    if held.kind.name in WRAPPERS and not settings.on("trainable"):
        settings = Settings({**settings.values, "trainable": True})
    return [
        weight._replace(name=f"{way}/{weight.name}", trainable=weight.trainable and p.on("trainable"))
        for weight in held.kind.weights(settings, *inputs)
    ]


def time_distributed(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """The TimeDistributed wrapper around any of these `kinds`, each with one input."""
    holder = Holder("TimeDistributed", kinds, refused)

    def inside(p: Settings, x: TensorSpec) -> tuple[Held, TensorSpec]:
        if len(x.shape) < 3:
            raise too_few_axes("TimeDistributed", 3, x.shape)
        held = holder.held(p, "layer")
        if held is None:
            raise clash("TimeDistributed", "layer", "it holds a layer. Choose one.")
        ports = held.kind.outputs(held.settings)
        if len(ports) != 1:
            raise clash(
                "TimeDistributed",
                "layer",
                f"the {held.kind.name} inside gives {listed([port.name for port in ports])}, and only one output fits. "
                "Turn the others off.",
            )
        return held, TensorSpec((x.shape[0], *x.shape[2:]), passed_dtype(p, x.dtype))

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        held, step = inside(p, x)
        try:
            (output,) = held.kind.infer(held.settings, step)
        except ShapeError as error:
            error.wants = _one_axis_up(error.wants)
            raise _shown_outside("TimeDistributed", error) from None
        return (TensorSpec((output.shape[0], x.shape[1], *output.shape[1:]), compute_dtype(p), x.masked),)

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        held, step = inside(p, x)
        return tuple(_inner_weights(p, "layer", held, step))

    def multiply_adds(p: Settings, x: TensorSpec) -> int | None:
        held, step = inside(p, x)
        each = held.kind.multiply_adds(held.settings, step)
        return None if each is None or x.shape[1] is None else each * x.shape[1]

    return Kind(
        "TimeDistributed",
        "keras.layers.TimeDistributed",
        "Time distributed",
        Family.RECURRENT,
        "Applies one and the same layer to each step of a sequence: to each image of a film.",
        infer,
        params=(
            Param(
                "layer",
                Object(Role.LAYER),
                help="The layer that every step goes through.",
                start=Inner("Dense", {"units": 64}),
            ),
            *ANY,
        ),
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("layer",),
    )
