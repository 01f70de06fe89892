"""A quick, bounded look at what pandas reads: Parquet files and Excel workbooks."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.errors import DataRefused
from studio.core.wording import bytes_text
from studio.data.columns import Gathered, check_names, check_width
from studio.data.csv_table import MAX_CELLS, MAX_ROWS
from studio.data.options import AS_FOUND, LookOptions
from studio.data.table import TableForm, TableLook

if TYPE_CHECKING:
    import pandas

MAX_BATCH_ROWS = 10_000
MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_EXCEL_ROWS = 20_000
"""Excel's XML is slow to read."""
UNREADABLE = (OSError, ValueError, LookupError, TypeError, NotImplementedError, ArithmeticError)
"""What the libraries raise of files that are broken inside."""
INSTALL = 'Install them with: pip install "layer-studio[tables]"'


def look_at_parquet(path: Path) -> TableLook:
    """Look at the first rows of a Parquet file; its own metadata say how many there are. Raises DataRefused."""
    parquet = _library("pyarrow.parquet", path)
    try:
        with parquet.ParquetFile(path) as file:
            names = check_names(path, file.schema_arrow.names, "its schema")
            check_width(path, len(names))
            _check_flat(path, file.schema_arrow)
            limit = max(1, min(MAX_ROWS, MAX_CELLS // max(1, len(names))))
            rows = file.metadata.num_rows
            return _looked(path, _first_rows(file, limit), names, 1, TableForm.PARQUET, rows)
    except UNREADABLE as error:  # pyarrow's own are of these
        raise _unreadable(path, "parquet.read", error, "Write it again, with pandas.DataFrame.to_parquet.") from error


def look_at_excel(path: Path, options: LookOptions = AS_FOUND) -> TableLook:
    """Look at the first rows of a sheet of a workbook, the first one unless `options` name another.

    Cells are what their formulas came to when the workbook was saved. Raises DataRefused.
    """
    pandas, openpyxl = _library("pandas", path), _library("openpyxl", path)
    advice = "Save it again as an Excel workbook (.xlsx), or as CSV."
    try:
        _check_archive(path)
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of styles and checks that it leaves out
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                sheets = [sheet.title for sheet in book.worksheets]
                sheet = _sheet(path, sheets, options.sheet)
                names = _header(path, book[sheet])
            finally:
                book.close()
            limit = max(1, min(MAX_EXCEL_ROWS, MAX_CELLS // len(names)))
            frame = pandas.read_excel(file, sheet_name=sheet, nrows=limit + 1)
    except (*UNREADABLE, AttributeError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(path, "excel.read", error, advice) from error
    is_whole = len(frame) <= limit
    look = _looked(path, frame[:limit], names, 2, TableForm.EXCEL, len(frame) if is_whole else None)
    return replace(look, sheet=sheet, sheets=tuple(sheets))


def _library(name: str, path: Path) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise DataRefused(
            "table.library",
            f"{path.name} is read by pandas, pyarrow and openpyxl, and {name.partition('.')[0]} is not installed.",
            INSTALL,
        ) from error


def _first_rows(file: Any, limit: int) -> pandas.DataFrame:
    """The first rows of a Parquet file as pandas has them when it reads all of it."""
    import pyarrow

    batches, rows = [], 0
    for batch in file.iter_batches(batch_size=min(limit, MAX_BATCH_ROWS)):
        batches.append(batch)
        rows += batch.num_rows
        if rows >= limit:
            break
    frame = pyarrow.Table.from_batches(batches, schema=file.schema_arrow).to_pandas().reset_index(drop=True)
    holed = [name for at, name in enumerate(file.schema_arrow.names) if _has_nulls(file.metadata, at)]
    return frame.astype({name: "float64" for name in holed if frame[name].dtype.kind in "iu"})


def _has_nulls(metadata: Any, column: int) -> bool:
    groups = (metadata.row_group(at).column(column).statistics for at in range(metadata.num_row_groups))
    return any(each is not None and each.has_null_count and each.null_count for each in groups)


def _looked(
    path: Path, frame: pandas.DataFrame, names: Sequence[str], first: int, form: TableForm, rows: int | None
) -> TableLook:
    """What stands in the rows of a frame, of which the first has the number `first`; `rows` is how many there are."""
    if not len(frame):
        raise DataRefused("table.empty", f"{path.name} has columns and no rows.", "Choose a table with examples in it.")
    if frame.shape[1] != len(names):
        raise DataRefused(
            "table.ragged",
            f"{path.name} has cells in {frame.shape[1]:,} columns and names for {len(names):,}.",
            "Give every column a name, and clear the cells beside the table.",
        )
    table = Gathered(names)
    absent = frame.isna().to_numpy()
    for at, (values, gaps) in enumerate(zip(frame.itertuples(index=False, name=None), absent, strict=True)):
        table.take(first + at, ["" if gap else str(value) for value, gap in zip(values, gaps, strict=True)])
    is_whole = rows is not None and rows == table.rows
    return TableLook(
        path,
        "",
        table.looked(path.parent),
        table.rows,
        is_whole,
        form,
        estimated_rows=rows or table.rows,
        head=tuple(table.head),
    )


def _check_flat(path: Path, schema: Iterable[Any]) -> None:
    """Raise DataRefused if a column holds several values a row."""
    import pyarrow

    nested = [field.name for field in schema if pyarrow.types.is_nested(field.type)]
    if nested:
        raise DataRefused(
            "parquet.nested",
            f"The column “{nested[0][:60]}” of {path.name} holds several values in each row.",
            "Make a column of each value, or save arrays as a NumPy archive (.npz).",
        )


def _check_archive(path: Path) -> None:
    """Refuse a workbook that would grow too large when it is unpacked."""
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise DataRefused(
            "excel.large",
            f"{path.name} would unpack to {bytes_text(size)}; at most {bytes_text(MAX_UNPACKED_BYTES)} are read.",
            "Save the sheet as CSV.",
        )


def _sheet(path: Path, sheets: Sequence[str], wanted: str | None) -> str:
    if wanted is not None and wanted not in sheets:
        raise DataRefused(
            "excel.sheet",
            f"{path.name} has no sheet “{wanted[:60]}”.",
            f"There are {', '.join(f'“{sheet[:40]}”' for sheet in sheets[:10])}.",
        )
    if not sheets:
        raise DataRefused("excel.sheet", f"{path.name} has no sheet with cells.", "Choose another workbook.")
    return wanted if wanted is not None else sheets[0]


def _header(path: Path, sheet: Any) -> list[str]:
    """The names in the first row."""
    row = next(iter(sheet.iter_rows(max_row=1, values_only=True)), ())
    cells = ["" if cell is None else str(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        raise DataRefused(
            "table.nameless", f"The first row of {path.name} is empty.", "Put the names of the columns there."
        )
    check_width(path, len(cells))
    return check_names(path, cells, "row 1")


def _unreadable(path: Path, code: str, error: Exception, advice: str) -> DataRefused:
    said = (isinstance(error, OSError) and error.strerror) or str(error).partition("\n")[0][:200] or "it ends too early"
    return DataRefused(code, f"{path.name} cannot be read: {said.rstrip('.')}.", advice)
