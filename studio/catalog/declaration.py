"""The declaration of a kind: params, ports, rules; and of a recipe: a Keras object that is no node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from studio.catalog.forms import Form, Role, refusal
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Params, Value


class _Required(StrEnum):
    REQUIRED = "required"


REQUIRED: Final = _Required.REQUIRED
"""Stands for the default of a param that has none."""


class Family(StrEnum):
    """The families of the palette, in its order; the value is the title."""

    INPUT = "Input and output"
    CORE = "Core"
    ACTIVATION = "Activations"
    CONVOLUTION = "Convolution"
    POOLING = "Pooling"
    RECURRENT = "Recurrent"
    ATTENTION = "Attention"
    NORMALIZATION = "Normalization"
    REGULARIZATION = "Regularization"
    RESHAPING = "Reshaping"
    MERGING = "Merging"
    PREPROCESSING = "Preprocessing"


@dataclass(frozen=True, slots=True)
class Param:
    """A constructor or call argument: Keras's name, the form of its values, Keras's default, one line of help.

    `advanced` ones are folded away in forms.
    """

    name: str
    form: Form
    default: Value | _Required = REQUIRED
    help: str = ""
    advanced: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    """A named socket. A list port (`many`) takes any number of wires from `at_least` on, in order."""

    name: str
    many: bool = False
    optional: bool = False
    at_least: int = 1
    help: str = ""


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

INPUT: Final = Port("input")
OUTPUT: Final = Port("output")


def _no_weights(settings: Settings, *inputs: object) -> tuple[Weight, ...]:
    return ()


def _no_cost(settings: Settings, *inputs: object) -> int | None:
    return 0


def _one_output(settings: Settings) -> Ports:
    return (OUTPUT,)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a node can be.

    `path` is the public Keras name that the program writes (`keras.layers.Dense`). `params` are constructor
    arguments, `call` the constant arguments of a call. `outputs` gives the ports for settings. `multiply_adds` are
    those of one example. `headline` names the params that a card shows. Every rule is pure.
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

    def settings(self, params: Params, call: Params | None = None) -> Settings:
        """The params and call arguments with every default filled in."""
        values: dict[str, Value] = {}
        for param in (*self.params, *self.call):
            if param.default is not REQUIRED:
                values[param.name] = param.default
        values.update(params)
        if call:
            values.update(call)
        return Settings(values)

    def param(self, name: str) -> Param | None:
        """The param or call argument of this name, if any."""
        return next((param for param in (*self.params, *self.call) if param.name == name), None)

    def input(self, name: str) -> Port | None:
        """The input port of this name, if any."""
        return next((port for port in self.inputs if port.name == name), None)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Keras object that is no node: an initializer, an optimizer, a loss, a metric, …

    `short` is the text that Keras accepts in its place when no param is set (`"glorot_uniform"`, `"adam"`).
    """

    name: str
    path: str
    role: Role
    summary: str
    params: tuple[Param, ...] = ()
    short: str | None = None

    def settings(self, params: Params) -> Settings:
        """The params with every default filled in."""
        values: dict[str, Value] = {p.name: p.default for p in self.params if p.default is not REQUIRED}
        return Settings({**values, **params})


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


def refused_params(
    params: tuple[Param, ...], values: Mapping[str, Value], known: Mapping[Role, frozenset[str]]
) -> dict[str, str]:
    """For each value that does not fit and each required one that is missing, what is wanted; unknown names too."""
    declared = {param.name: param for param in params}
    wrong = {name: "nothing: Keras has no such argument here" for name in values if name not in declared}
    for name, param in declared.items():
        if name in values:
            wanted = refusal(param.form, values[name], known)
            if wanted is not None:
                wrong[name] = wanted
        elif param.default is REQUIRED:
            wrong[name] = "a value: it has no default"
    return wrong


def full_shape(shape: Shape) -> tuple[int, ...] | None:
    """`shape` without the batch axis if every size is known, else None."""
    sizes = tuple(size for size in shape[1:] if size is not None)
    return sizes if len(sizes) == len(shape) - 1 else None
