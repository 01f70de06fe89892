"""The declaration of a kind: params, ports, rules; and of a recipe: a Keras object that is no node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from studio.catalog.family import Family as Family  # a declaration names its family
from studio.catalog.forms import Form, Known, Role, held_role, refusal
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Params, Value


class _Required(StrEnum):
    REQUIRED = "required"


REQUIRED: Final = _Required.REQUIRED
"""Stands for the default of a param that has none."""


@dataclass(frozen=True, slots=True)
class Param:
    """A constructor or call argument: Keras's name, the form of its values, Keras's default, one line of help.

    `advanced` ones are folded away in forms. `start` is what a fresh node gets, where there is no default above all.
    """

    name: str
    form: Form
    default: Value | _Required = REQUIRED
    help: str = ""
    advanced: bool = False
    start: Value = None


@dataclass(frozen=True, slots=True)
class Port:
    """A named socket. A list port (`many`) takes wires from `at_least` to `at_most` in number, in order.

    How a call is written: a port with an `argument` is passed under that name, one without in its place. A list
    port is passed as a list; so are neighbors that are `gathered` under one argument, in their order, with None for
    one that is not wired. A gathered list without a name leaves out what is missing at its end, and a named one is
    left out if nothing is wired (`attention([query, value], mask=[m, None])`). `label` is what people call it, where
    that is not its name.
    """

    name: str
    many: bool = False
    optional: bool = False
    at_least: int = 1
    help: str = ""
    argument: str = ""
    gathered: bool = False
    at_most: int | None = None
    label: str = ""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.label or self.name


class Weight(NamedTuple):
    """A variable that a layer makes: its name in the layer, its shape, whether training changes it."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    dtype: str = "float32"

    @property
    def size(self) -> int:
        """The number of its elements."""
        total = 1
        for size in self.shape:
            total *= size
        return total


Ports: TypeAlias = tuple[Port, ...]

# Rules get the settings, then one argument for each input port, in order: a TensorSpec, None for an optional port
# that is not wired, a tuple of TensorSpecs for a list port. `infer` gives a TensorSpec for each output port and raises
# ShapeError; `weights` and `multiply_adds` are only called with inputs that `infer` accepts.
InferRule: TypeAlias = Callable[..., tuple[TensorSpec, ...]]
WeightRule: TypeAlias = Callable[..., tuple[Weight, ...]]
CostRule: TypeAlias = Callable[..., "int | None"]
CheckRule: TypeAlias = Callable[[Settings], Mapping[str, str]]

Nest: TypeAlias = "tuple[str | Nest, ...]"
"""Names of ports as Keras nests their tensors: `(("state_1_h", "state_1_c"), "state_2")` stands for `[[h, c], s]`."""

INPUT: Final = Port("input")
OUTPUT: Final = Port("output")


def flat(nest: Nest) -> tuple[str, ...]:
    """The names in a nest, in order."""
    return tuple(name for item in nest for name in ((item,) if isinstance(item, str) else flat(item)))


def _no_weights(settings: Settings, *inputs: object) -> tuple[Weight, ...]:
    return ()


def _no_cost(settings: Settings, *inputs: object) -> int | None:
    return 0


def agreed(settings: Settings) -> Mapping[str, str]:
    """The check of what has no params that might not go together."""
    return {}


def _one_output(settings: Settings) -> Ports:
    return (OUTPUT,)


def never(settings: Settings) -> bool:
    """No, whatever the settings are."""
    return False


def _nothing_nested(settings: Settings) -> Nest:
    return ()


def _defaults(params: tuple[Param, ...]) -> Mapping[str, Value]:
    # A plain dict, for speed: unpacking a MappingProxyType takes ten times as long, and it happens for every node.
    return {param.name: param.default for param in params if param.default is not REQUIRED}


def _required(params: tuple[Param, ...]) -> tuple[str, ...]:
    return tuple(param.name for param in params if param.default is REQUIRED)


def _by_name(params: tuple[Param, ...]) -> Mapping[str, Param]:
    return {param.name: param for param in params}  # no MappingProxyType, as above


def _roles(params: tuple[Param, ...]) -> Mapping[str, Role]:
    """What the objects are for that params hold, by param; of those that hold none, nothing."""
    return {param.name: role for param in params if (role := held_role(param.form)) is not None}


