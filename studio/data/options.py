"""What a person says about a file that a look would otherwise find out by itself."""

from __future__ import annotations

from dataclasses import dataclass

from studio.data.files import FileSort


@dataclass(frozen=True, slots=True)
class LookOptions:
    """How a file is to be read; None is whatever the look finds.

    `delimiter`, `encoding`, `decimal` and `header` matter to text tables, `sheet` to workbooks, `holds` and `masks`
    (the name of the folder with the masks; "" is none) to folders.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    header: bool | None = None
    sheet: str | None = None
    holds: FileSort | None = None
    masks: str | None = None


AS_FOUND = LookOptions()
