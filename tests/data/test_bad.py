"""Bad data: what is said of each, with its line, cell, column or file, before anything is trained."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pytest

from studio.core.errors import DataRefused
from studio.data import csv_table, frames, json_lines
from studio.data.archive import ArchiveLook
from studio.data.encodings import encoded_as
from studio.data.folder import FolderLook
from studio.data.look import Look, look_at
from studio.data.options import AS_FOUND, LookOptions
from studio.data.suggestions import suggested
from studio.document.data_choice import Missing
from studio.program.writer import write
from studio.session.data_setup import features_of, source_of
from tests.data.bad_files import LOOKED_ROWS, MADE
from tests.data.script_rows import rows_read
from tests.program.scripts import executed
from tests.program.test_loading import project

BAD = Path(__file__).parent / "bad"
MANUAL = Path(__file__).parents[2] / "docs" / "problems.md"


@dataclass(frozen=True)
class Refused:
    """The look ends with this."""

    code: str
    says: str
    options: LookOptions = AS_FOUND


@dataclass(frozen=True)
class Unfit:
    """The look is whole, and `column` cannot be encoded so."""

    code: str
    says: str
    rows: int
    column: str
    encoding: str


@dataclass(frozen=True)
class Faulty:
    """The look is whole, and names a file with this fault."""

    code: str
    says: str
    rows: int


@dataclass(frozen=True)
class Late:
    """Beyond what is looked at: the script's own `load_data` ends with this, which the check of the data says."""

    says: str
    code: str = "examples.refused"


Told: TypeAlias = Refused | Unfit | Faulty | Late

UTF8 = LookOptions(encoding="utf-8")
NUMBERS = "standardize"

