"""What was found out about a file can be overruled: its delimiter, encoding, decimals, first line, sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import openpyxl
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document import edits
from studio.document.data_choice import CsvSource, ExcelSource
from studio.gui.data.how_read import Said
from tests.gui.data.conftest import Desk

Open: TypeAlias = Callable[..., Desk]


def pick(made: Desk, said: Said, words: str) -> None:
    """Choose from the list with the keys, and wait until the file is read."""
    combo = said.combo
    assert said.isVisible()
    combo.setFocus()
    at = combo.findText(words)
    assert at >= 0, [combo.itemText(each) for each in range(combo.count())]
    down = at > combo.currentIndex()
    while combo.currentIndex() != at:
        QTest.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
    made.settle()


def shown(said: Said) -> str:
    return said.combo.currentText()


def test_what_was_found_out_is_shown_when_it_is_asked_for(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "cows.csv"
    file.write_bytes("Größe;Gewicht;Art\n1,5;20,25;Kühe\n2,5;30,5;Höfe\n3,25;7,0;Kühe\n".encode("latin-1"))
    made = desk()
    made.open(file)
    how = made.place.how_read
    assert not how.isVisible()
    made.click(made.place.how)
    assert how.isVisible()
    assert (shown(how.delimiter), shown(how.decimal), shown(how.header)) == (
        "semicolon",
        "comma: 1,5",
        "names of columns",
    )
    assert shown(how.encoding) == "Windows-1252"
    assert not how.sheet.isVisible()


def test_the_first_line_is_taken_for_names_and_back_with_undo(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "years.csv"
    file.write_text("2001,5\n2002,7\n2003,8\n2004,9\n")
    made = desk()
    made.open(file)
    before = made.features
    made.click(made.place.how)
    assert shown(made.place.how_read.header) == "an example"
    pick(made, made.place.how_read.header, "names of columns")
    assert made.session.document.data.source == CsvSource(str(file))
    assert made.place.look is not None
    assert [column.name for column in made.place.look.columns] == ["2001", "5"]
    made.session.undo()
    made.settle()
    assert (made.features, shown(made.place.how_read.header)) == (before, "an example")


def test_a_second_file_for_the_test_stays(desk: Open, tmp_path: Path) -> None:
    file, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for each in (file, second):
        each.write_text("x;y\n1,5;2,5\n2,5;3,5\n")
    made = desk()
    made.open(file)
    data = made.session.document.data
    assert isinstance(data.source, CsvSource)
    made.read_paths.add((second,))
    with_test = replace(data, source=replace(data.source, test_path=str(second)))
    made.session.do(edits.set_data(made.session.document, with_test))
    made.settle()
    made.click(made.place.how)
    pick(made, made.place.how_read.decimal, "point: 1.5")
    source = made.session.document.data.source
    assert isinstance(source, CsvSource)
    assert (source.decimal, source.test_path) == (".", str(second))


def test_another_sheet_of_a_workbook_is_read(desk: Open, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "old"
    for title, names in (("old", ("a", "b")), ("new", ("c", "d"))):
        sheet = book["old"] if title == "old" else book.create_sheet(title)
        for row in (names, (1.5, 2), (2.5, 3), (3.5, 5)):
            sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    book.close()
    made = desk()
    made.open(tmp_path / "book.xlsx")
    made.click(made.place.how)
    assert not made.place.how_read.delimiter.isVisible()
    pick(made, made.place.how_read.sheet, "new")
    assert made.session.document.data.source == ExcelSource(str(tmp_path / "book.xlsx"), "new")
    assert made.place.look is not None
    assert [column.name for column in made.place.look.columns] == ["c", "d"]


def test_a_choice_that_cannot_be_read_says_the_line_and_leaves_everything(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "cows.csv"
    file.write_bytes("size;kind\n1,5;Kühe\n2,5;Höfe\n".encode("latin-1"))
    made = desk()
    made.open(file)
    before = made.session.document.data
    made.click(made.place.how)
    pick(made, made.place.how_read.encoding, "UTF-8")
    assert [error.code for error in made.refusals] == ["csv.encoding"]
    assert "Line 2" in str(made.refusals[0])
    assert made.session.document.data == before
    assert shown(made.place.how_read.encoding) == "Windows-1252"


def test_a_file_that_was_refused_can_be_read_otherwise(desk: Open, tmp_path: Path) -> None:
    """UTF-16 without its mark is full of NUL bytes, until somebody says what it is."""
    file = tmp_path / "notes.csv"
    file.write_bytes("size,price\n1.5,2\n3.5,4\n5.5,6\n".encode("utf-16-le"))
    made = desk()
    made.open(file)
    assert len(made.refusals) == 1
    how = made.place.how_read
    made.qtbot.waitUntil(how.isVisible)
    assert shown(how.encoding) == "found out"
    pick(made, how.encoding, "UTF-16 LE")
    assert made.session.document.data.source == CsvSource(str(file), encoding="utf-16-le")
    assert not how.isVisible()


def test_choosing_something_else_forgets_the_file_that_was_refused(desk: Open, tmp_path: Path, penguins: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("a,b\n1,2,3\n")
    made = desk()
    made.open(file)
    made.qtbot.waitUntil(made.place.how_read.isVisible)
    made.open(penguins)
    assert not made.place.how_read.isVisible()
    assert made.place.how.isVisible()


def test_a_table_is_kept_on_disk_and_back_with_undo(desk: Open, tmp_path: Path) -> None:
    table = tmp_path / "years.csv"
    table.write_text("year,rain\n" + "".join(f"{1990 + number},{number / 7}\n" for number in range(30)))
    lines = tmp_path / "years.jsonl"
    lines.write_text("".join(f'{{"year": {1990 + number}, "rain": {number / 7}}}\n' for number in range(30)))
    made = desk()
    for file in (table, lines):
        made.open(file)
        if not made.place.how.isChecked():
            made.click(made.place.how)
        kept = made.place.how_read.kept_in
        assert shown(kept) == "in memory"
        pick(made, kept, "on disk")
        assert made.session.document.data.on_disk
        made.session.undo()
        made.settle()
        assert not made.session.document.data.on_disk
        assert shown(kept) == "in memory"
    assert not made.place.how_read.delimiter.isVisible()
