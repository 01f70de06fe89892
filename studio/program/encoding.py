"""The lines of `load_data` that turn the columns of a table into what the model takes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from studio.core.tensors import Shape
from studio.document.data_choice import STREAMED, Encoding, Feature, KerasSource, Missing
from studio.document.encoded import encoded_dtype, encoded_shape, is_flagged
from studio.program.bound import Bound, Data, columns_of, is_number, is_text
from studio.program.layout import INDENT, Expression, Group, Line, call, lines
from studio.program.literals import literal, text
from studio.program.reading import COLUMNS_OF_ONE, File, number_columns, number_dtype
from studio.program.scaling import scaling

LEARNED = {Encoding.STANDARDIZE: "standardize", Encoding.MIN_MAX: "min_max"}


def encode_columns(data: Data, file: File, variables: dict[str, str]) -> Iterator[Line]:
    """The assignments that make an array of each feature, as far as that takes no other rows."""
    for bound in data.features:
        yield from _assigned(data, file, bound, variables[bound.feature.name])
    if len(variables) > 1 and (file.holds_arrays or not all(_fits(bound.feature) for bound in data.features)):
        yield from lines(call("check_lengths", **{name: name for name in variables.values()}), INDENT)


def _fits(feature: Feature) -> bool:
    """Whether a feature of a table has as many numbers as columns, so that no row can be lost."""
    if feature.window is not None or not is_number(feature) or None in feature.shape:
        return True
    return math.prod(axis or 1 for axis in feature.shape) == len(columns_of(feature))


def learn_statistics(data: Data, variables: dict[str, str]) -> Iterator[Line]:
    """The assignments that take the statistics of the training rows: means for what is missing, scales."""
    for bound in data.features:
        feature, name = bound.feature, variables[bound.feature.name]
        flagged = is_flagged(feature)
        if flagged:
            absent = f"{name}.then(np.isnan)" if data.is_stored else f"np.isnan({name})"
            yield f"{INDENT}{name}_missing = {absent}", bound.node
        if is_filled(feature):
            yield f'{INDENT}{name} = fill({name}, rows["train"])', bound.node
            if _is_whole(feature) and feature.encoding is Encoding.NONE:
                yield from lines(_rounded(data, feature, name), INDENT, f"{name} = ", node=bound.node)
        if feature.encoding in LEARNED:
            yield f'{INDENT}{name} = {LEARNED[feature.encoding]}({name}, rows["train"])', bound.node
        if flagged:
            pair = f"np.concatenate([{name}, {name}_missing], axis=-1)"
            pair = f"flagged({name}, {name}_missing)" if data.is_stored else pair
            yield f"{INDENT}{name} = {pair}", bound.node


def _rounded(data: Data, feature: Feature, name: str) -> Expression:
    if data.is_stored:
        return call(f"{name}.then", f"lambda rows: np.round(rows).astype({text(feature.dtype)})")
    return f"np.round({name}).astype({text(feature.dtype)})"


def chosen(bound: Bound, name: str) -> Expression:
    """The array of a feature's values for some examples."""
    feature = bound.feature
    picked = f"{name}[chosen]"
    if feature.window is not None:
        first, length = feature.window.first, feature.window.length
        picked = f"{name}[chosen{f' + {first}' if first > 0 else f' - {-first}' if first else ''}]"
        if length > 1:
            picked = f"window({name}, chosen, {first}, {length})"
        shape = encoded_shape(feature)
        if feature.encoding not in STREAMED and None not in shape:
            return call(f"{picked}.reshape", "len(chosen)", *map(repr, shape))
    return picked


def is_filled(feature: Feature) -> bool:
    """Whether missing numbers become the mean of the training examples."""
    if feature.missing not in (Missing.FILL, Missing.FLAG):
        return False
    return is_number(feature) or feature.encoding is Encoding.DATE


def _assigned(data: Data, file: File, bound: Bound, name: str) -> Iterator[Line]:
    feature = bound.feature
    if len(columns_of(feature)) > 1 and not file.holds_arrays and feature.encoding is not Encoding.DATE:
        names = literal(columns_of(feature))
        yield from lines(names, INDENT, "columns = ", node=bound.node)
    match feature.encoding:
        case Encoding.CATEGORY | Encoding.ONE_HOT:
            value = _category(file, feature)
        case Encoding.DATE:
            value = _dates(feature)
        case Encoding.IMAGE | Encoding.MASK | Encoding.SOUND | Encoding.TEXT_FILE:
            value = call("files", file.folder, _cell(feature))
        case _:
            value = _texts(file, feature) if is_text(feature) else _numbers(data, file, feature)
    yield from lines(value, INDENT, f"{name} = ", node=bound.node)
    if feature.encoding is Encoding.ONE_HOT:
        eye = f"np.eye({len(feature.classes)}, dtype={text(feature.dtype)})[{name}]"
        yield f"{INDENT}{name} = {eye}{_one_hot_shape(file, feature)}", bound.node


