"""What the check of the data says of files that no header gives away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.client.engine import Engine
from studio.data.look import look_at
from studio.data.suggestions import suggested
from studio.document.data_choice import Missing
from studio.program.writer import write
from studio.protocol.messages import Event, Failed, Inspect, Inspected, Measured
from studio.session.data_setup import features_of, source_of
from tests.client.hearing import Heard
from tests.data.bad_files import MADE
from tests.program.test_loading import project


def asked(engine: tuple[Engine, Heard], name: str, folder: Path) -> tuple[Event, list[Measured]]:
    """Check bad data as it would be suggested, but for gaps, which are refused; how that ended, and what was told."""
    MADE[name](folder / name)
    look = look_at(folder / name)
    image, target = (replace(feature, missing=Missing.REFUSE) for feature in features_of(suggested(look)))
    size = ",".join(map(str, image.shape))
    drawing = f'input({size},feature="image") > conv2d(2,1) > output(target="{target.name}", loss="mse")'
    program = folder / "program.py"
    program.write_text(write(project(source_of(look, folder), image, target, drawing=drawing), base=folder).text)
    sent, heard = engine
    run = str(folder)
    sent.send(Inspect(run, str(program)))
    return heard.wait_end(run), heard.all(Measured, run)


@pytest.mark.parametrize(
    ("name", "bad"), [("png_cut_in_the_pixels", "dog/bad.png"), ("jpeg_cut_in_the_pixels", "dog/bad.jpg")]
)
def test_a_file_that_ends_in_its_pixels_is_named(
    engine: tuple[Engine, Heard], tmp_path: Path, name: str, bad: str
) -> None:
    end, (measured,) = asked(engine, name, tmp_path)
    assert end == Inspected(str(tmp_path), False)
    assert [Path(each.file) for each in measured.bad_files] == [tmp_path / name / bad]


def test_the_row_without_a_mask_is_named(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    end, measured = asked(engine, "mask_missing", tmp_path)
    assert measured == []
    assert isinstance(end, Failed)
    assert "Row 2 of " in end.text
    assert "has no 'mask'" in end.text
