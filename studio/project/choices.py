"""The data choice in a project file, both ways. A field that holds its default is left out where it came later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any

from studio.core.wording import listed
from studio.document.data_choice import (
    PATHS,
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    ExcelSource,
    Feature,
    Fit,
    FolderSource,
    Holds,
    JsonSource,
    KerasSource,
    Missing,
    NpzSource,
    ParquetSource,
    SampleSource,
    Source,
    Split,
    SplitBy,
    Window,
)
from studio.project.fields import (
    Fields,
    a_list,
    a_name,
    a_number,
    a_pair,
    a_switch,
    a_text,
    a_whole,
    a_word,
    optional,
)
from studio.project.lines import Lines, Rows
from studio.project.plain import Misfit, Plain, shown

SOURCES: Mapping[str, type[Source]] = MappingProxyType(
    {
        "sample": SampleSource,
        "keras": KerasSource,
        "csv": CsvSource,
        "json": JsonSource,
        "parquet": ParquetSource,
        "excel": ExcelSource,
        "npz": NpzSource,
        "folder": FolderSource,
    }
)
ALWAYS = frozenset({"delimiter", "holds"})
"""Fields of sources that are written though they have their default."""


def data_fields(data: DataChoice) -> Lines:
    """What a project file says of a data choice."""
    return Lines(
        _without(stride=(data.stride, 1), fingerprint=(data.fingerprint, ""), on_disk=(data.on_disk, False)),
        source=None if data.source is None else _source_fields(data.source),
        features=Rows(_feature_fields(feature) for feature in data.features),
        split=_split_fields(data.split),
    )


def read_data(plain: Plain) -> DataChoice:
    """A data choice, of what a project file says of it. Raises Misfit."""
    taken = Fields(plain)
    data = DataChoice(
        source=taken.maybe("source", optional(_source), None),
        features=taken.maybe("features", a_list(_feature), ()),
        split=taken.maybe("split", _split, Split()),
        stride=taken.maybe("stride", a_whole, 1),
        fingerprint=taken.maybe("fingerprint", a_name, ""),
        on_disk=taken.maybe("on_disk", a_switch, False),
    )
    taken.close()
    return data


def _without(**pairs: tuple[Plain, object]) -> dict[str, Plain]:
    """The values that are not what they are by default."""
    return {name: value for name, (value, default) in pairs.items() if value != default}


def _source_fields(source: Source) -> Lines:
    kind = next(kind for kind, made in SOURCES.items() if made is type(source))
    said = {field.name: getattr(source, field.name) for field in fields(source)}
    defaults = {field.name: field.default for field in fields(source)}
    kept = {name: value for name, value in said.items() if name in ALWAYS or value != defaults[name]}
    return Lines({name: str(value) if isinstance(value, str) else value for name, value in kept.items()}, kind=kind)


def _source(plain: Plain) -> Source:
    taken = Fields(plain)
    kind = taken.take("kind", a_name)
    if kind not in SOURCES:
        raise Misfit("file.word", f"“{shown(kind)}” is none of {listed(list(SOURCES))}.").inside("kind")
    values: dict[str, Any] = {}
    for field in fields(SOURCES[kind]):
        read = _reader(field.name, field.default)
        if field.default is MISSING:
            values[field.name] = taken.take(field.name, read)
        else:
            values[field.name] = taken.maybe(field.name, read, field.default)
    taken.close()
    return SOURCES[kind](**values)


def _reader(name: str, default: object) -> Callable[[Plain], object]:
    """How the field of a source is read."""
    if isinstance(default, bool):
        return a_switch
    if isinstance(default, Holds):
        return a_word(Holds)
    return a_text if name in PATHS else a_name


def _feature_fields(feature: Feature) -> Lines:
    window = None if feature.window is None else [feature.window.first, feature.window.length]
    return Lines(
        _without(
            span=(None if feature.span is None else [float(end) for end in feature.span], None),
            missing=(feature.missing.value, Missing.REFUSE),
            parts=([part.value for part in feature.parts], []),
            fit=(feature.fit.value, Fit.STRETCH),
            window=(window, None),
        ),
        name=feature.name,
        columns=list(feature.columns),
        shape=list(feature.shape),
        dtype=feature.dtype,
        encoding=feature.encoding.value,
        scale=float(feature.scale),
        classes=list(feature.classes),
    )


def _feature(plain: Plain) -> Feature:
    taken = Fields(plain)
    feature = Feature(
        name=taken.take("name", a_name),
        columns=taken.take("columns", a_list(a_name)),
        shape=taken.take("shape", a_list(optional(a_whole))),
        dtype=taken.maybe("dtype", a_name, "float32"),
        encoding=taken.maybe("encoding", a_word(Encoding), Encoding.NONE),
        scale=taken.maybe("scale", a_number, 1.0),
        classes=taken.maybe("classes", a_list(a_name), ()),
        span=taken.maybe("span", optional(a_pair), None),
        missing=taken.maybe("missing", a_word(Missing), Missing.REFUSE),
        parts=taken.maybe("parts", a_list(a_word(DatePart)), ()),
        fit=taken.maybe("fit", a_word(Fit), Fit.STRETCH),
        window=taken.maybe("window", optional(_window), None),
    )
    taken.close()
    return feature


def _window(plain: Plain) -> Window:
    numbers = a_list(a_whole)(plain)
    if len(numbers) != 2 or numbers[1] < 1:
        raise Misfit("file.type", "a first row and a number of rows, 1 or more, are expected.")
    return Window(numbers[0], numbers[1])


def _split_fields(split: Split) -> Lines:
    return Lines(
        _without(by=(split.by.value, SplitBy.RANDOM), column=(split.column, "")),
        validation=float(split.validation),
        test=float(split.test),
        seed=split.seed,
    )


def _split(plain: Plain) -> Split:
    taken = Fields(plain)
    split = Split(
        validation=taken.maybe("validation", a_number, 0.2),
        test=taken.maybe("test", a_number, 0.0),
        seed=taken.maybe("seed", a_whole, 42),
        by=taken.maybe("by", a_word(SplitBy), SplitBy.RANDOM),
        column=taken.maybe("column", a_name, ""),
    )
    taken.close()
    return split