CASES: dict[str, Told] = {
    # Tables as text
    "empty.csv": Refused("csv.empty", "empty.csv is empty"),
    "blank_lines.csv": Refused("csv.empty", "blank_lines.csv is empty"),
    "only_header.csv": Refused("csv.empty", "no rows below"),
    "ragged_short.csv": Refused("csv.ragged", "Line 3 of ragged_short.csv has 2 cells; there are 3 column names."),
    "ragged_long.csv": Refused("csv.ragged", "Line 3 of ragged_long.csv has 4 cells; there are 3 column names."),
    "unquoted_delimiter.csv": Refused("csv.ragged", "Line 3 of unquoted_delimiter.csv has 3 cells"),
    "trailing_delimiter.csv": Refused("table.nameless", "Column 3 of trailing_delimiter.csv has no name in line 1."),
    "trailing_delimiter_below.csv": Refused("csv.ragged", "Line 2 of trailing_delimiter_below.csv has 3 cells"),
    "ragged_behind_quoted_newline.csv": Refused("csv.ragged", "Line 7 of ragged_behind_quoted_newline.csv has 1 cell"),
    "title_above.csv": Refused("csv.ragged", "Line 2 of title_above.csv has 2 cells; there is 1 column name."),
    "sep_line.csv": Refused("table.nameless", "Column 2 of sep_line.csv has no name in line 1"),
    "footer.csv": Refused("csv.ragged", "Line 4 of footer.csv has 1 cell"),
    "nul_byte.csv": Refused("csv.nul", "Line 3 of nul_byte.csv holds a NUL byte"),
    "utf16_without_bom.csv": Refused("csv.nul", "Line 1 of utf16_without_bom.csv holds a NUL byte"),
    "png_called.csv": Refused("csv.binary", "Line 2 of png_called.csv holds bytes that no text has"),
    "not_utf8_in_line_3.csv": Refused("csv.encoding", "Line 3 of not_utf8_in_line_3.csv is not UTF-8 text.", UTF8),
    "not_utf8.csv": Refused("csv.codec", "“utf-9”, which is no encoding", LookOptions(encoding="utf-9")),
    "unclosed_quote.csv": Refused("csv.syntax", "The row that begins in line 3 of unclosed_quote.csv"),
    "text_behind_quote.csv": Refused("csv.syntax", "The row that begins in line 3 of text_behind_quote.csv"),
    "duplicate_names.csv": Refused("table.duplicate", "duplicate_names.csv names the column “size” twice in line 1."),
    "empty_name.csv": Refused("table.nameless", "Column 2 of empty_name.csv has no name in line 1."),
    "blank_name.csv": Refused("table.nameless", "Column 2 of blank_name.csv has no name in line 1."),
    "line_of_a_million.csv": Refused("csv.line", "Line 3 of line_of_a_million.csv has more than 1,000,000 characters"),
    "field_of_200000.csv": Refused("csv.syntax", "The row that begins in line 3 of field_of_200000.csv"),
    "columns_10001.csv": Refused("table.columns", "columns_10001.csv has 10,001 columns"),
    "name_of_300_letters.csv": Refused("table.name", "Column 1 of name_of_300_letters.csv has a name of 300 char"),
    "table.pdf": Refused("data.kind", "table.pdf is no kind of file"),
    "mixed_cells.csv": Unfit(
        "data.numbers", "“three” in line 4 and “five” in line 6 are no number", 6, "size", NUMBERS
    ),
    "decimal_comma_and_point.csv": Unfit("data.numbers", "“1,5” in line 2 is no number", 4, "size", NUMBERS),
    "thousands.csv": Unfit("data.numbers", "“1,234” in line 2 is no number", 3, "price", NUMBERS),
    "unit_in_a_cell.csv": Unfit("data.numbers", "“6 kg” in line 3 is no number", 3, "weight", NUMBERS),
    "question_mark_for_missing.csv": Unfit("data.numbers", "“?” in line 3 is no number", 3, "age", NUMBERS),
    "not_a_number.csv": Unfit("data.numbers", "“nan” in line 3 is no number", 3, "age", NUMBERS),
    "infinite.csv": Unfit("data.numbers", "“1e999” in line 3 is no number", 3, "age", NUMBERS),
    "arabic_digits.csv": Unfit("data.numbers", "“١٢” in line 3 is no number", 3, "age", NUMBERS),
    "underscore_in_number.csv": Unfit("data.numbers", "“1_000” in line 3 is no number", 3, "age", NUMBERS),
    "header_repeated.csv": Unfit("data.numbers", "“price” in line 4 is no number", 4, "price", NUMBERS),
    "empty_column.csv": Unfit("data.numbers", "“” in line 2 and “” in line 3 are no number", 2, "note", NUMBERS),
    "impossible_date.csv": Unfit("data.dates", "“2024-02-30” in line 3 is no date", 3, "day", "date"),
    "american_date.csv": Unfit("data.dates", "“02/29/2024” in line 3 is no date", 3, "day", "date"),
    "one_class.csv": Unfit("data.one_class", "“kind” has only one value: “cat”", 3, "kind", "category"),
    "class_of_300_letters.csv": Unfit("data.class_name", "ccc” in class_of_300_letters.csv", 2, "kind", "category"),
    "classes_1500.csv": Unfit("data.classes", "“kind” has more than a thousand", 1500, "kind", "one_hot"),
    "text_for_image.csv": Unfit("data.files", "“words.txt” in line 2", 2, "photo", "image"),
    "missing_files.csv": Unfit("data.files", "“gone.png” in line 3", 2, "photo", "image"),
    "files_gone.csv": Unfit("data.files", "“gone.png” in line 3 is no name of a file", 2, "photo", "image"),
    "files_outside.csv": Unfit("data.files", "“../picture.png” in line 3 is no name", 2, "photo", "image"),
    "absolute_files.csv": Unfit("data.files", "” in line 3 is no name of a file", 2, "photo", "image"),
    "files_behind_a_link.csv": Unfit("data.files", "“inside/1.png” in line 3 is no name", 2, "photo", "image"),
    "files_of_two_sorts.csv": Unfit("data.files", "csv: “bell.wav” in line 3 is no name", 2, "photo", "image"),
    # What only reading all of it finds
    "last_cell_a_text.csv": Late("Line 20002 has 'ten' as 'x', which is no number."),
    "last_point_for_thousands.csv": Late("Line 20002 has '1.234' as 'x', which is no number."),
    "last_row_short.csv": Late("last_row_short.csv has 1 cells, not 2."),
    "last_row_long.csv": Late("Line 20002 of "),
    "last_quote_open.csv": Late("Line 20003 of "),
    "last_row_nul.csv": Late(r"Not among the 2 classes: ['s\x00ea']"),
    "last_row_not_utf8.csv": Late("last_row_not_utf8.csv below line "),
    "last_class_unknown.csv": Late("Not among the 2 classes: ['moon']"),
    "last_cell_empty.csv": Late("last_cell_empty.csv has no 'x'."),
    "last_line_cut.jsonl": Late("Line 20001 of "),
    "last_line_a_list.jsonl": Late("Line 20001 of "),
    "last_line_not_utf8.jsonl": Late("Line 20001 of "),
    "last_line_nested.jsonl": Late("Line 20001 of "),
    # JSON lines
    "empty.jsonl": Refused("json.empty", "empty.jsonl is empty"),
    "cut_off.jsonl": Refused("json.syntax", "Line 2 of cut_off.jsonl is no JSON: Unterminated string, at cha"),
    "one_array.jsonl": Refused("json.object", "Line 1 of one_array.jsonl holds a list"),
    "pretty_printed.jsonl": Refused("json.syntax", "Line 1 of pretty_printed.jsonl is no JSON"),
    "not_an_object.jsonl": Refused("json.object", "Line 2 of not_an_object.jsonl holds a number"),
    "key_twice.jsonl": Refused("json.syntax", "Line 2 of key_twice.jsonl is no JSON: “size” stands twice"),
    "empty_key.jsonl": Refused("table.nameless", "Column 2 of empty_key.jsonl has no name"),
    "latin1.jsonl": Refused("json.encoding", "Line 2 of latin1.jsonl is not UTF-8 text"),
    "line_of_a_million.jsonl": Refused("json.line", "Line 1 of line_of_a_million.jsonl"),
    "nested_deeply.jsonl": Refused("json.syntax", "Line 1 of nested_deeply.jsonl is no JSON: it is nested too deeply"),
    "text_among_numbers.jsonl": Unfit("data.numbers", "“two” in line 2 is no number", 3, "size", NUMBERS),
    "nan.jsonl": Unfit("data.numbers", "“NaN” in line 2 is no number", 3, "size", NUMBERS),
    "list_in_a_value.jsonl": Unfit("data.numbers", "“[1, 2]” in line 2 is no number", 3, "size", NUMBERS),
    # NumPy
    "text.npz": Refused("npz.kind", "text.npz is no NumPy archive"),
    "text.npy": Refused("npz.read", "text.npy cannot be read as a NumPy array"),
    "objects.npy": Refused("npz.object", "The array “objects” in objects.npy holds Python objects"),
    "objects.npz": Refused("npz.object", "The array “x” in objects.npz holds Python objects"),
    "fields.npy": Refused("npz.record", "The array “fields” in fields.npy has several fields"),
    "one_number.npy": Refused("npz.scalar", "one_number.npy holds a single number"),
    "header_cut.npy": Refused("npz.read", "the header of “header_cut” is broken"),
    "shorter_than_said.npy": Refused("npz.short", "less or more of “shorter_than_said” than its shape (9, 4)"),
    "longer_than_said.npy": Refused("npz.short", "less or more of “longer_than_said” than its shape (9, 4)"),
    "version_3.npz": Refused("npz.version", "holds “x” in version 3.0"),
    "bomb.npz": Refused("npz.ratio", "holds “x.npy”, which would grow more than 200-fold"),
    "cut.npz": Refused("npz.short", "cut.npz ends in the middle of an array"),
    "no_members.npz": Refused("npz.empty", "no_members.npz holds no arrays"),
    "same_name_twice.npz": Refused("npz.duplicate", "holds “x” twice"),
    "climbing.npz": Refused("npz.name", "holds “../x.npy”"),
    "lzma.npz": Refused("npz.compression", "holds “x.npy”, compressed"),
    "password.npz": Refused("npz.encrypted", "holds “x.npy” behind a password"),
    "overlapping.npz": Refused("npz.overlap", "holds “b.npy” in the same place"),
    "members_1001.npz": Refused("npz.members", "members_1001.npz holds more than 1,000 arrays"),
    "no_arrays_inside.npz": Refused("npz.read", "no_arrays_inside.npz cannot be read"),
    # What pandas reads
    "text.parquet": Refused("parquet.read", "text.parquet cannot be read"),
    "cut.parquet": Refused("parquet.read", "cut.parquet cannot be read"),
    "nested.parquet": Refused("parquet.nested", "The column “box” of nested.parquet"),
    "no_rows.parquet": Refused("table.empty", "no_rows.parquet has columns and no rows"),
    "same_name_twice.parquet": Refused("table.duplicate", "names the column “size” twice"),
    "empty_name.parquet": Refused("table.nameless", "Column 2 of empty_name.parquet"),
    "text.xlsx": Refused("excel.read", "text.xlsx cannot be read"),
    "not_utf8.parquet": Refused("parquet.read", "not_utf8.parquet cannot be read"),
    "broken_inside.xlsx": Refused("excel.read", "broken_inside.xlsx cannot be read"),
    "no_workbook.xlsx": Refused("excel.read", "no_workbook.xlsx cannot be read"),
    "swollen.xlsx": Refused("excel.large", "swollen.xlsx would unpack to"),
    "first_row_empty.xlsx": Refused("table.nameless", "The first row of first_row_empty.xlsx is empty"),
    "only_header.xlsx": Refused("table.empty", "only_header.xlsx has columns and no rows"),
    "same_name_twice.xlsx": Refused("table.duplicate", "names the column “size” twice in row 1"),
    "empty_name.xlsx": Refused("table.nameless", "Column 2 of empty_name.xlsx has no name in row 1"),
    "cells_beside.xlsx": Refused("table.ragged", "cells_beside.xlsx has cells in 3 columns and names for 2"),
    "title_above.xlsx": Refused("table.ragged", "title_above.xlsx has cells in 2 columns and names for 1"),
    "text_among_numbers.xlsx": Unfit("data.numbers", "“two” in row 3 is no number", 3, "size", NUMBERS),
    # Folders of images, with masks
    "empty_folder": Refused("folder.nothing", "empty_folder holds no images, texts or sounds"),
    "hidden_only": Refused("folder.nothing", "hidden_only holds no images, texts or sounds"),
    "pdf_only": Refused("folder.nothing", "the first of other files is scan.pdf"),
    "masks_only": Refused("folder.masks", "masks_only holds masks in masks", LookOptions(masks="masks")),
    "one_class": Unfit("data.one_class", "“class” has only one value: “cat”", 3, "class", "category"),
    "text_called_png": Faulty("file.image", "dog/bad.png is no image", 3),
    "empty_png": Faulty("file.image", "dog/bad.png is no image", 3),
    "webp_called_png": Faulty("file.image", "dog/bad.png is no image", 3),
    "cut_in_the_header": Faulty("file.image", "dog/bad.png cannot be read", 3),
    "no_pixels": Faulty("file.image", "dog/bad.png", 3),
    "huge_header": Faulty("file.pixels", "dog/bad.png has", 3),
    "wide_header": Faulty("file.pixels", "dog/bad.png has 51,000,000 × 1 pixels", 3),
    "link_to_a_file": Faulty("file.link", "dog/bad.png is a link", 2),
    "link_to_a_folder": Faulty("file.link", "dog/more is a link", 2),
    "mask_of_other_proportions": Faulty("file.mask_size", "masks/2.png has 20 × 6 pixels, and its image 8 × 6.", 3),
    "masks_in_color": Unfit("data.mask_channels", "“mask” names images in color", 2, "mask", "mask"),
    "two_masks_of_one_name": Faulty("file.mask_twice", "masks/2.png has the same name as the mask masks/2.bmp", 2),
    # Folders of sounds and texts
    "wav_24_bit": Faulty("file.bits", "low/bad.wav has samples of 24 bits", 3),
    "wav_8_bit": Faulty("file.bits", "low/bad.wav has samples of 8 bits", 3),
    "wav_cut": Faulty("file.sound", "low/bad.wav ends before its 400 samples do", 3),
    "wav_cut_in_the_header": Faulty("file.sound", "low/bad.wav is no WAV file", 3),
    "wav_of_nothing": Faulty("file.sound", "low/bad.wav has no samples", 3),
    "wav_behind_its_end": Faulty("file.sound", "low/bad.wav is no WAV file", 3),
    "mp3_called_wav": Faulty("file.sound", "low/bad.wav is no WAV file", 3),
    "binary_text": Faulty("file.binary", "sad/bad.txt holds bytes that no text has", 3),
    "latin1_text": Faulty("file.encoding", "sad/bad.txt is not UTF-8 text in line 2", 3),
    "utf16_text": Faulty("file.binary", "sad/bad.txt holds bytes that no text has", 3),
}

