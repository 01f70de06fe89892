"""Lists and single values of categories as people type them."""

from __future__ import annotations

import pytest

from studio.catalog.forms import Dims, Entries, EntryKind, Form, Number, Span, Token
from studio.core.values import Value
from studio.gui.shared.forms.typed import Unreadable, typed_text, typed_value

WORDS = Entries(EntryKind.TEXT, optional=True)
COUNTS = Dims(optional=True, single=True)
BOUNDARIES = Entries(EntryKind.NUMBER)

TYPED: tuple[tuple[Form, str, Value], ...] = (
    (WORDS, "red, green", ("red", "green")),
    (WORDS, '"a, b", c', ("a, b", "c")),
    (WORDS, "3, None", ("3", "None")),
    (WORDS, "", None),
    (COUNTS, "2", 2),
    (COUNTS, "2, 3", (2, 3)),
    (BOUNDARIES, "0.5", (0.5,)),
    (BOUNDARIES, "0, 0.5", (0, 0.5)),
    (Span(0, 1), "0.2", 0.2),
    (Span(0, 1), "0.1, 0.3", (0.1, 0.3)),
    (Span(-1, 1), "(−0.1, 0.3)", (-0.1, 0.3)),
    (Number(), "1/255", 1 / 255),
    (Number(), " −1 / 127.5", -1 / 127.5),
    (Span(0, 1), "1/3", 1 / 3),
    (Token(), "7", 7),
    (Token(), "seven", "seven"),
    (Token(), '"7"', "7"),
    (Token(optional=True), "None", None),
)
WRITTEN: tuple[tuple[Form, Value], ...] = (
    (WORDS, ("a, b", 'say "x"', " ", "")),
    (WORDS, ("one",)),
    (COUNTS, (2,)),
    (BOUNDARIES, (0.5, 1)),
    (Span(pair=True), (0, 255)),
    (Span(), 0.5),
    (Span(), (1 / 3, 2 / 3)),
    (Number(), 1 / 255),
    (Number(), -1 / 3),
    (Number(), 2 / 3),
    (BOUNDARIES, (1 / 3,)),
    (Token(), "7"),
    (Token(), 7),
    (Token(), "it's"),
    (Token(), "None"),
)


@pytest.mark.parametrize(("form", "text", "value"), TYPED)
def test_what_is_typed_means_its_value(form: Form, text: str, value: Value) -> None:
    assert typed_value(form, text) == value


@pytest.mark.parametrize(("form", "value"), WRITTEN)
def test_a_value_that_is_shown_can_be_typed_again(form: Form, value: Value) -> None:
    assert typed_value(form, typed_text(form, value)) == value


def test_a_part_of_a_whole_number_is_shown_as_such() -> None:
    assert typed_text(Number(), 1 / 255) == "1/255"
    assert typed_text(Number(), 0.001) == "0.001"


@pytest.mark.parametrize("text", ["1/0", "1/0.0", "1/2/3", "a/b", "1/", "/2"])
def test_what_is_no_fraction_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        typed_value(Number(), text)


def test_words_with_a_quote_left_open_cannot_be_read() -> None:
    with pytest.raises(Unreadable):
        typed_value(WORDS, '"red, green')
