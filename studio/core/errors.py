"""Errors that are fit to be shown: a stable code, what came, what was expected, what to do next."""

from __future__ import annotations


class StudioError(Exception):
    """The world refused something, and the user should read why.

    `code` is stable and documented, `text` is a full sentence for a beginner, `advice` is the next step.
    Anything that is a bug of ours is not a StudioError.
    """

    def __init__(self, code: str, text: str, advice: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.text} {self.advice}".strip()


class FileRefused(StudioError):
    """A file could not be read or written as it is; nothing was changed on disk."""


class EditRefused(StudioError):
    """An edit would have corrupted the document; the document is as it was before."""


class DataRefused(StudioError):
    """Data could not be used as chosen: a missing column, a ragged row, a wrong type."""


class EngineRefused(StudioError):
    """The engine could not be started, spoken to, or asked for this."""
