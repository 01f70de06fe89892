"""What each form takes, and what it says to the rest."""

from __future__ import annotations

import pytest

from studio.catalog.forms import (
    Axes,
    Choice,
    Dims,
    Dtype,
    Entries,
    EntryKind,
    Form,
    Integer,
    Margins,
    Number,
    Numbers,
    Object,
    Rate,
    Role,
    Sizes,
    Span,
    Switch,
    Text,
    Token,
    refusal,
)
from studio.catalog.registry import KNOWN_NAMES
from studio.core.values import Inner, Value

FITTING: tuple[tuple[Form, Value], ...] = (
    (Integer(1), 1),
    (Integer(optional=True), None),
    (Number(0, 1), 1),
    (Number(0, above=True), 0.1),
    (Switch(), False),
    (Choice(("auto", True)), True),
    (Sizes(2), 3),
    (Sizes(2), (3, 4)),
    (Margins(1), (1, 2)),
    (Margins(2), ((1, 2), 3)),
    (Dims(unknown=True), (None, 3)),
    (Dims(rest=True), (-1, 3)),
    (Axes(several=True), (1, 2)),
    (Numbers(), ((1, 2), (3, 4))),
    (Span(0, 1), 0.5),
    (Span(0, 1), (0, 1)),
    (Span(0, 1, reaching=True), (-2, 0.5)),
    (Span(0, 1, reaching=True), (0.5, 3)),
    (Span(-1, 1, above=True), (1, -0.5)),
    (Span(1, 8, whole=True), (2, 4)),
    (Span(optional=True), None),
    (Span(pair=True), (0, 255)),
    (Entries(EntryKind.TEXT), ("red", "")),
    (Entries(EntryKind.NUMBER), (1, 2.5)),
    (Entries(EntryKind.WHOLE, minimum=1, single=True), 2),
    (Token(), "red"),
    (Token(optional=True), None),
    (Dtype(policy=True), "mixed_float16"),
    (Dtype(optional=False), "uint8"),
    (Object(Role.ACTIVATION), "relu"),
    (Object(Role.INITIALIZER), Inner("Constant", {"value": 1.0})),
    (Rate(), 0),
    (Rate(), Inner("CosineDecay")),
)
NOT_FITTING: tuple[tuple[Form, Value, str], ...] = (
    (Integer(1), 0, "a whole number, 1 or more"),
    (Integer(1, 3), 4, "from 1 to 3"),
    (Integer(), True, "a whole number"),
    (Integer(), None, "a whole number"),
    (Number(0, above=True), 0, "a number above 0"),
    (Switch(), 1, "True or False"),
    (Choice(("valid", "same")), "causal", "'valid' or 'same'"),
    (Text(), 3, "text"),
    (Sizes(2), (3, 4, 5), "2 of them in a tuple"),
    (Sizes(1), 0, "1 or more"),
    (Margins(1), ((1, 2),), "(left, right)"),
    (Margins(2), (1, 2, 3), "pairs"),
    (Dims(), (None, 3), "1 or more"),
    (Dims(rest=True), (-1, -1), "at most once"),
    (Axes(), (1, 2), "an axis number"),
    (Axes(several=True), (), "several in a tuple"),
    (Numbers(), (1, "x"), "list of numbers"),
    (Span(0, 1), (0.5, 3), "a number from 0 to 1, or a pair"),
    (Span(0, 1), (0.5,), "a pair"),
    (Span(0, 1), (0.1, 0.2, 0.3), "a pair"),
    (Span(0, 1), True, "a number from 0 to 1"),
    (Span(0, 1, reaching=True), 3, "a number from 0 to 1"),
    (Span(0, 1, reaching=True), (2, 3), "a number from 0 to 1"),
    (Span(0, 1, reaching=True), (-2, -1), "a number from 0 to 1"),
    (Span(-1, 1, above=True), -1, "a number above -1, at most 1"),
    (Span(-1, 1, above=True), (-1, 0), "a number above -1, at most 1"),
    (Span(1, 8, whole=True), (1, 2.5), "a whole number from 1 to 8, or a pair"),
    (Span(pair=True), 255, "a pair of different numbers (from, to)"),
    (Span(pair=True), (1, 1.0), "a pair of different numbers (from, to)"),
    (Entries(EntryKind.TEXT), ("red", 1), "a list of texts"),
    (Entries(EntryKind.TEXT), (), "a list of texts"),
    (Entries(EntryKind.WHOLE), 2, "a list of whole numbers"),
    (Entries(EntryKind.WHOLE, minimum=1, single=True), (1, 0), "one or several whole numbers, 1 or more each"),
    (Token(), 0.5, "a text or a whole number"),
    (Dtype(policy=True), "int32", "'float32'"),
    (Dtype(optional=False), "mixed_float16", "'float32'"),
    (Object(Role.ACTIVATION), "rely", "“rely” is none"),
    (Object(Role.INITIALIZER), "Constant", "the object Constant"),
    (Object(Role.LAYER), "Dense", "the object Dense"),
    (Object(Role.LOSS), 3, "a Keras loss"),
    (Rate(), -0.1, "0 or more"),
    (Rate(), "cosine", "a schedule"),
)


@pytest.mark.parametrize(("form", "value"), FITTING)
def test_a_fitting_value_is_not_refused(form: Form, value: Value) -> None:
    assert refusal(form, value, KNOWN_NAMES) is None


@pytest.mark.parametrize(("form", "value", "wanted"), NOT_FITTING)
def test_another_value_is_told_what_is_wanted(form: Form, value: Value, wanted: str) -> None:
    refused = refusal(form, value, KNOWN_NAMES)

    assert refused is not None
    assert wanted in refused