GOOD: dict[str, int] = {
    "quoted_newline.csv": 3,
    "quoted_delimiter.csv": 2,
    "doubled_quotes.csv": 2,
    "cr_only.csv": 3,
    "crlf_and_lf.csv": 3,
    "no_last_newline.csv": 2,
    "bom.csv": 2,
    "not_utf8.csv": 2,
    "utf16_with_bom.csv": 2,
    "one_column.csv": 3,
    "blank_lines_between.csv": 2,
    "line_separator_in_a_cell.csv": 3,
    "decimal_comma.csv": 2,
    "no_header.csv": 3,
    "spaces_around.csv": 2,
    "tabs.tsv": 2,
    "keys_missing.jsonl": 3,
    "odd_names": 3,
}
"""What is easily read wrongly, and how many rows are in it."""

BY_ENGINE = {"png_cut_in_the_pixels", "jpeg_cut_in_the_pixels", "mask_missing"}
"""What only a program that has TensorFlow finds: see the engine's tests of bad files."""


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_table, json_lines, frames):
        monkeypatch.setattr(module, "MAX_ROWS", LOOKED_ROWS)


def placed(name: str, folder: Path) -> Path:
    """The fixture of a name, alone in a folder (with the file that some of the tables name)."""
    folder /= "bad"
    folder.mkdir()
    if name in MADE:
        MADE[name](folder / name)
    else:
        shutil.copy(BAD / "words.txt", folder)
        shutil.copy(BAD / name, folder)
    return folder / name


