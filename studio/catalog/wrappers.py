"""Layers that hold a whole layer: Bidirectional."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.arguments import ANY
from studio.catalog.checks import clash
from studio.catalog.declaration import Family, Kind, Param, Port, Ports, Weight
from studio.catalog.dtypes import compute_dtype
from studio.catalog.forms import Choice, Object, Role
from studio.catalog.recurrent import INITIAL_STATE, INPUT, MASK, check_states
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Inner

SHARED = ("return_sequences", "return_state", "stateful")


class _Pair:
    """The forward and the backward layer of a Bidirectional, resolved from its settings."""

    __slots__ = ("backward", "backward_kind", "forward", "forward_kind")

    def __init__(self, kinds: Mapping[str, Kind], p: Settings) -> None:
        forward, backward = p.inner("layer"), p.inner("backward_layer")
        if forward is None or forward.kind not in kinds:
            raise clash("Bidirectional", "layer", f"it holds a recurrent layer, one of {', '.join(kinds)}. Choose one.")
        self.forward_kind = kinds[forward.kind]
        self.forward = self.forward_kind.settings(forward.params)
        if "units" not in self.forward.values:
            raise clash("Bidirectional", "layer", f"the {forward.kind} inside needs units. Set them.")
        if backward is None:
            self.backward_kind = self.forward_kind
            self.backward = Settings({**self.forward.values, "go_backwards": True})
        else:
            if backward.kind not in kinds:
                raise clash("Bidirectional", "backward_layer", f"it is one of {', '.join(kinds)}. Choose one.")
            self.backward_kind = kinds[backward.kind]
            self.backward = self.backward_kind.settings(backward.params)
        self._check()

    def _check(self) -> None:
        one, other = self.forward.values, self.backward.values
        if one["go_backwards"] == other["go_backwards"]:
            raise clash(
                "Bidirectional", "layer", "both layers read in the same direction; give go_backwards to one only."
            )
        for name in (*SHARED, "units"):
            if one[name] != other.get(name):
                raise clash(
                    "Bidirectional",
                    "backward_layer",
                    f"both layers need the same {name}; it is {one[name]} forward and {other.get(name)} backward.",
                )
        if self.forward_kind is not self.backward_kind and one["return_state"]:
            raise clash("Bidirectional", "backward_layer", "with return_state, both layers must be of one kind.")
        if one["stateful"] and one["return_state"]:
            raise clash(
                "Bidirectional", "layer", "Keras cannot combine stateful and return_state here; turn one of them off."
            )


def _states(kind: Kind) -> tuple[str, ...]:
    return ("h", "c") if kind.name == "LSTM" else ("state",)


def bidirectional(kinds: Mapping[str, Kind]) -> Kind:
    """The Bidirectional wrapper around any of these recurrent `kinds`."""

    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        pair = _Pair(kinds, p)
        inner = pair.forward_kind.infer(pair.forward, x, (), mask)
        pair.backward_kind.infer(pair.backward, x, (), mask)
        units = pair.forward.whole("units")
        if initial_state:
            states = len(_states(pair.forward_kind)) + len(_states(pair.backward_kind))
            check_states("Bidirectional", initial_state, (units,) * states)
        dtype, mode = compute_dtype(p), p["merge_mode"]
        shape = (*inner[0].shape[:-1], 2 * units) if mode == "concat" else inner[0].shape
        output = TensorSpec(shape, dtype, inner[0].masked)
        outputs = (output, output) if mode is None else (output,)
        return (*outputs, *(TensorSpec(state.shape, dtype) for state in inner[1:] * 2))

    def outputs(p: Settings) -> Ports:
        layer = p.inner("layer")
        ports = [Port("output")]
        if p["merge_mode"] is None:
            ports.append(Port("backward_output"))
        if isinstance(layer, Inner) and layer.params.get("return_state") and layer.kind in kinds:
            for way in ("forward", "backward"):
                ports += [Port(f"{way}_{state}") for state in _states(kinds[layer.kind])]
        return tuple(ports)

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        pair = _Pair(kinds, p)
        made = [
            weight._replace(name=f"{way}/{weight.name}", trainable=weight.trainable and p.on("trainable"))
            for way, kind, settings in (
                ("forward", pair.forward_kind, pair.forward),
                ("backward", pair.backward_kind, pair.backward),
            )
            for weight in kind.weights(settings, x)
        ]
        return tuple(made)

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
        pair = _Pair(kinds, p)
        forward = pair.forward_kind.multiply_adds(pair.forward, x)
        backward = pair.backward_kind.multiply_adds(pair.backward, x)
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
