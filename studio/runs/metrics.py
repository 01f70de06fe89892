"""The lines of `metrics.jsonl`: read and written, a torn last line tolerated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

Numbers: TypeAlias = Mapping[str, float | None]


class BatchesLine(msgspec.Struct, frozen=True, tag_field="kind", tag="batches"):
    """Batches of one epoch from index `first` on: for each metric one running mean per batch."""

    epoch: int
    first: int
    logs: dict[str, list[float | None]]


class EpochLine(msgspec.Struct, frozen=True, tag_field="kind", tag="epoch"):
    """A completed epoch, validation included."""

    epoch: int
    logs: dict[str, float | None]
    seconds: float


Line: TypeAlias = BatchesLine | EpochLine

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def encode_line(line: Line) -> bytes:
    """Write a line, its newline included."""
    return _ENCODER.encode(line) + b"\n"


def read_lines(path: Path) -> Iterator[Line]:
    """Yield what the file holds; a line that is torn or of a later version's kind is passed over. No file, no lines."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            try:
                yield _DECODER.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