def refusal(look: Look, told: Unfit) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        encoded_as(look, told.column, (told.column,), told.encoding)
    return caught.value


def faults(look: Look) -> list[tuple[str, str]]:
    assert isinstance(look, FolderLook)
    return [(fault.code, fault.text) for fault in look.faults]


def raised_by_script(look: Look, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ValueError:
    features = [replace(feature, missing=Missing.REFUSE) for feature in features_of(suggested(look))]
    taken, target = features[0], features[-1]
    size = ",".join(map(str, taken.shape))
    drawing = f'input({size}, feature="{taken.name}") > flatten > dense(1) > output(target="{target.name}", loss="mse")'
    program = write(project(source_of(look, folder), taken, target, drawing=drawing), base=folder)
    with pytest.raises(ValueError, match=r".") as caught:
        executed(program, folder, monkeypatch)["load_data"]()
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_with_where_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = placed(name, tmp_path)
    told = CASES[name]
    if isinstance(told, Refused):
        with pytest.raises(DataRefused) as caught:
            look_at(path, options=told.options)
        assert (caught.value.code, told.says in caught.value.text) == (told.code, True), caught.value.text
        assert caught.value.text.endswith(".")
        assert caught.value.advice.endswith(".")
        return
    look = look_at(path)
    match told:
        case Unfit():
            refused = refusal(look, told)
            assert (refused.code, told.says in refused.text) == (told.code, True), refused.text
            assert (look.rows, rows_read(look)) == (told.rows, told.rows)  # type: ignore[union-attr]
        case Faulty():
            assert any(code == told.code and told.says in text for code, text in faults(look)), faults(look)
            assert (look.rows, rows_read(look)) == (told.rows, told.rows)  # type: ignore[union-attr]
        case Late():
            raised = raised_by_script(look, path.parent, monkeypatch)
            assert told.says in str(raised)
            assert "\n" not in str(raised)


@pytest.mark.parametrize("name", GOOD)
def test_no_row_is_shifted_or_swallowed_of_what_is_easily_read_wrongly(name: str, tmp_path: Path) -> None:
    look = look_at(placed(name, tmp_path))
    assert not isinstance(look, ArchiveLook)
    assert (look.rows, look.is_whole, rows_read(look)) == (GOOD[name], True, GOOD[name])


def test_cells_of_mixed_columns_are_never_suggested(tmp_path: Path) -> None:
    look = look_at(placed("mixed_cells.csv", tmp_path))
    assert [suggestion.columns for suggestion in suggested(look)] == [("kind",)]


def test_every_fixture_is_in_a_table_and_there_are_sixty() -> None:
    kept = {path.name for path in BAD.iterdir()} - {".gitattributes", "words.txt"}
    assert set(CASES) | set(GOOD) | BY_ENGINE == kept | set(MADE)
    assert len(CASES) >= 60


def test_every_code_of_bad_data_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+\.\w+)` \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE))
    assert {told.code for told in CASES.values()} <= explained
