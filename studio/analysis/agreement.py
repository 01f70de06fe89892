"""Do loss, last activation, output shape and labels go together? Pure facts about a case, without a drawing.

Sources: keras.src.losses (squeeze_or_expand_to_same_rank, sparse_categorical_crossentropy, binary_crossentropy), and
what training with wrong combinations does: many of them run without an error and learn nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studio.analysis.problem import Severity
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.wording import plural
from studio.document.data_choice import Encoding
from studio.document.encoded import BETWEEN_0_AND_1, BETWEEN_MINUS_1_AND_1, CLASS_NUMBERS

SPARSE = frozenset({"SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"})
"""Losses for labels that are class numbers, one for each vector of scores."""
ONE_HOT = frozenset({"CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalHinge"})
"""Losses for labels that are one-hot vectors."""
BINARY = frozenset({"BinaryCrossentropy", "BinaryFocalCrossentropy"})
"""Losses for labels that are 0 or 1, each by itself."""
NUMBERS = frozenset(
    {
        "MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "Huber",
        "LogCosh",
    }
)  # fmt: skip
"""Losses for quantities."""
ALIKE = frozenset({"Poisson", "CosineSimilarity", "Hinge", "SquaredHinge", "KLDivergence", "Dice", "Tversky"})
"""Other losses that compare tensors of one shape."""
MARGINS = frozenset({"Hinge", "SquaredHinge"})
"""Losses that compare labels −1 and 1 with scores; Keras takes labels 0 and 1 for −1 and 1."""
CROSS_ENTROPIES = (SPARSE | ONE_HOT | BINARY) - {"CategoricalHinge"}

SHARES = frozenset({"softmax", "sparsemax"})
CHANCES = frozenset({"sigmoid", "hard_sigmoid"})
BOUNDED = frozenset({"tanh", "hard_tanh", "softsign"})
HALF_BOUNDED = frozenset({"relu", "relu6", "softplus", "exponential"})
NO_CHANCES = BOUNDED | HALF_BOUNDED | {
    "linear", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "hard_silu", "log_sigmoid", "log_softmax",
}  # fmt: skip
"""Functions whose results are no probabilities."""


@dataclass(frozen=True, slots=True)
class Case:
    """What comes out, what it is compared with, and how.

    `spec` is what arrives at the Output, `label` the encoded target (None: unknown, and nothing is said about it),
    `classes` how many there are (0: no classes). `loss` is the name of the class in keras.losses, `short` how the user
    wrote it. `activation`, `axis_size` and `along_last` are those of the branch's ending, `span` are the smallest and
    the largest number of the target, where that is known.
    """

    spec: TensorSpec | None
    label: TensorSpec | None
    encoding: Encoding
    classes: int
    loss: str
    short: str
    from_logits: bool
    activation: str | None
    axis_size: int | None
    along_last: bool = True
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not go together."""

    code: str
    severity: Severity
    text: str


def faults(case: Case) -> Iterator[Fault]:
    """Everything that does not go together, each cause once."""
    single = case.activation in SHARES and case.axis_size == 1
    if single:
        yield Fault(
            "loss.single_unit",
            Severity.ERROR,
            "Softmax over one unit always gives 1, so nothing can be learned. "
            "Use sigmoid for yes or no, or as many units as there are classes.",
        )
    elif case.loss in CROSS_ENTROPIES:
        yield from _chances(case)
        if case.activation in SHARES and not case.along_last and case.loss in SPARSE | ONE_HOT:
            yield Fault(
                "loss.activation",
                Severity.WARNING,
                f"{case.short} looks for the classes along the last axis, but {case.activation} makes the numbers add "
                "up to 1 along another. Set its axis to −1.",
            )
    if case.label is None:
        return
    wrong = list(_labels(case, case.label))
    yield from wrong
    if not any(fault.severity is Severity.ERROR for fault in wrong) and case.spec is not None:
        yield from _shapes(case, case.spec, case.label)
    if case.loss in NUMBERS and not single:
        yield from _range(case)
    if case.loss in MARGINS and case.activation in CHANCES | SHARES | HALF_BOUNDED:
        yield Fault(
            "loss.range",
            Severity.WARNING,
            f"{case.short} wants scores below 0 for no and above 0 for yes; {case.activation} gives none below 0. "
            "End without an activation, or with tanh.",
        )


