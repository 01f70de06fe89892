"""Random cases for any kind, drawn from what its declaration says, so that a new layer needs nothing here."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from studio.catalog.declaration import REQUIRED, Kind, Param, Port, ShapeError
from studio.catalog.forms import (
    Arguments,
    Axes,
    Choice,
    ClassName,
    Code,
    Dims,
    Dtype,
    Entries,
    EntryKind,
    FeatureName,
    Form,
    Integer,
    Margins,
    Number,
    Numbers,
    Object,
    Objects,
    Rate,
    Role,
    Sizes,
    Span,
    Switch,
    Text,
    Token,
)
from studio.catalog.registry import KINDS, KNOWN_NAMES, LAYERS, RECIPES, in_role, refused
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Inner, Params, Value

Wired: TypeAlias = "TensorSpec | tuple[TensorSpec, ...] | None"

RANKS = (0, 6, 6, 6) + (1, 2, 2, 3, 3, 3, 4, 4, 4, 5) * 4
SIZES = (1, 2, 3, 4, 5, 6, 8, 12)
DTYPES = ("float32",) * 14 + ("int32", "float16", "uint8", "bool")
UNKNOWN_SHARE = 0.3
MASKED_SHARE = 0.2
TEXT_SHARE = 0.6
TRIES = 60


@dataclass(frozen=True, slots=True)
class Case:
    """One call of one layer: what it is made with, what it is called with, and what arrives at each input port."""

    kind: str
    params: Params = field(default_factory=dict)
    call: Params = field(default_factory=dict)
    wired: tuple[Wired, ...] = ()


def draw_case(kind: Kind, rng: random.Random) -> Case:
    """A case: one half that the studio accepts, a quarter one step away from such a one, a quarter anything."""
    way = rng.random()
    if way < 0.25:
        return _anything(kind, rng)
    case = _accepted(kind, rng)
    return _nudged(kind, case, rng) if way < 0.5 else case


def accepts(case: Case) -> bool:
    """Whether the studio takes it."""
    kind = KINDS[case.kind]
    try:
        kind.infer(kind.settings(case.params, case.call), *case.wired)
    except ShapeError:
        return False
    return True


def _accepted(kind: Kind, rng: random.Random) -> Case:
    case = _anything(kind, rng)
    for _ in range(TRIES):
        if accepts(case):
            return case
        case = _anything(kind, rng)
    return case


def _anything(kind: Kind, rng: random.Random) -> Case:
    wired = _wires(kind.inputs, rng)
    if kind.takes_text and rng.random() < TEXT_SHARE:
        wired = tuple(_as_text(each) for each in wired)
    return Case(kind.name, draw_params(kind.params, rng), draw_params(kind.call, rng), wired)


def _as_text(wired: Wired) -> Wired:
    if isinstance(wired, TensorSpec):
        return wired._replace(dtype="string")
    return wired and tuple(spec._replace(dtype="string") for spec in wired)


def _nudged(kind: Kind, case: Case, rng: random.Random) -> Case:
    other = _anything(kind, rng)
    names = [param.name for param in kind.params]
    if case.wired and rng.random() < 0.5:
        at = rng.randrange(len(case.wired))
        wired = (*case.wired[:at], other.wired[at], *case.wired[at + 1 :])
        return replace(case, wired=wired)
    if not names:
        return case
    name = rng.choice(names)
    params = {key: value for key, value in case.params.items() if key != name}
    if name in other.params:
        params[name] = other.params[name]
    return replace(case, params=params) if not refused(kind, params) else case


def draw_params(params: tuple[Param, ...], rng: random.Random) -> dict[str, Value]:
    """Values that fit: of every required param, and of some of the others."""
    advanced = rng.random() < 0.3
    drawn = {}
    for param in params:
        share = 0.12 if param.advanced and not advanced else 0.35
        if param.default is REQUIRED or rng.random() < share:
            drawn[param.name] = draw_value(param.form, rng)
    return drawn


def draw_value(form: Form, rng: random.Random) -> Value:
    """A value that fits a form."""
    if getattr(form, "optional", False) and rng.random() < 0.3:
        return None
    match form:
        case Integer(minimum, maximum):
            least = -2 if minimum is None else minimum
            return rng.randint(least, least + 7 if maximum is None else maximum)
        case Number(minimum, maximum):
            low, high = -1.0 if minimum is None else minimum, 2.0 if maximum is None else maximum
            ends = low + 0.25 if form.above else low, high - 0.25 if form.below else high
            return rng.choice((*ends, round(rng.uniform(low + 0.001, high), 3)))
        case Rate():
            return rng.choice((0.1, 0.001))
        case Switch():
            return rng.random() < 0.5
        case Choice(values):
            return rng.choice(values)
        case Text(examples=examples):
            return rng.choice(examples or ("a", "b"))
        case Sizes(rank, minimum):
            one = _small(minimum, rng)
            return one if rng.random() < 0.4 else tuple(_small(minimum, rng) for _ in range(rank))
        case Margins(rank):
            return _margins(rank, rng)
        case Dims(unknown, rest, single=single):
            return rng.choice(SIZES) if single and rng.random() < 0.3 else _dims(unknown, rest, rng)
        case Axes(several):
            if several and rng.random() < 0.4:
                return tuple(rng.sample(range(-3, 4), rng.randint(1, 2)))
            return rng.randint(-4, 4) if rng.random() < 0.3 else rng.choice((-1, 1, 2))
        case Numbers():
            return rng.choice((0.5, 2, 1.5, (0.5,), (1.0, 2.0), (1.0, 2.0, 3.0)))
        case Span():
            return _span(form, rng)
        case Entries():
            return _entries(form, rng)
        case Token():
            return rng.choice((0, 3, "a"))
        case Object(role):
            return _object(role, rng)
        case Objects(role):
            return tuple(_object(role, rng) for _ in range(rng.randint(0, 2)))
        case Dtype():
            return rng.choice(form.names)
        case FeatureName():
            return "feature"
        case Code():
            return ""
        case ClassName():
            return rng.choice(("Scale", "package.module:Scale"))
        case Arguments():
            return rng.choice(((), (("factor", 2.0),)))
        case _:
            assert_never(form)


def _span(form: Span, rng: random.Random) -> Value:
    low, high = -1.0 if form.minimum is None else form.minimum, 2.0 if form.maximum is None else form.maximum

    def end() -> float:
        if form.whole:
            return rng.randint(int(low), int(high))
        return rng.choice((low + 0.25 if form.above else low, high, round(rng.uniform(low + 0.001, high), 3)))

    if not form.pair and rng.random() < 0.5:
        return end()
    if form.pair:
        return rng.choice(((0, 255), (0.0, 1.0), (-1, 1), (255, 0)))
    if form.reaching and rng.random() < 0.2:
        return rng.choice(((end(), high + 1), (low - 1, end())))
    return end(), end()


WORDS = ("a", "b", "c", "d", "", "[UNK]")


def _entries(form: Entries, rng: random.Random) -> Value:
    least = -1 if form.minimum is None else int(form.minimum)
    most = 8 if form.maximum is None else int(form.maximum)
    if form.single and rng.random() < 0.5:
        return rng.randint(max(least, 0), min(most, 3))
    count = rng.randint(1, 4)
    match form.of:
        case EntryKind.TEXT:
            return tuple(rng.choice(WORDS[:4] if rng.random() < 0.8 else WORDS) for _ in range(count))
        case EntryKind.WHOLE:
            return tuple(rng.randint(least, most) for _ in range(count))
        case EntryKind.NUMBER:
            numbers = [number for number in (-1, 0, 0.5, 1, 2.5, 4) if least <= number <= most]
            return tuple(sorted(rng.choice(numbers) for _ in range(count)))


def _small(minimum: int, rng: random.Random) -> int:
    return minimum + rng.choice((0, 0, 1, 1, 2, 4))


def _margins(rank: int, rng: random.Random) -> Value:
    def pair() -> tuple[int, int]:
        return rng.randint(0, 3), rng.randint(0, 3)

    way = rng.randrange(3)
    if way == 0:
        return rng.randint(0, 3)
    if rank == 1:
        return pair()
    return tuple(pair() if way == 1 or rng.random() < 0.3 else rng.randint(0, 3) for _ in range(rank))


def _dims(unknown: bool, rest: bool, rng: random.Random) -> Value:
    sizes: list[Value] = [rng.choice(SIZES[:6]) for _ in range(rng.randint(0 if unknown else 1, 3))]
    if sizes and rest and rng.random() < 0.5:
        sizes[rng.randrange(len(sizes))] = -1
    if sizes and unknown and rng.random() < 0.4:
        sizes[rng.randrange(len(sizes))] = None
    return tuple(sizes)


def _object(role: Role, rng: random.Random) -> Value:
    name = rng.choice(sorted(KNOWN_NAMES[role]))
    if role in LAYERS:
        return Inner(name, draw_params(in_role(role, name).params, rng))
    recipe = RECIPES[role, name]
    if recipe.short is None or (recipe.path and rng.random() < 0.3 and role is not Role.ACTIVATION):
        return Inner(recipe.name, draw_params(recipe.params, rng))
    return name


def _wires(ports: tuple[Port, ...], rng: random.Random) -> tuple[Wired, ...]:
    unknown = rng.random() < UNKNOWN_SHARE
    first = _spec(rng, unknown)
    wired: list[Wired] = []
    for port in ports:
        if port.optional and rng.random() < 0.75:
            wired.append(() if port.many else None)
        elif port.many:
            count = rng.choice((2, 2, 2, 1, 3, 4))
            wired.append(tuple(_like(first, rng, unknown) for _ in range(count)))
        else:
            wired.append(_like(first, rng, unknown) if wired else first)
    return tuple(wired)


def _spec(rng: random.Random, unknown: bool) -> TensorSpec:
    rank = rng.choice(RANKS)
    if not rank:
        return TensorSpec((), rng.choice(DTYPES))
    shape: Shape = (rng.choice((None, None, None, None, 2)), *(rng.choice(SIZES) for _ in range(rank - 1)))
    if unknown:
        shape = (shape[0], *(None if rng.random() < 0.4 else size for size in shape[1:]))
    masked = rank > 1 and rng.random() < MASKED_SHARE
    return TensorSpec(shape, rng.choice(DTYPES), masked)


def _like(spec: TensorSpec, rng: random.Random, unknown: bool) -> TensorSpec:
    """Another tensor: the same, one that differs in a size or a rank, or anything."""
    way = rng.random()
    shape = list(spec.shape)
    if way < 0.1:
        return _spec(rng, unknown)
    if way < 0.45 and len(shape) > 1:
        shape[rng.randrange(1, len(shape))] = rng.choice((1, *SIZES, *((None,) if unknown else ())))
    elif way < 0.6 and len(shape) > 2:
        del shape[rng.randrange(1, len(shape))]
    return TensorSpec(tuple(shape), spec.dtype, len(shape) > 1 and rng.random() < (0.7 if spec.masked else 0.1))
