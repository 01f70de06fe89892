"""Data: is any chosen, does every Input have a feature, and does it fit?"""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.values import Value
from studio.core.wording import listed
from studio.document.data_choice import Feature
from studio.document.encoded import FLOATS, encoded
from studio.document.keeping import used_features, why_in_memory

OFFERS = 3


def chosen(drawing: Drawing) -> Iterator[Problem]:
    """No data at all, though there is a model."""
    if drawing.inputs and drawing.outputs and not drawing.data.features:
        yield Problem(
            "data.missing",
            Severity.ERROR,
            "No data is chosen, so there is nothing to learn from. Choose a sample or a file in the Data place.",
        )


def kept(drawing: Drawing) -> Iterator[Problem]:
    """A table that was to be on disk while a program runs, and cannot be."""
    document = drawing.document
    if not document.data.on_disk:
        return
    why = why_in_memory(document.data, used_features(document))
    if why:
        yield Problem(
            "data.in_memory",
            Severity.HINT,
            f"The table is to be kept on disk, but is read into memory as a whole: {why}. That is fine as long as it "
            "fits.",
            mending=lambda: (fixes.keep_on_disk(False),),
        )


def check(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """The feature of one Input."""
    features = drawing.data.features
    if not features:
        return
    name = record.node.params.get("feature")
    feature = drawing.data.feature(name)
    if feature is None:
        yield _unbound(record, name, drawing)
        return
    if record.settings is None:
        return
    spec = next(iter(record.outputs.values()), None)
    if spec is None:
        return
    comes = encoded(feature)
    if not takes(spec.shape, comes.shape):
        yield Problem(
            "feature.shape",
            Severity.ERROR,
            f"“{feature.name}” gives {shape_text(comes.shape)}, but this Input takes {shape_text(spec.shape)}. "
            "Give the Input the shape of the feature.",
            record.id,
            param="shape",
            mending=drawing.later(record, lambda: (_bound(record, feature, f"Set shape={comes.shape[1:]!r}"),)),
        )
    elif _cut(spec.dtype, comes.dtype):
        yield Problem(
            "feature.dtype",
            Severity.ERROR,
            f"“{feature.name}” is {comes.dtype}, but this Input takes {spec.dtype}: "
            f"{'text is no number' if comes.dtype == 'string' else 'what is after the point would be lost'}. "
            "Give the Input the dtype of the feature.",
            record.id,
            param="dtype",
            mending=drawing.later(
                record, lambda: (fixes.fix_params(record, {"dtype": comes.dtype}, f"Set dtype='{comes.dtype}'"),)
            ),
        )


def takes(shape: Shape, comes: Shape) -> bool:
    """Whether Keras feeds examples of one shape to an Input of another: sizes agree but for a last axis of 1."""
    if len(shape) != len(comes):
        longer = shape if len(shape) > len(comes) else comes
        if abs(len(shape) - len(comes)) != 1 or longer[-1] != 1:
            return False
    return all(a == b or a is None or b is None for a, b in zip(shape[1:], comes[1:], strict=False))


def _unbound(record: NodeRecord, name: Value, drawing: Drawing) -> Problem:
    features = drawing.data.features
    there = f"There are {listed([f'“{feature.name}”' for feature in features])}."
    if name is None:
        code, text = "feature.missing", f"This Input has no feature: nothing says which data comes in. {there}"
    else:
        code, text = "feature.unknown", f"The data has no feature “{name}”. {there}"
    return Problem(
        code,
        Severity.ERROR,
        text,
        record.id,
        param="feature",
        mending=drawing.later(record, lambda: _bindings(record, drawing)),
    )


def _bindings(record: NodeRecord, drawing: Drawing) -> list[Fix]:
    """The features that are free, those that fit the Input as it is first."""
    targets = {drawing.record(id_).node.params.get("target") for id_ in drawing.outputs}
    taken = targets | {drawing.record(id_).node.params.get("feature") for id_ in drawing.inputs}
    free = [feature for feature in drawing.data.features if feature.name not in taken]
    spec = next(iter(record.outputs.values()), None)
    free.sort(key=lambda feature: spec is None or not takes(spec.shape, encoded(feature).shape))
    return [_bound(record, feature, f"Take “{feature.name}”", spec) for feature in free[:OFFERS]]


def _bound(record: NodeRecord, feature: Feature, label: str, spec: TensorSpec | None = None) -> Fix:
    """Bind an Input to a feature, and give it the feature's shape where its own does not fit."""
    comes = encoded(feature)
    params: dict[str, Value] = {"feature": feature.name}
    if spec is None or not takes(spec.shape, comes.shape):
        params["shape"] = comes.shape[1:]
        label = label if label.startswith("Set") else f"{label} → {shape_text(comes.shape)}"
    if _cut(str(record.node.params.get("dtype", "float32")), comes.dtype):
        params["dtype"] = comes.dtype
    return fixes.fix_params(record, params, label)


def _cut(takes_dtype: str, comes: str) -> bool:
    """Whether numbers lose what is after the point, or text meets numbers."""
    if "string" in (takes_dtype, comes):
        return takes_dtype != comes
    return comes in FLOATS and takes_dtype not in FLOATS