def _chances(case: Case) -> Iterator[Fault]:
    """Cross-entropies want probabilities, or raw scores and to be told so."""
    wanted = "sigmoid" if case.loss in BINARY else "softmax"
    activation = case.activation
    if activation is None:
        return
    has_logits = case.loss != "CategoricalGeneralizedCrossEntropy"
    if case.from_logits:
        if activation in SHARES | CHANCES:
            yield Fault(
                "loss.logits",
                Severity.ERROR,
                f"from_logits=True says that raw scores come, but {activation} was applied already. "
                "Set from_logits=False, or take the activation away.",
            )
    elif activation in NO_CHANCES:
        what = "raw scores come" if activation == "linear" else f"the last activation is {activation}"
        also = " or set from_logits=True" if has_logits and activation == "linear" else ""
        yield Fault(
            "loss.logits",
            Severity.ERROR,
            f"{case.short} wants probabilities, but {what}: training would get stuck. End with {wanted}{also}.",
        )
    elif activation in (SHARES if case.loss in BINARY else CHANCES):
        why = (
            "judges every unit by itself, but softmax makes them add up to 1"
            if case.loss in BINARY
            else "wants shares that add up to 1, which sigmoid does not make"
        )
        yield Fault(
            "loss.activation", Severity.WARNING, f"{case.short} {why}. End with {wanted}, or choose another loss."
        )


def _labels(case: Case, label: TensorSpec) -> Iterator[Fault]:
    """Is the target what the loss is for?"""
    whole = label.dtype.startswith(("int", "uint"))
    if case.loss in SPARSE:
        if case.encoding is Encoding.ONE_HOT:
            yield _label_fault(case, "wants class numbers, but the target is one-hot", "categorical_crossentropy")
        elif not whole:
            what = f"wants class numbers, but the target is {label.dtype}"
            yield _label_fault(case, what, "a loss for numbers, or encode the target as a category")
    elif case.loss in ONE_HOT:
        if case.encoding in CLASS_NUMBERS or (whole and not label.shape[1:]):
            what = "wants one-hot labels, but the target is class numbers"
            yield _label_fault(case, what, "sparse_categorical_crossentropy")
    elif case.loss in BINARY and case.encoding in CLASS_NUMBERS and case.classes > 2:
        what = f"wants labels 0 and 1, but the target has {case.classes} classes"
        yield _label_fault(case, what, "sparse_categorical_crossentropy with one unit for each class")
    elif case.loss in BINARY and _beyond(case):
        what = "wants labels between 0 and 1, but the target is a quantity"
        yield _label_fault(case, what, "mean_squared_error, and no last activation")
    elif case.loss in NUMBERS and case.encoding in CLASS_NUMBERS and case.classes > 2:
        what = f"measures distances, but the target is one of {case.classes} classes"
        yield Fault(
            "loss.classes",
            Severity.WARNING,
            f"{case.short} {what}, whose numbers mean nothing. "
            "Use sparse_categorical_crossentropy with one unit for each class.",
        )


def _beyond(case: Case) -> bool:
    """Whether a target has numbers that are no probabilities."""
    if case.encoding is Encoding.STANDARDIZE:
        return True
    return case.span is not None and (case.span[0] < 0 or case.span[1] > 1)


def _label_fault(case: Case, what: str, instead: str) -> Fault:
    return Fault("loss.labels", Severity.ERROR, f"{case.short} {what}. Use {instead}.")


def _shapes(case: Case, spec: TensorSpec, label: TensorSpec) -> Iterator[Fault]:
    """Do prediction and target have shapes that can be compared?"""
    if case.loss in SPARSE:
        yield from _sparse_shapes(case, spec.shape, label.shape)
    elif case.loss in ONE_HOT | BINARY | NUMBERS | ALIKE:
        yield from _same_shapes(case, spec.shape, label.shape)


