"""Layers that hold a whole layer: Bidirectional, TimeDistributed, SpectralNormalization.

Source: keras.layers.Bidirectional, keras.layers.TimeDistributed, keras.layers.SpectralNormalization.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.arguments import ANY
from studio.catalog.checks import carried, check_batch, check_mask, clash, too_few_axes
from studio.catalog.declaration import (
    INPUT,
    OUTPUT,
    Family,
    Kind,
    Nest,
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
from studio.catalog.dtypes import check_floats, compute_dtype, passed_dtype
from studio.catalog.forms import Choice, Integer, Object, Role
from studio.catalog.holding import Held, Holder, Refused, held_weights, shown_outside
from studio.catalog.recurrent import INPUTS, check_states
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.values import Inner
from studio.core.wording import listed

ALIKE = ("return_sequences", "return_state", "stateful")
MASK = Port("mask", optional=True, argument="mask", help="Which steps count, (batch, steps).")
KERNELS = frozenset({"kernel", "embeddings"})
SPECTRAL = "SpectralNormalization"


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


def _both_ways(holder: Holder, p: Settings) -> tuple[Held, Held]:
    """The forward and the backward layer. Raises ShapeError unless they go together."""
    forward = holder.held(p, "layer")
    if forward is None:
        raise clash("Bidirectional", "layer", "it holds a recurrent layer. Choose one.")
    backward = holder.held(p, "backward_layer")
    return forward, forward.within(go_backwards=True) if backward is None else backward


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
    if one["return_state"] and one["stateful"]:
        raise clash(
            "Bidirectional", "layer", "Keras cannot combine stateful and return_state here; turn one of them off."
        )


def _state_shapes(held: Held, x: TensorSpec) -> list[Shape]:
    """The states of a recurrent layer, without the batch."""
    with_states = held.within(return_state=True)
    return [state.shape[1:] for state in held.kind.infer(with_states.settings, x)[1:]]


def _prefixed(way: str, nest: Nest) -> Nest:
    return tuple(
        f"{way}_{item.removeprefix('state_')}" if isinstance(item, str) else _prefixed(way, item) for item in nest
    )


def _check_alike(forward: Held, backward: Held, x: TensorSpec, mask: TensorSpec | None) -> tuple[TensorSpec, ...]:
    """What the forward layer gives. Raises ShapeError unless the backward one gives the same."""
    try:
        given = forward.kind.infer(forward.settings, x, (), mask)
        back = backward.kind.infer(backward.settings, x, (), mask)
    except ShapeError as error:
        raise shown_outside("Bidirectional", error) from None
    shapes, back_shapes = ([spec.shape for spec in specs] for specs in (given, back))
    nests = [held.kind.nested(held.settings) for held in (forward, backward)]
    if shapes[0] != back_shapes[0]:
        raise clash(
            "Bidirectional",
            "backward_layer",
            f"the forward layer gives {shapes[0]}, the backward one {back_shapes[0]}. Give both the same size.",
        )
    if shapes != back_shapes or (len(shapes) > 1 and nests[0] != nests[1]):
        raise clash("Bidirectional", "backward_layer", "with return_state, both layers must keep the same states.")
    return given


def _check_initial(forward: Held, backward: Held, x: TensorSpec, initial_state: tuple[TensorSpec, ...]) -> None:
    """Raise ShapeError unless the states fit: one half of them goes to each layer."""
    states = [_state_shapes(held, x) for held in (forward, backward)]
    counts = [
        len(held.kind.nested(held.settings)) or len(own) for held, own in zip((forward, backward), states, strict=True)
    ]
    if counts[0] != counts[1]:
        raise ShapeError(
            "shape.states",
            f"Bidirectional gives one half of initial_state to each layer; the forward one keeps {counts[0]}, "
            f"the backward one {counts[1]}. Wire no states, or use layers of one kind.",
            port="initial_state",
        )
    check_states("Bidirectional", initial_state, [*states[0], *states[1]], x.shape[0])


def bidirectional(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """The Bidirectional wrapper around any of these recurrent `kinds`."""
    holder = Holder("Bidirectional", kinds, refused)

    def infer(
        p: Settings, x: TensorSpec, initial_state: tuple[TensorSpec, ...] = (), mask: TensorSpec | None = None
    ) -> tuple[TensorSpec, ...]:
        forward, backward = _both_ways(holder, p)
        _check_pair(forward, backward)
        output, *states = _check_alike(forward, backward, x, mask)
        if initial_state:
            _check_initial(forward, backward, x, initial_state)
        dtype, mode, shape = compute_dtype(p), p["merge_mode"], output.shape
        if mode == "concat":
            shape = (*shape[:-1], None if shape[-1] is None else 2 * shape[-1])
        merged = TensorSpec(shape, dtype, output.masked)
        outputs = (merged, merged) if mode is None else (merged,)
        return (*outputs, *(TensorSpec(state.shape, dtype) for state in states * 2))

    def state_names(p: Settings) -> list[str]:
        held = holder.glimpse(p.values.get("layer"))
        if held is None:
            return []
        ports = held.kind.outputs(held.within(return_state=True).settings)
        return [port.name for port in ports[1:]]

    def outputs(p: Settings) -> Ports:
        ports = [OUTPUT]
        if p["merge_mode"] is None:
            ports.append(Port("backward_output", help="What the backward layer says."))
        layer = p.values.get("layer")
        if isinstance(layer, Inner) and layer.params.get("return_state"):
            names = tuple(state_names(p))
            ports += [Port(str(name)) for way in ("forward", "backward") for name in _prefixed(way, names)]
        return tuple(ports)

    def nested(p: Settings) -> Nest:
        both = [holder.glimpse(p.values.get("layer")), holder.glimpse(p.values.get("backward_layer"))]
        forward, backward = both[0], both[1] or both[0]
        if forward is None or backward is None:
            return ()
        nests = [held.kind.nested(held.settings) for held in (forward, backward)]
        if not any(nests):
            return ()
        names = tuple(state_names(p))
        return (*_prefixed("forward", nests[0] or names), *_prefixed("backward", nests[1] or names))

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        ways = zip(("forward", "backward"), _both_ways(holder, p), strict=True)
        return tuple(weight for way, held in ways for weight in held_weights(p, way, held, x))

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
        inputs=INPUTS,
        outputs=outputs,
        nested=nested,
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("layer", "merge_mode"),
    )


def _check_one_output(name: str, held: Held) -> None:
    ports = held.kind.outputs(held.settings)
    if len(ports) != 1:
        raise clash(
            name,
            "layer",
            f"the {held.kind.name} inside gives {listed([port.name for port in ports])}, and only one output fits. "
            "Turn the others off.",
        )


def _step_mask(held: Held, x: TensorSpec, mask: TensorSpec | None) -> tuple[TensorSpec | tuple[()] | None, ...]:
    """What the layer inside gets at its further ports: its part of the mask, if it takes one.

    Raises ShapeError for a mask that is not one of these steps.
    """
    if mask is None:
        return held.beside()
    if len(mask.shape) < 2:
        check_mask("TimeDistributed", "mask", mask, x.shape[:2])
    check_mask("TimeDistributed", "mask", mask._replace(shape=mask.shape[:2]), x.shape[:2])
    return held.beside(mask._replace(shape=(mask.shape[0], *mask.shape[2:])))


def _check_carried(mask: Shape, shape: Shape) -> None:
    """Raise ShapeError for a mask that does not fit what comes out: Keras hands it on, and the loss fails on it."""
    if len(mask) > len(shape) - 1 or any(None not in (a, b) and a != b for a, b in zip(mask, shape, strict=False)):
        raise ShapeError(
            "shape.mask",
            f"TimeDistributed hands on the mask {shape_text(mask)} as it is, which does not fit {shape_text(shape)}, "
            "what the layer inside makes. Make no mask before it: mask_zero=False, or a Reshape, which drops it.",
            port="input",
        )


def time_distributed(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """The TimeDistributed wrapper around any of these `kinds`, each with one input."""
    holder = Holder("TimeDistributed", kinds, refused)

    def inside(p: Settings, x: TensorSpec) -> tuple[Held, TensorSpec]:
        if len(x.shape) < 3:
            raise too_few_axes("TimeDistributed", 3, x.shape)
        held = holder.held(p, "layer")
        if held is None:
            raise clash("TimeDistributed", "layer", "it holds a layer. Choose one.")
        _check_one_output("TimeDistributed", held)
        return held, TensorSpec((x.shape[0], *x.shape[2:]), passed_dtype(p, x.dtype))

    def infer(p: Settings, x: TensorSpec, mask: TensorSpec | None = None) -> tuple[TensorSpec, ...]:
        held, step = inside(p, x)
        masks = _step_mask(held, x, mask)
        try:
            (output,) = held.kind.infer(held.settings, step, *masks)
        except ShapeError as error:
            error.wants = _one_axis_up(error.wants)
            raise shown_outside("TimeDistributed", error) from None
        shape = (output.shape[0], x.shape[1], *output.shape[1:])
        if x.masked and mask is None:
            _check_carried(x.shape[:-1], shape)
        return (TensorSpec(shape, compute_dtype(p), carried(mask, x, shape)),)

    def weights(p: Settings, x: TensorSpec, *_: object) -> tuple[Weight, ...]:
        held, step = inside(p, x)
        return tuple(held_weights(p, "layer", held, step))

    def multiply_adds(p: Settings, x: TensorSpec, *_: object) -> int | None:
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
        inputs=(INPUT, MASK),
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("layer",),
    )


def _kernel(held: Held, x: TensorSpec) -> Weight | None:
    """The weights that SpectralNormalization scales, where the layer itself (not a cell of it) has any."""
    if held.kind.family is Family.RECURRENT:
        return None
    deep = held.kind.name == SPECTRAL
    weights = held.kind.weights(held.settings, x)
    own = [weight for weight in weights if (weight.name.rpartition("/")[2] if deep else weight.name) in KERNELS]
    return own[0] if own else None


def spectral_normalization(kinds: Mapping[str, Kind], refused: Refused) -> Kind:
    """The SpectralNormalization wrapper around any of these `kinds` that has a kernel or embeddings."""
    holder = Holder(SPECTRAL, kinds, refused)

    def inside(p: Settings, x: TensorSpec) -> tuple[Held, TensorSpec]:
        held = holder.held(p, "layer")
        if held is None:
            raise clash(SPECTRAL, "layer", "it holds a layer. Choose one.")
        _check_one_output(SPECTRAL, held)
        if held.settings.values.get("lora_rank") is not None:
            raise clash(SPECTRAL, "layer", "Keras cannot scale a kernel with lora_rank; take lora_rank away.")
        return held, x._replace(dtype=passed_dtype(p, x.dtype))

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        held, step = inside(p, x)
        check_batch(SPECTRAL, x)
        check_floats(SPECTRAL, x)
        try:
            (output,) = held.kind.infer(held.settings, step, *held.beside())
        except ShapeError as error:
            raise shown_outside(SPECTRAL, error) from None
        if _kernel(held, step) is None:
            raise clash(
                SPECTRAL,
                "layer",
                f"{held.kind.name} has no kernel to be scaled. Choose Dense, EinsumDense or a convolution.",
            )
        return (TensorSpec(output.shape, compute_dtype(p)),)

    def weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
        held, step = inside(p, x)
        kernel = _kernel(held, step)
        assert kernel is not None
        vector = Weight("vector_u", (1, kernel.shape[-1]), False, kernel.dtype)
        first, *others = held_weights(p, "layer", held, step)
        return (first, vector, *others)  # the wrapper has the kernel as a weight of its own

    def multiply_adds(p: Settings, x: TensorSpec) -> int | None:
        held, step = inside(p, x)
        return held.kind.multiply_adds(held.settings, step)

    return Kind(
        SPECTRAL,
        f"keras.layers.{SPECTRAL}",
        "Spectral normalization",
        Family.NORMALIZATION,
        "Keeps the layer inside from stretching its input: divides its kernel by its largest singular value.",
        infer,
        params=(
            Param(
                "layer",
                Object(Role.LAYER),
                help="The layer whose kernel is scaled.",
                start=Inner("Dense", {"units": 64}),
            ),
            Param("power_iterations", Integer(1), 1, "How often the singular value is refined at each step."),
            *ANY,
        ),
        weights=weights,
        multiply_adds=multiply_adds,
        headline=("layer",),
    )