def _index(made: Kind | Recipe, call: tuple[Param, ...] = ()) -> None:
    """Find out once what is asked of params for every node."""
    object.__setattr__(made, "defaults", _defaults((*made.params, *call)))
    object.__setattr__(made, "declared", _by_name(made.params))
    object.__setattr__(made, "required", _required(made.params))
    object.__setattr__(made, "roles", _roles(made.params))


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a node can be.

    `path` is the public Keras name that the program writes (`keras.layers.Dense`). `params` are constructor
    arguments, `call` the constant arguments of a call. `outputs` gives the ports for settings. `multiply_adds` are
    those of one example. `headline` names the params that a card shows. `cheapest` chooses a rule that says the same
    as `infer` for such params. `nested` says how Keras nests the states of a stack of cells,
    where they come out and where they are passed as `initial_state`; nothing where they are flat. `adapts` says
    whether a layer with such settings learns from the training data before training, by `adapt()`; `takes_text` whether
    it does something with tensors of the dtype string. Every rule is pure.
    """

    name: str
    path: str
    title: str
    family: Family
    summary: str
    infer: InferRule
    params: tuple[Param, ...] = ()
    inputs: Ports = (INPUT,)
    outputs: Callable[[Settings], Ports] = _one_output
    weights: WeightRule = _no_weights
    multiply_adds: CostRule = _no_cost
    call: tuple[Param, ...] = ()
    headline: tuple[str, ...] = ()
    nested: Callable[[Settings], Nest] = _nothing_nested
    adapts: Callable[[Settings], bool] = never
    takes_text: bool = False
    cheapest: Callable[[Params], InferRule] | None = None
    defaults: Mapping[str, Value] = field(init=False, repr=False)
    declared: Mapping[str, Param] = field(init=False, repr=False)
    required: tuple[str, ...] = field(init=False, repr=False)
    roles: Mapping[str, Role] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _index(self, self.call)

    @property
    def is_operation(self) -> bool:
        """Whether it is a function of keras.ops: called as it is, with no layer, no name and no weights."""
        return self.path.startswith("keras.ops.")

    def settings(self, params: Params, call: Params | None = None) -> Settings:
        """The params and call arguments with every default filled in."""
        return Settings({**self.defaults, **params, **call} if call else {**self.defaults, **params})

    def rule(self, params: Params) -> InferRule:
        """The cheapest rule for shapes that holds for these params."""
        return self.infer if self.cheapest is None else self.cheapest(params)

    def refused(self, params: Params, known: Known) -> dict[str, str]:
        """What is wanted in place of each param that does not fit; see `refused_params`."""
        return _refused(self.declared, self.required, params, known)

    def param(self, name: str) -> Param | None:
        """The param or call argument of this name, if any."""
        return self.declared.get(name) or next((param for param in self.call if param.name == name), None)

    def input(self, name: str) -> Port | None:
        """The input port of this name, if any."""
        return next((port for port in self.inputs if port.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A Keras object that is no node: an initializer, an optimizer, a loss, a metric, …

    `short` is the text that Keras accepts in its place when no param is set (`"glorot_uniform"`, `"adam"`); `aliases`
    are further such texts. Without a `short`, Keras takes the object only (`Constant`); without a `path`, there is
    nothing but the text (`"accuracy"`). `check` says what is wanted in place of params that do not go together.
    """

    name: str
    path: str
    role: Role
    summary: str
    params: tuple[Param, ...] = ()
    short: str | None = None
    aliases: tuple[str, ...] = ()
    check: CheckRule = agreed
    defaults: Mapping[str, Value] = field(init=False, repr=False)
    declared: Mapping[str, Param] = field(init=False, repr=False)
    required: tuple[str, ...] = field(init=False, repr=False)
    roles: Mapping[str, Role] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _index(self)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that stands for it: its own, the short one and the aliases."""
        names = (self.name, *((self.short,) if self.short else ()), *self.aliases)
        return tuple(dict.fromkeys(names))

    def settings(self, params: Params) -> Settings:
        """The params with every default filled in."""
        return Settings({**self.defaults, **params})

    def refused(self, params: Params, known: Known) -> dict[str, str]:
        """What is wanted in place of each param that does not fit, by itself or beside the others."""
        wrong = _refused(self.declared, self.required, params, known)
        return wrong if wrong or self.check is agreed else dict(self.check(self.settings(params)))


@dataclass(frozen=True, slots=True)
class WantsRank:
    """The input's rank, batch axis included, should be between the two."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class WantsSameShape:
    """The wires of a list port should agree in every axis but `except_axis` (counted with the batch axis)."""

    except_axis: int | None


@dataclass(frozen=True, slots=True)
class WantsRoom:
    """A window is larger than what it slides over along `axis` (batch axis counted)."""

    axis: int


@dataclass(frozen=True, slots=True)
class WantsKnown:
    """The size of `axis` (batch axis counted) should be known."""

    axis: int


@dataclass(frozen=True, slots=True)
class WantsElements:
    """The example should have this number of elements."""

    count: int


Wants: TypeAlias = WantsRank | WantsSameShape | WantsRoom | WantsKnown | WantsElements


class ShapeError(Exception):
    """A layer cannot take these inputs with these settings.

    `text` says what came, what fits and what to do, in a sentence for a beginner. `port` and `slot` say which wire
    (None: the node itself), `param` which setting to look at, `wants` what would fit, for fixes.
    """

    def __init__(
        self,
        code: str,
        text: str,
        *,
        port: str | None = None,
        slot: int = 0,
        param: str | None = None,
        wants: Wants | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.port = port
        self.slot = slot
        self.param = param
        self.wants = wants


def refused_params(params: tuple[Param, ...], values: Params, known: Known) -> dict[str, str]:
    """For each value that does not fit and each required one that is missing, what is wanted; unknown names too."""
    return _refused(_by_name(params), _required(params), values, known)


def _refused(declared: Mapping[str, Param], required: tuple[str, ...], values: Params, known: Known) -> dict[str, str]:
    wrong = {}
    for name, value in values.items():
        param = declared.get(name)
        wanted = refusal(param.form, value, known) if param else "nothing: Keras has no such argument here"
        if wanted is not None:
            wrong[name] = wanted
    for name in required:
        if name not in values:
            wrong[name] = "a value: it has no default"
    return wrong


def full_shape(shape: Shape) -> tuple[int, ...] | None:
    """`shape` without the batch axis if every size is known, else None."""
    sizes = tuple(size for size in shape[1:] if size is not None)
    return sizes if len(sizes) == len(shape) - 1 else None