def _sparse_shapes(case: Case, given: Shape, label: Shape) -> Iterator[Fault]:
    wanted = label[:-1] if len(label) == len(given) and label[-1] == 1 else label
    if len(given) != len(wanted) + 1:
        vectors = shape_text((*wanted, case.classes or None))
        yield Fault(
            "loss.rank",
            Severity.ERROR,
            f"The target is one class number for each {'example' if len(wanted) == 1 else 'place'}, so {case.short} "
            f"wants predictions {vectors}; here come {shape_text(given)}. {_advice(len(given), len(wanted) + 1)}",
        )
    elif not _agree(given[:-1], wanted):
        yield Fault(
            "loss.shape",
            Severity.ERROR,
            f"The predictions are {shape_text(given)}, the targets {shape_text(label)}: "
            "all sizes but the last must agree. Change what comes before.",
        )
    elif given[-1] is not None and given[-1] < case.classes:
        yield Fault(
            "loss.units",
            Severity.ERROR,
            f"The target has {case.classes} classes, but {plural(given[-1], 'unit')} "
            f"come{'s' if given[-1] == 1 else ''} out. Set {plural(case.classes, 'unit')} in the last layer.",
        )


def _same_shapes(case: Case, given: Shape, label: Shape) -> Iterator[Fault]:
    short, long = sorted((given, label), key=len)
    if len(long) == len(short) + 1 and long[-1] == 1 and case.loss not in ONE_HOT and _agree(short, long[:-1]):
        return  # Keras drops the last axis then
    if len(short) != len(long):
        silent = " Keras would stretch one over the other without a word." if case.loss in NUMBERS else ""
        yield Fault(
            "loss.rank",
            Severity.ERROR,
            f"The predictions are {shape_text(given)}, the targets {shape_text(label)}: {case.short} wants as many "
            f"axes in both.{silent} {_advice(len(given), len(label))}",
        )
    elif not _agree(short[:-1], long[:-1]):
        yield Fault(
            "loss.shape",
            Severity.ERROR,
            f"The predictions are {shape_text(given)}, the targets {shape_text(label)}: every size must agree. "
            "Change what comes before.",
        )
    elif not _agree(short[-1:], long[-1:]):
        units = label[-1] if len(label) > 1 and label[-1] is not None else 1
        yield Fault(
            "loss.units",
            Severity.ERROR,
            f"The predictions are {shape_text(given)}, the targets {shape_text(label)}: {case.short} wants one unit "
            f"for each number of the target. Set {plural(units, 'unit')} in the last layer.",
        )


def _agree(one: Shape, other: Shape) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(one, other, strict=True))


def _advice(given: int, wanted: int) -> str:
    if given > wanted:
        return "Flatten or pool the extra axes before the last layer."
    return "Take away the layer that removes an axis, or Reshape."


def _range(case: Case) -> Iterator[Fault]:
    """Can the last activation reach the numbers that are to be predicted?"""
    activation, encoding = case.activation, case.encoding
    if activation in SHARES:
        reach = "only shares that add up to 1"
        fits = encoding is Encoding.ONE_HOT
    elif activation in CHANCES:
        reach = "only numbers between 0 and 1"
        fits = encoding in BETWEEN_0_AND_1 or encoding is Encoding.ONE_HOT or (0 < case.classes <= 2)
        fits = fits or (case.span is not None and not _beyond(case))
    elif activation in BOUNDED:
        reach = "only numbers between −1 and 1"
        fits = encoding in BETWEEN_MINUS_1_AND_1
    elif activation in HALF_BOUNDED and encoding is Encoding.STANDARDIZE:
        reach = "no negative numbers, but standardized targets are half of them negative"
        fits = False
    else:
        return
    if not fits:
        yield Fault(
            "loss.range",
            Severity.WARNING,
            f"{activation} gives {reach}; {case.short} is for any number. End without an activation.",
        )
