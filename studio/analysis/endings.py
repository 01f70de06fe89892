"""How a branch ends: which function the last numbers went through before an Output, and which layer sized them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.analysis.inference import Inference
from studio.analysis.record import NodeRecord
from studio.catalog.forms import Role
from studio.catalog.registry import KINDS, recipe
from studio.core.tensors import TensorSpec
from studio.core.values import Inner, Value
from studio.document.graph import NodeId

ELEMENTWISE = frozenset(
    {
        "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity", "Masking",
        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
    }
)  # fmt: skip
"""Kinds that hand shapes on and, when predicting, values as well."""
REARRANGING = frozenset(
    {
        "Flatten", "Reshape", "Permute", "RepeatVector", "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D",
        "UpSampling2D", "UpSampling3D",
    }
)  # fmt: skip
"""Kinds that hand values on in another arrangement."""
FUNCTIONS = {
    "ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax",
}  # fmt: skip
"""Layers that are a function."""
SIZERS = {"Dense": "units", "Conv1D": "filters", "Conv2D": "filters", "Conv3D": "filters"}
"""Kinds with a param that says how many numbers, on the last axis, come out."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a branch, found by walking back from an Output.

    `activation` is the last function by Keras's name, `linear` where a layer has none, None where it cannot be told.
    `at` is the node that applies it, `param` the one of its params that says so. `axis_size` is the size of the axis
    along which a softmax adds up to 1, `along_last` says that it is the last one. `sizer` is the layer that decides
    about the last axis, if what comes after it keeps it. `walked` are all nodes that were looked at.
    """

    activation: str | None
    walked: frozenset[NodeId]
    at: NodeRecord | None = None
    param: str | None = None
    axis_size: int | None = None
    along_last: bool = True
    sizer: NodeRecord | None = None


def ending(output: NodeRecord, inference: Inference) -> Ending:
    """How the branch before an Output ends."""
    return ending_at(_before(output, inference), inference)


def ending_at(record: NodeRecord | None, inference: Inference) -> Ending:
    """How a branch ends whose last node this is."""
    walked: set[NodeId] = set()
    keeps_size = True
    found: Ending | None = None
    while record is not None and record.kind is not None and record.settings is not None and record.id not in walked:
        walked.add(record.id)
        name = record.kind.name
        if found is None and name not in ELEMENTWISE and name not in REARRANGING:
            found = _applied(record)
        keeps_size = keeps_size and name not in REARRANGING
        passing = name in ELEMENTWISE or name in REARRANGING or name in FUNCTIONS or name == "Activation"
        if not passing or (found is not None and not keeps_size):
            break
        record = _before(record, inference)
    if found is None:
        return Ending(None, frozenset(walked))
    sizer = record if record is not None and record.kind and record.kind.name in SIZERS and keeps_size else None
    return replace(found, walked=frozenset(walked), sizer=sizer)


def _before(record: NodeRecord, inference: Inference) -> NodeRecord | None:
    return inference.records[record.wires[0].source] if record.wires else None


def _applied(record: NodeRecord) -> Ending | None:
    """The function that a node applies last; None where it only hands on what it gets."""
    assert record.kind is not None
    assert record.settings is not None
    name = record.kind.name
    nobody: frozenset[NodeId] = frozenset()
    out = next(iter(record.outputs.values()), None)
    if name in FUNCTIONS:
        axis = record.settings.values.get("axis", -1)
        last = out is None or axis in (-1, out.rank - 1, (-1,))
        return Ending(FUNCTIONS[name], nobody, record, None, _size(out, axis), last)
    param, value = _setting(record)
    if param is None:
        return Ending(None, nobody)
    function = function_name(value)
    if name == "Activation" and function == "linear":
        return None
    return Ending(function, nobody, record, param if param in record.settings.values else None, _size(out, -1))


def _setting(record: NodeRecord) -> tuple[str | None, Value]:
    assert record.settings is not None
    values = record.settings.values
    if "activation" in values:
        return "activation", values["activation"]
    inner = values.get("layer")
    kind = KINDS.get(inner.kind) if isinstance(inner, Inner) else None
    if kind is None or not isinstance(inner, Inner) or kind.param("activation") is None:
        return None, None
    return "layer.activation", kind.settings(inner.params).values["activation"]


def activation_of(record: NodeRecord) -> str | None:
    """The function that a node applies last, by Keras's name; `linear` for none, None where it cannot be told."""
    if record.kind is None or record.settings is None:
        return None
    if record.kind.name in FUNCTIONS:
        return FUNCTIONS[record.kind.name]
    param, value = _setting(record)
    return function_name(value) if param is not None else None


def function_name(value: Value) -> str | None:
    """Keras's name of an activation; `linear` for none."""
    if value is None:
        return "linear"
    found = recipe(Role.ACTIVATION, value)
    return found[0].name if found else None


def _size(spec: TensorSpec | None, axis: Value) -> int | None:
    if spec is None or not isinstance(axis, int) or not -spec.rank <= axis < spec.rank:
        return None
    return spec.shape[axis]
