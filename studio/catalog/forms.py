"""The forms that a param's value can take: a closed union.

The inspector maps each form to one editor, the program to one literal, the command line to one parser.
`refusal` says what is wanted instead of a value that does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from keyword import iskeyword
from typing import TypeAlias, assert_never

from studio.core.values import Inner, Value
from studio.core.wording import listed


class Role(StrEnum):
    """What a Keras object is for, where a param or a choice asks for one."""

    ACTIVATION = "activation"
    INITIALIZER = "initializer"
    REGULARIZER = "regularizer"
    CONSTRAINT = "constraint"
    LAYER = "layer"
    RECURRENT_LAYER = "recurrent layer"
    CELL = "cell"
    OPTIMIZER = "optimizer"
    SCHEDULE = "schedule"
    LOSS = "loss"
    METRIC = "metric"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between `minimum` and `maximum`, both allowed."""

    minimum: int | None = None
    maximum: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A real number between `minimum` and `maximum`, both allowed; with `above` or `below`, the bound itself is not."""

    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """A learning rate: a number, 0 or more, or a schedule (an Inner in the role SCHEDULE)."""


@dataclass(frozen=True, slots=True)
class Switch:
    """True or False."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, or switch positions beside a word (`use_cudnn`: "auto", True, False)."""

    values: tuple[str | bool, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Free text; `examples` show what it may look like."""

    optional: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sizes:
    """One whole number for every axis, or a tuple with one for each of `rank` axes: kernel sizes, strides."""

    rank: int
    minimum: int = 1
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Margins:
    """What is added or cut at both ends of `rank` axes: one number, one per axis, or a (before, after) pair per axis.

    With one axis, a pair is (before, after).
    """

    rank: int


@dataclass(frozen=True, slots=True)
class Dims:
    """A shape without the batch axis: whole numbers, None where `unknown` is allowed, one −1 where `rest` is.

    With `single`, one size may stand without a tuple.
    """

    unknown: bool = False
    rest: bool = False
    optional: bool = False
    single: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """One axis, or several where `several` is allowed; negative ones count from the end."""

    several: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number, or numbers nested in tuples (the statistics of Normalization)."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Two numbers (from, to) between `minimum` and `maximum`; one may stand alone, or both must be a `pair`.

    With `above`, the minimum itself is not allowed; with `whole`, only whole numbers are. Where `reaching` is set, a
    pair may reach beyond the bounds, as long as it does not begin behind the maximum or end before the minimum: so
    Keras checks most factors.
    """

    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    above: bool = False
    pair: bool = False
    reaching: bool = False
    whole: bool = False


class EntryKind(StrEnum):
    """What the entries of a list are."""

    TEXT = "texts"
    WHOLE = "whole numbers"
    NUMBER = "numbers"


@dataclass(frozen=True, slots=True)
class Entries:
    """A list with at least one entry: the words of a vocabulary, the boundaries of bins.

    `minimum` and `maximum` bound numbers. Where `single` is set, one entry may stand without its list.
    """

    of: EntryKind
    optional: bool = False
    minimum: float | None = None
    single: bool = False
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One value of a category: a text or a whole number."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """A Keras object in a role: its short name as text (`"relu"`), or an Inner with params of its own."""

    role: Role
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Objects:
    """Several Keras objects in a role, each as `Object` has it."""

    role: Role


@dataclass(frozen=True, slots=True)
class Dtype:
    """A dtype by Keras's name or, with `policy`, a layer's dtype policy: a float dtype or a mixed one."""

    policy: bool = False
    optional: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What can be chosen."""
        return POLICIES if self.policy else DTYPES


@dataclass(frozen=True, slots=True)
class FeatureName:
    """The name of a feature of the project's data."""

    optional: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """Python text of several lines, which is shown and never run here."""


@dataclass(frozen=True, slots=True)
class ClassName:
    """The name of a Python class, or where to import it from: `Scale`, `package.module:Scale`."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Keyword arguments by name, as pairs in their order; the name of the layer is not among them."""


Form: TypeAlias = (
    Integer
    | Number
    | Rate
    | Switch
    | Choice
    | Text
    | Sizes
    | Margins
    | Dims
    | Axes
    | Numbers
    | Span
    | Entries
    | Token
    | Object
    | Objects
    | Dtype
    | FeatureName
    | Code
    | ClassName
    | Arguments
)

DTYPES = (
    "float32", "float16", "bfloat16", "float64", "int64", "int32", "int16", "int8",
    "uint64", "uint32", "uint16", "uint8", "bool", "string",
)  # fmt: skip
POLICIES = ("float32", "mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64")


class Names(frozenset[str]):
    """The names of a role. `texts` are those of them that stand for the object as plain text (`"adam"`)."""

    texts: frozenset[str]

    def __new__(cls, names: Iterable[str], texts: Iterable[str]) -> Names:
        """Make them of all names, and of those that are texts."""
        made = super().__new__(cls, names)
        made.texts = frozenset(texts)
        return made


Known: TypeAlias = Mapping[Role, Names]
"""The names of each role; a role that is absent takes any name."""


def held_role(form: Form) -> Role | None:
    """What the Keras objects are for that such a param may hold; None if it holds none."""
    match form:
        case Object(role) | Objects(role):
            return role
        case Rate():
            return Role.SCHEDULE
        case _:
            return None


def refusal(form: Form, value: Value, known: Known) -> str | None:
    """Say what `form` wants instead of `value`, as the end of a sentence; None if the value fits."""
    if value is None and getattr(form, "optional", False):
        return None
    match form:  # a model has thousands of params: what most layers have comes first, and nothing is unpacked
        case Object():
            return _object_refusal(form.role, value, known)
        case Sizes():
            return None if _sizes(value, form.rank, form.minimum) else _sizes_wanted(form.rank, form.minimum)
        case Integer():
            fits = _whole(value) and _between(value, form.minimum, form.maximum)
            return None if fits else _numbers("a whole number", form)
        case Switch():
            return None if isinstance(value, bool) else "True or False"
        case Choice():
            return None if value in form.values else listed([repr(word) for word in form.values], "or")
        case Number():
            fits = _real(value) and _between(value, form.minimum, form.maximum) and not _is_excluded(form, value)
            return None if fits else _numbers("a number", form)
        case Rate():
            if _real(value):
                return None if _between(value, 0, None) else "a learning rate, 0 or more"
            return None if _object_refusal(Role.SCHEDULE, value, known) is None else "a number or a schedule"
        case Text():
            return None if isinstance(value, str) else "text"
        case Margins(rank):
            return None if _margins(value, rank) else _margins_wanted(rank)
        case Dims():
            return _dims_refusal(form, value)
        case Axes(several):
            fits = _whole(value) or (several and isinstance(value, tuple) and bool(value) and all(map(_whole, value)))
            return None if fits else "an axis number" + (" or several in a tuple" if several else "")
        case Numbers():
            return None if _real(value) or _nested_numbers(value) else "a number or a list of numbers"
        case Span():
            return None if _spans(form, value) else _span_wanted(form)
        case Entries():
            return None if _are_entries(form, value) else _entries_wanted(form)
        case Token():
            return None if isinstance(value, str) or _whole(value) else "a text or a whole number"
        case Objects(role):
            if not isinstance(value, tuple):
                return f"a list of {role}s"
            return next((bad for item in value if (bad := _object_refusal(role, item, known))), None)
        case Dtype():
            return None if value in form.names else listed([repr(name) for name in form.names], "or")
        case FeatureName():
            return None if isinstance(value, str) else "the name of a feature"
        case Code():
            return None if isinstance(value, str) else "Python text"
        case ClassName():
            fits = isinstance(value, str) and _CLASS.fullmatch(value) is not None and not _has_keyword(value)
            return None if fits else "the name of a class, or module:Class"
        case Arguments():
            return None if _are_arguments(value) else "arguments by name, as in factor=2.0; the layer's name is its own"
        case _:
            assert_never(form)


_CLASS = re.compile(r"([A-Za-z_]\w*(\.[A-Za-z_]\w*)*:)?[A-Za-z_]\w*", re.ASCII)


def _has_keyword(path: str) -> bool:
    return any(iskeyword(part) for part in re.split("[.:]", path))


def _are_arguments(value: Value) -> bool:
    if not isinstance(value, tuple):
        return False
    pairs = [item for item in value if isinstance(item, tuple) and len(item) == 2]
    names = [name for name, _ in pairs if isinstance(name, str) and name.isidentifier() and name.isascii()]
    return len(names) == len(value) == len(set(names)) and not any(iskeyword(name) or name == "name" for name in names)


def _whole(value: object) -> bool:
    return type(value) is int  # which leaves True out


def _real(value: object) -> bool:
    return type(value) in (int, float)


def _between(value: Value, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)  # type: ignore[operator]


def _is_excluded(form: Number, value: Value) -> bool:
    return (form.above and value == form.minimum) or (form.below and value == form.maximum)


def _numbers(what: str, form: Integer | Number | Span) -> str:
    above = not isinstance(form, Integer) and form.above
    below = isinstance(form, Number) and form.below
    match form.minimum, form.maximum:
        case None, None:
            return what
        case low, None:
            return f"{what} above {low:g}" if above else f"{what}, {low:g} or more"
        case None, high:
            return f"{what} below {high:g}" if below else f"{what}, {high:g} or less"
        case low, high if below:
            return f"{what} {'above' if above else 'from'} {low:g} and below {high:g}"
        case low, high:
            return f"{what} above {low:g}, at most {high:g}" if above else f"{what} from {low:g} to {high:g}"


def _sizes(value: Value, rank: int, minimum: int) -> bool:
    if type(value) is int:
        return value >= minimum
    if not isinstance(value, tuple) or len(value) != rank:
        return False
    for size in value:  # noqa: SIM110 - twice as fast as all(), for what most layers have
        if type(size) is not int or size < minimum:
            return False
    return True


def _sizes_wanted(rank: int, minimum: int) -> str:
    one = f"a whole number, {minimum} or more"
    return one if rank == 1 else f"{one}, or {rank} of them in a tuple"


def _margins(value: Value, rank: int) -> bool:
    if rank == 1 or _whole(value):
        return _sizes(value, 2, 0)
    return isinstance(value, tuple) and len(value) == rank and all(_sizes(item, 2, 0) for item in value)


def _margins_wanted(rank: int) -> str:
    if rank == 1:
        return "a whole number, or (left, right)"
    return f"a whole number, {rank} of them, or {rank} pairs (before, after)"


def _dims_refusal(form: Dims, value: Value) -> str | None:
    wanted = "sizes of 1 or more in a tuple"
    if form.unknown:
        wanted += ", None where a size is unknown"
    if form.rest:
        wanted += ", −1 at most once for what is left"
    if form.single and _whole(value):
        value = (value,)
    if not isinstance(value, tuple):
        return wanted
    rests = 0
    for size in value:
        if size is None and form.unknown:
            continue
        if size == -1 and form.rest:
            rests += 1
        elif not (_whole(size) and _between(size, 1, None)):
            return wanted
    return wanted if rests > 1 else None


def _nested_numbers(value: Value) -> bool:
    return isinstance(value, tuple) and bool(value) and all(_real(item) or _nested_numbers(item) for item in value)


def _spans(form: Span, value: Value) -> bool:
    ends = value if isinstance(value, tuple) else (value, value)
    fits = _whole if form.whole else _real
    if len(ends) != 2 or not all(map(fits, ends)) or (form.pair and not isinstance(value, tuple)):
        return False
    low, high = ends
    if form.pair and low == high:
        return False
    if form.reaching:
        return _between(low, None, form.maximum) and _between(high, form.minimum, None)
    return all(_between(end, form.minimum, form.maximum) and not (form.above and end == form.minimum) for end in ends)


def _span_wanted(form: Span) -> str:
    if form.pair:
        return "a pair of different numbers (from, to)"
    return f"{_numbers('a whole number' if form.whole else 'a number', form)}, or a pair (from, to)"


def _are_entries(form: Entries, value: Value) -> bool:
    entries = value if isinstance(value, tuple) else (value,) if form.single else ()
    match form.of:
        case EntryKind.TEXT:
            fit = all(isinstance(entry, str) for entry in entries)
        case EntryKind.WHOLE:
            fit = all(_whole(entry) and _between(entry, form.minimum, form.maximum) for entry in entries)
        case EntryKind.NUMBER:
            fit = all(_real(entry) and _between(entry, form.minimum, form.maximum) for entry in entries)
        case _:
            assert_never(form.of)
    return fit and bool(entries)


def _entries_wanted(form: Entries) -> str:
    what = f"{'one or several' if form.single else 'a list of'} {form.of}"
    match form.minimum, form.maximum:
        case None, None:
            return what
        case low, None:
            return f"{what}, {low:g} or more each"
        case None, high:
            return f"{what}, {high:g} or less each"
        case low, high:
            return f"{what} from {low:g} to {high:g}"


def _object_refusal(role: Role, value: Value, known: Known) -> str | None:
    names = known.get(role)
    if isinstance(value, str):
        if names is None or value in names.texts:
            return None
        if value in names:
            return f"the object {value} with params of its own: as a text, Keras does not take it"
    elif isinstance(value, Inner):
        if names is None or value.kind in names:
            return None
        value = value.kind
    else:
        return f"a Keras {role}"
    return f"a Keras {role} that the studio knows; “{value}” is none"
