"""Errors that are fit to be shown carry their code, their sentence and the next step."""

from __future__ import annotations

import pytest

from studio.core.errors import DataRefused, EditRefused, EngineRefused, FileRefused, StudioError


def test_an_error_reads_as_its_sentence_and_its_advice() -> None:
    error = StudioError("file.read", "digits.npz could not be read.", "Choose another file.")
    assert (error.code, error.text, error.advice) == (
        "file.read",
        "digits.npz could not be read.",
        "Choose another file.",
    )
    assert str(error) == "digits.npz could not be read. Choose another file."


def test_an_error_without_advice_ends_with_its_sentence() -> None:
    assert str(StudioError("edit.gone", "The node is gone.")) == "The node is gone."


@pytest.mark.parametrize("family", [FileRefused, EditRefused, DataRefused, EngineRefused])
def test_every_family_is_caught_as_a_studio_error(family: type[StudioError]) -> None:
    with pytest.raises(StudioError, match="No\\."):
        raise family("some.code", "No.")


def test_a_bug_is_not_caught_as_a_studio_error() -> None:
    assert not issubclass(KeyError, StudioError)
    assert not issubclass(StudioError, (ValueError, OSError))
