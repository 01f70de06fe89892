"""The same numbers in another shape: reshape, transpose, slices, padding, pieces."""

from __future__ import annotations

import re
from itertools import pairwise

from studio.catalog.checks import clash
from studio.catalog.declaration import Kind, Param, Port, Ports, ShapeError, WantsElements
from studio.catalog.forms import Axes, Choice, Dims, Integer, Number, Numbers, Text
from studio.catalog.operations.declaring import axes, free, one_axis, operation, plain
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

MOST_PIECES = 64
INDEX = re.compile(r"\s*(?:-?\d+|\.\.\.|None|-?\d*\s*:\s*-?\d*(?:\s*:\s*-?\d*)?)\s*")
Key = int | slice | None


def key_text(parts: list[Key | str]) -> str:
    """An index as it stands in brackets."""
    return ", ".join(_part_text(part) for part in parts)


def _part_text(part: Key | str) -> str:
    if not isinstance(part, slice):
        return str(part)
    ends = [part.start, part.stop, *([part.step] if part.step is not None else [])]
    return ":".join("" if end is None else str(end) for end in ends)


def read_key(text: str) -> list[Key | str] | None:
    """The parts of an index as Python writes it in brackets: numbers, slices, None, `...`; None if it is no index."""
    parts: list[Key | str] = []
    for part in text.split(","):
        if not INDEX.fullmatch(part):
            return None
        word = part.strip()
        if word == "...":
            parts.append(word)
        elif word == "None":
            parts.append(None)
        elif ":" in word:
            ends = [int(end) if end.strip() else None for end in word.split(":")]
            parts.append(slice(*ends))
        else:
            parts.append(int(word))
    return parts


