"""What goes into a suggested model, and what it is to predict: as the drawing says, or as the features look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.errors import DataRefused
from studio.core.wording import listed
from studio.document.blocks import INPUT_KIND, OUTPUT_KIND
from studio.document.data_choice import Encoding, Feature
from studio.document.document import Document
from studio.document.encoded import CLASSES, encoded_shape, rows

TELL = "Add the one that is to be predicted to the drawing as an output, then ask again."
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Roles:
    """The features that go in, and those that are to be predicted, in their order."""

    inputs: tuple[Feature, ...]
    targets: tuple[Feature, ...]


def roles(document: Document, named: Sequence[str] = ()) -> Roles:
    """What goes in and what comes out.

    Targets are those that are `named`, else those that Outputs are bound to, else what the features look like. Inputs
    are those that Inputs are bound to, else everything that does not give the target away. Raises DataRefused.
    """
    features = document.data.features
    if not features:
        raise DataRefused("suggest.data", "No data is chosen yet.", "Choose a sample, a file or a folder first.")
    drawn = _bound(document, INPUT_KIND, "feature")
    targets = _targets(document, named, drawn)
    for target in targets:
        _check_target(target)
    chosen = drawn or tuple(
        each for each in features if each not in targets and not any(_tells(each, target) for target in targets)
    )
    inputs = tuple(each for each in chosen if not any(_covers(other, each) for other in chosen))
    if not inputs:
        names = listed([f"“{target.name}”" for target in targets])
        raise DataRefused(
            "suggest.inputs",
            f"There is nothing to predict {names} from: no other feature, or none that does not tell it.",
            "Make a feature of other columns.",
        )
    for each in inputs:
        if each.encoding in (Encoding.CATEGORY, Encoding.ONE_HOT) and not each.classes:
            raise _few(each, "no classes, so it says nothing")
    return Roles(inputs, targets)


def can_be_predicted(feature: Feature) -> bool:
    """Whether a model could give the values of a feature."""
    if feature.encoding in (Encoding.TEXT_FILE, Encoding.SOUND, Encoding.DATE):
        return False
    return feature.encoding is not Encoding.NONE or feature.dtype != "string"


def _targets(document: Document, named: Sequence[str], drawn: tuple[Feature, ...]) -> tuple[Feature, ...]:
    features = document.data.features
    unknown = next((name for name in named if document.data.feature(name) is None), None)
    if unknown is not None:
        there = listed([f"“{each.name}”" for each in features[:SHOWN]])
        raise DataRefused("suggest.unknown", f"The data has no feature “{unknown[:60]}”.", f"There are {there}.")
    if named:
        return tuple(each for each in features if each.name in named)
    bound = _bound(document, OUTPUT_KIND, "target")
    if bound:
        return bound
    free = tuple(each for each in features if each not in drawn and can_be_predicted(each))
    coming = tuple(each for each in free if rows(each)[0] > 0)
    masks = tuple(each for each in free if each.encoding is Encoding.MASK)
    if coming or masks:
        return coming or masks
    if free and (free[-1] == features[-1] or len(free) == 1):
        return free[-1:]
    names = [f"“{each.name}”" for each in free[:SHOWN]]
    found = f"Any of {listed(names)} could be what is to be predicted" if names else "No feature can be predicted"
    kinds = "" if names else ": there are texts, dates or sounds only"
    raise DataRefused("suggest.target", f"{found}{kinds}.", TELL if names else "Make a feature of numbers or classes.")


def _bound(document: Document, kind: str, param: str) -> tuple[Feature, ...]:
    """The features that nodes of a kind are bound to, in the order of the data."""
    names = {node.params.get(param) for node in document.root.nodes.values() if node.kind == kind}
    return tuple(feature for feature in document.data.features if feature.name in names)


def _check_target(target: Feature) -> None:
    if not can_be_predicted(target):
        raise DataRefused(
            "suggest.target",
            f"“{target.name}” cannot be predicted: no loss compares texts, dates or sounds.",
            "Choose a feature of numbers or classes.",
        )
    if target.encoding in CLASSES and len(target.classes) < 2:
        few = "only one class" if target.classes else "no classes"
        raise _few(target, f"{few}, so there is nothing to tell apart")


def _few(feature: Feature, said: str) -> DataRefused:
    return DataRefused(
        "suggest.classes",
        f"“{feature.name}” has {said}.",
        "Encode it again in the Data place, which finds its classes, or do without it.",
    )


def _tells(feature: Feature, target: Feature) -> bool:
    """Whether a feature sees cells of what is to be predicted, so that the model would only hand them on."""
    (begin, end), (after, last) = rows(feature), rows(target)
    return not set(feature.columns).isdisjoint(target.columns) and begin < last and after < end


def _covers(wide: Feature, narrow: Feature) -> bool:
    """Whether a window sees all that a feature without one sees, in the same encoding."""
    if wide.window is None or narrow.window is not None or wide.encoding is not narrow.encoding:
        return False
    (begin, end), (after, last) = rows(wide), rows(narrow)
    return set(narrow.columns) <= set(wide.columns) and begin <= after and last <= end


def steps(feature: Feature) -> bool:
    """Whether the first axis of a feature is an order of steps, not of columns side by side."""
    if feature.window is not None:
        return len(encoded_shape(feature)) > 1
    return len(feature.columns) <= 1