def _numbers(data: Data, file: File, feature: Feature) -> Expression:
    dtype = "float64" if _is_whole(feature) and is_filled(feature) else encoded_dtype(feature)
    suffix = _row_shape(file, feature) + (scaling(feature.scale) if feature.encoding is Encoding.SCALE else "")
    columns, read = columns_of(feature), number_dtype(data)
    if file.holds_arrays:
        return f"table[{text(columns[0])}].astype({text(dtype)}){suffix}"
    cells = f"table[{text(columns[0])}]" if len(columns) == 1 else "table[name]"
    if not set(columns) <= set(number_columns(data)):
        cells = _as_numbers(cells, file, read)
    value = call("np.stack", f"[{cells} for name in columns]", axis="-1") if len(columns) > 1 else cells
    if dtype != read and _is_whole(feature) and feature.encoding is Encoding.NONE:
        value = call("whole", value)
        read = "int64"
    return _suffixed(value, ("" if dtype == read else f".astype({text(dtype)})") + suffix)


def _as_numbers(cells: str, file: File, dtype: str) -> str:
    """Cells that are read as text, as numbers."""
    decimal = getattr(file.source, "decimal", ".")
    cell = 'cell or "nan"' if decimal == "." else 'as_number(cell or "nan")'
    return f"np.array([{cell} for cell in {cells}], dtype={text(dtype)})"


def _texts(file: File, feature: Feature) -> Expression:
    if file.holds_arrays:
        return f"{_cell(feature)}.astype(str){_row_shape(file, feature)}"
    return _suffixed(_side_by_side(feature), _row_shape(file, feature))


def _category(file: File, feature: Feature) -> Expression:
    numbered = isinstance(file.source, KerasSource) or feature.classes == tuple(map(str, range(len(feature.classes))))
    shape = "" if feature.encoding is Encoding.ONE_HOT else _row_shape(file, feature)
    if isinstance(file.source, KerasSource) and file.source.name in COLUMNS_OF_ONE and not shape:
        shape = ".reshape(-1)"
    if file.holds_arrays and numbered:
        return f'{_cell(feature)}.astype("int64"){shape}'
    cells = _cell(feature) if file.holds_arrays else _side_by_side(feature)
    return _suffixed(call("encode", cells, literal(feature.classes)), shape)


def _dates(feature: Feature) -> Expression:
    parts = literal(tuple(part.value for part in feature.parts))
    return call("cycles", "table", literal(columns_of(feature)), parts)


def _cell(feature: Feature) -> str:
    return f"table[{text(columns_of(feature)[0])}]"


def _side_by_side(feature: Feature) -> Expression:
    if len(columns_of(feature)) == 1:
        return _cell(feature)
    return call("np.stack", "[table[name] for name in columns]", axis="-1")


def _row_shape(file: File, feature: Feature) -> str:
    """The call that gives each row its shape, where that is known and not yet so."""
    if feature.window is not None:
        return ".reshape(-1, 1)" if is_flagged(feature) and len(columns_of(feature)) == 1 else ""
    if not feature.shape or None in feature.shape:
        return ""
    if not file.holds_arrays and len(columns_of(feature)) > 1 and len(feature.shape) == 1:
        return ""
    return _reshaped(feature.shape)


def _one_hot_shape(file: File, feature: Feature) -> str:
    """The call that makes one vector of each row's, where that is not yet so."""
    shape = encoded_shape(feature)
    is_flat = feature.shape == () or (len(columns_of(feature)) == 1 and not file.holds_arrays)
    if feature.window is not None or None in shape or (is_flat and len(shape) == 1):
        return ""
    return _reshaped(shape)


def _reshaped(shape: Shape) -> str:
    return f".reshape({', '.join(map(repr, (-1, *shape)))})"


def _suffixed(expression: Expression, suffix: str) -> Expression:
    if not suffix or isinstance(expression, str):
        return f"{expression}{suffix}" if isinstance(expression, str) else expression
    return Group(expression.head, expression.items, expression.tail + suffix, expression.after, expression.lone_comma)


def _is_whole(feature: Feature) -> bool:
    return not _is_float(feature.dtype)


def _is_float(dtype: str) -> bool:
    return "float" in dtype