def _get_item(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    key = read_key(p.text("key"))
    if key is None or key.count("...") > 1:
        raise clash(
            "ops.get_item", "key", f"“{p.text('key')[:60]}” is no index. Write it as in brackets: :, 0 or ..., 1:3"
        )
    if "..." not in key:
        key = [*key, "..."]
    at = key.index("...")
    taken, left = [], list(x.shape)
    wanted = sum(part is not None and part != "..." for part in key)
    if wanted > len(left):
        text = f"the index has {wanted} parts, the tensor {shape_text(x.shape)} only {len(left)} axes. Take some away."
        raise clash("ops.get_item", "key", text)
    for part in key[:at]:
        taken += _taken(part, left, x.shape)
    middle = len(left) - sum(part is not None for part in key[at + 1 :])
    taken += left[:middle]
    left = left[middle:]
    for part in key[at + 1 :]:
        taken += _taken(part, left, x.shape)
    return plain(tuple(taken), x.dtype)


def _taken(part: Key | str, left: list[int | None], shape: Shape) -> list[int | None]:
    """What a part of an index makes of the next axis, which it takes out of `left`."""
    if part is None:
        return [1]
    size = left.pop(0)
    if isinstance(part, slice):
        if part.step == 0:
            raise clash("ops.get_item", "key", "a slice cannot go on by 0.")
        return [None if size is None else len(range(*part.indices(size)))]
    assert isinstance(part, int)
    if size is not None and not -size <= part < size:
        raise clash("ops.get_item", "key", f"there is no element {part} on an axis of {size} in {shape_text(shape)}.")
    return []


def _reshape(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    wanted = p.dims("newshape")
    if None in x.shape:
        return plain(tuple(None if size == -1 else size for size in wanted), x.dtype)
    there = product(x.shape)
    assert there is not None
    known = product(tuple(size for size in wanted if size != -1)) or 0
    if (there % known if -1 in wanted else there != known) if known else there:
        raise ShapeError(
            "shape.elements",
            f"ops.reshape keeps the number of elements; {shape_text(x.shape)} has {there:,}, "
            f"newshape {wanted} {'cannot hold them' if -1 in wanted else f'holds {known:,}'}. Change newshape.",
            param="newshape",
            wants=WantsElements(there),
        )
    return plain(tuple(there // known if size == -1 else size for size in wanted), x.dtype)


def _transpose(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    if isinstance(p["axes"], int):
        raise clash("ops.transpose", "axes", f"{p['axes']} is one axis; all of them are wanted, in a tuple.")
    order = axes("ops.transpose", p, x.shape, "axes")
    if order is None:
        return plain(x.shape[::-1], x.dtype)
    if len(order) != len(x.shape):
        text = f"axes {p['axes']} must name each of the {len(x.shape)} axes of {shape_text(x.shape)} once."
        raise clash("ops.transpose", "axes", text)
    return plain(tuple(x.shape[at] for at in order), x.dtype)


def _swapaxes(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    one, other = one_axis("ops.swapaxes", p, x.shape, "axis1"), one_axis("ops.swapaxes", p, x.shape, "axis2")
    sizes = list(x.shape)
    sizes[one], sizes[other] = sizes[other], sizes[one]
    return plain(tuple(sizes), x.dtype)


def _expand_dims(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    axis = one_axis("ops.expand_dims", p, x.shape, more=1)
    return plain((*x.shape[:axis], 1, *x.shape[axis:]), x.dtype)


def _squeeze(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    gone = axes("ops.squeeze", p, x.shape)
    if gone is None:
        return plain(tuple(size for size in x.shape if size != 1), x.dtype)
    for axis in gone:
        if x.shape[axis] != 1:
            size = "unknown" if x.shape[axis] is None else x.shape[axis]
            raise clash(
                "ops.squeeze", "axis", f"axis {axis} of {shape_text(x.shape)} is {size}, not 1. Choose another."
            )
    return plain(tuple(size for at, size in enumerate(x.shape) if at not in gone), x.dtype)


def _repeat(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    times = p.whole("repeats")
    if p["axis"] is None:
        total = product(x.shape)
        return plain((None if total is None else total * times,), x.dtype)
    axis = one_axis("ops.repeat", p, x.shape)
    size = x.shape[axis]
    return plain((*x.shape[:axis], None if size is None else size * times, *x.shape[axis + 1 :]), x.dtype)


def _tile(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    times, shape = p.dims("repeats"), x.shape
    rank = max(len(times), len(shape))
    sizes, counts = (1,) * (rank - len(shape)) + shape, (1,) * (rank - len(times)) + times
    found = [None if size is None or count is None else size * count for size, count in zip(sizes, counts, strict=True)]
    return plain(tuple(found), x.dtype)


def _pad(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    width, rank = p["pad_width"], len(x.shape)
    pairs = ((width, width),) * rank if isinstance(width, int) else width
    if isinstance(pairs, tuple) and len(pairs) == 2 and all(isinstance(side, int) for side in pairs):
        pairs = (pairs,) * rank
    if not isinstance(pairs, tuple) or len(pairs) != rank or not all(map(_is_pair, pairs)):
        text = f"pad_width {width} must be (before, after) for each of the {rank} axes of {shape_text(x.shape)}."
        raise clash("ops.pad", "pad_width", text)
    if p["constant_values"] is not None and p.text("mode") != "constant":
        raise clash("ops.pad", "constant_values", f"mode {p.text('mode')!r} takes no constant_values. Leave it None.")
    sides = [pair for pair in pairs if isinstance(pair, tuple)]
    sizes = zip(x.shape, sides, strict=True)
    return plain(tuple(None if size is None else size + sum(pair) for size, pair in sizes), x.dtype)  # type: ignore[arg-type]


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(isinstance(side, int) and not isinstance(side, bool) and side >= 0 for side in value)
    )


def _pieces(p: Settings) -> Ports:
    sections = p["indices_or_sections"]
    number = sections if isinstance(sections, int) else len(p.axes("indices_or_sections")) + 1
    if not 1 < number <= MOST_PIECES:
        raise clash("ops.split", "indices_or_sections", f"{number} pieces; 2 to {MOST_PIECES} can be drawn.")
    return tuple(Port(f"output_{at}" if at else "output") for at in range(number))


def _split(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    number = len(_pieces(p))
    axis, sections = one_axis("ops.split", p, x.shape), p["indices_or_sections"]
    size = x.shape[axis]
    cuts = () if isinstance(sections, int) else p.axes("indices_or_sections")
    if [0, *cuts] != sorted((0, *cuts)) or (cuts and size is not None and cuts[-1] > size):
        text = f"the cuts {sections} must rise and lie within axis {axis} of {shape_text(x.shape)}."
        raise clash("ops.split", "indices_or_sections", text)

    def piece(length: int | None) -> TensorSpec:
        return TensorSpec((*x.shape[:axis], length, *x.shape[axis + 1 :]), x.dtype)

    if isinstance(sections, int):
        if size is None:
            return (piece(None),) * number
        if size % sections:
            text = f"axis {axis} of {shape_text(x.shape)} cannot be cut into {sections} equal pieces."
            raise clash("ops.split", "indices_or_sections", text)
        return (piece(size // sections),) * sections
    lengths = [end - start for start, end in pairwise((0, *cuts))]
    return tuple(map(piece, [*lengths, None if size is None else size - cuts[-1]]))


def _moving(name: str, summary: str, rule: object, *params: Param) -> Kind:
    return operation(name, summary, rule, params=params, multiply_adds=free)  # type: ignore[arg-type]


KINDS: tuple[Kind, ...] = (
    _moving(
        "get_item",
        "A part of the tensor, as an index in brackets says.",
        _get_item,
        Param(
            "key",
            Text(examples=(":, 0", ":, 1:3", "..., None", ":, ::2", ":, -1", "..., 0", ":, None, :2", ":, 0, 1:")),
            help="The index as in brackets, the batch first: `:, 0` or `..., 1:3`.",
            start=":, 0",
        ),
    ),
    _moving(
        "reshape",
        "The same numbers in another shape, the batch included.",
        _reshape,
        Param("newshape", Dims(rest=True), help="The whole shape; −1 is what is left.", start=(-1, 1)),
    ),
    _moving(
        "transpose",
        "The axes in another order.",
        _transpose,
        Param("axes", Axes(several=True, optional=True), None, "The order (the batch is 0); None is backwards."),
    ),
    _moving(
        "swapaxes",
        "Two axes in each other's place.",
        _swapaxes,
        Param("axis1", Axes(), help="The one.", start=1),
        Param("axis2", Axes(), help="The other.", start=-1),
    ),
    _moving(
        "expand_dims",
        "A new axis of size 1.",
        _expand_dims,
        Param("axis", Axes(), help="Where it stands then.", start=-1),
    ),
    _moving(
        "squeeze",
        "Without axes of size 1.",
        _squeeze,
        Param("axis", Axes(several=True, optional=True), None, "Which; None is all of them.", start=-1),
    ),
    _moving(
        "repeat",
        "Every element several times.",
        _repeat,
        Param("repeats", Integer(1), help="So many times.", start=2),
        Param("axis", Axes(optional=True), None, "Along which axis; None flattens first.", start=1),
    ),
    _moving(
        "tile",
        "The whole tensor several times.",
        _tile,
        Param("repeats", Dims(), help="How often along each axis, the batch first.", start=(1, 2)),
    ),
    _moving(
        "pad",
        "With a border.",
        _pad,
        Param("pad_width", Numbers(), help="(before, after) for each axis, the batch first.", start=((0, 0), (1, 1))),
        Param("mode", Choice(("constant", "reflect", "symmetric")), "constant", "What the border is made of."),
        Param("constant_values", Number(optional=True), None, "The border's number; None is 0."),
    ),
    operation(
        "split",
        "Cut into pieces along an axis.",
        _split,
        params=(
            Param(
                "indices_or_sections", Axes(several=True), help="How many equal pieces, or where the cuts are.", start=2
            ),
            Param("axis", Axes(), 0, "Along which axis; the batch is 0.", start=-1),
        ),
        outputs=_pieces,
        multiply_adds=free,
    ),
)
