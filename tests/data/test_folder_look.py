"""A quick look at a folder: its files, classes, parts and masks, and what is wrong with some of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from studio.core.errors import DataRefused
from studio.core.paths import resources_dir
from studio.data import folder_look
from studio.data.encodings import encoded_as
from studio.data.files import FileSort
from studio.data.fingerprint import fingerprint
from studio.data.folder import FileRow, FolderLook
from studio.data.folder_look import look_at_folder
from studio.data.options import LookOptions
from studio.data.suggestions import suggested
from studio.data.table import ColumnKind

EXAMPLES = resources_dir().parent / "examples" / "data"


def image(path: Path, width: int = 8, height: int = 6, mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (width, height)).save(path)


def columns(look: FolderLook) -> dict[str, ColumnKind]:
    return {column.name: column.kind for column in look.columns}


def test_folders_are_classes(tmp_path: Path) -> None:
    for name in ("cats/1.png", "cats/2.PNG", "dogs/sub.jpg", "dogs/.hidden.png", ".cache/3.png", "notes.pdf"):
        image(tmp_path / name) if not name.endswith("pdf") else (tmp_path / name).write_text("x")

    look = look_at_folder(tmp_path)

    assert [(each.name, each.files) for each in look.classes] == [("cats", 2), ("dogs", 1)]
    assert (look.files, look.rows, look.holds, look.is_whole) == (3, 3, FileSort.IMAGES, True)
    assert columns(look) == {"file": ColumnKind.FILE, "class": ColumnKind.TEXT}
    assert look.looked.sizes == (((6, 8), 3),)
    assert look.ignored == ("notes.pdf",)
    assert look.samples[-1] == FileRow("dogs/sub.jpg", "dogs")
    assert look.faults == ()


def test_folders_called_as_parts_are_parts(tmp_path: Path) -> None:
    for part, count in (("train", 3), ("val", 1), ("test", 2)):
        for name in ("a", "b"):
            for number in range(count):
                image(tmp_path / part / name / f"{number}.png")

    look = look_at_folder(tmp_path)

    assert columns(look) == {"file": ColumnKind.FILE, "class": ColumnKind.TEXT, "part": ColumnKind.TEXT}
    assert look.classes[0].counts == (("test", 2), ("train", 3), ("validation", 1))
    assert look.columns[-1].frequent == (("train", 6), ("test", 4), ("validation", 2))


def test_a_file_in_the_folder_of_a_part_has_no_class(tmp_path: Path) -> None:
    for name in ("train/a/1.png", "train/b/1.png", "test/1.png"):
        image(tmp_path / name)
    look = look_at_folder(tmp_path)
    (classes,) = (column for column in look.columns if column.name == "class")
    assert (classes.distinct, classes.missing, classes.blanks) == (("a", "b"), 1, ((1, ""),))
    (_, target) = suggested(look)
    assert (target.classes, target.missing) == (("a", "b"), "drop")


def test_masks_in_colors_are_not_taken_for_classes(tmp_path: Path) -> None:
    image(tmp_path / "images" / "a.png")
    image(tmp_path / "masks" / "a.png")
    look = look_at_folder(tmp_path)
    assert [each.name for each in suggested(look)] == ["image"]
    with pytest.raises(DataRefused, match="images in color") as caught:
        encoded_as(look, "mask", ("mask",), "mask")
    assert caught.value.code == "data.mask_channels"


def test_masks_belong_to_the_images_of_their_name(tmp_path: Path) -> None:
    for stem in ("a", "b", "c"):
        image(tmp_path / "images" / f"{stem}.jpg")
    image(tmp_path / "masks" / "a.png", mode="L")
    image(tmp_path / "masks" / "b.png", width=6, mode="L")

    look = look_at_folder(tmp_path)

    assert (look.masks, look.files) == ("masks", 3)
    assert columns(look) == {"file": ColumnKind.FILE, "mask": ColumnKind.FILE}
    assert look.columns[-1].blanks == ((3, ""),)
    assert look.samples[1:] == (FileRow("images/b.jpg", mask="masks/b.png"), FileRow("images/c.jpg"))
    assert [(fault.code, fault.name) for fault in look.faults] == [("file.mask_size", "masks/b.png")]
    assert look_at_folder(tmp_path, LookOptions(masks="")).files == 5


def test_the_masks_of_the_example_are_found_and_predicted() -> None:
    found = {each.name: each for each in suggested(look_at_folder(EXAMPLES / "outlines"))}
    assert (found["image"].shape, found["image"].encoding) == ((24, 24, 3), "image")
    assert (found["mask"].shape, found["mask"].classes, found["mask"].is_target) == ((24, 24), ("0", "1"), True)


@pytest.mark.parametrize(
    ("folder", "holds", "name", "shape", "classes"),
    [
        ("shapes", FileSort.IMAGES, "image", (24, 24, 3), ("circle", "square", "triangle")),
        ("letters", FileSort.TEXTS, "text", (), ("garden", "kitchen", "workshop")),
        ("tones", FileSort.SOUNDS, "sound", (1000, 1), ("pure", "rising", "trembling")),
    ],
)
def test_the_folders_of_the_examples_suggest_their_files_and_their_class(
    folder: str, holds: FileSort, name: str, shape: tuple[int, ...], classes: tuple[str, ...]
) -> None:
    look = look_at_folder(EXAMPLES / folder)
    files, target = suggested(look)
    assert (look.holds, files.name, files.shape) == (holds, name, shape)
    assert (target.name, target.classes, target.is_target) == ("class", classes, True)


def test_samples_are_shown_of_every_class(tmp_path: Path) -> None:
    for number in range(20):
        image(tmp_path / "a" / f"{number:02}.png")
    image(tmp_path / "b" / "1.png")
    assert [row.label for row in look_at_folder(tmp_path).samples] == ["a"] * 8 + ["b"]


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    image(outside / "secret.png")
    inside = tmp_path / "inside"
    image(inside / "a" / "1.png")
    image(inside / "b" / "1.png")
    (inside / "a" / "2.png").symlink_to(outside / "secret.png")
    (inside / "c").symlink_to(outside)

    look = look_at_folder(inside)

    assert look.files == 2
    assert {(fault.code, fault.name) for fault in look.faults} == {("file.link", "a/2.png"), ("file.link", "c")}


def test_names_in_any_bytes_are_read_and_can_be_shown(tmp_path: Path) -> None:
    image(tmp_path / "a" / "1.png")
    image(tmp_path / "b" / "2.png")
    os.rename(tmp_path / "b" / "2.png", os.fsencode(tmp_path / "b") + b"/\xe9t\xe9.png")

    look = look_at_folder(tmp_path)

    assert (look.files, look.looked.looked, look.faults) == (2, 2, ())


def test_a_folder_without_anything_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_text("x")
    with pytest.raises(DataRefused, match=r"holds no images, texts or sounds .*report\.pdf") as caught:
        look_at_folder(tmp_path)
    assert caught.value.code == "folder.nothing"
    with pytest.raises(DataRefused) as caught:
        look_at_folder(tmp_path / "gone")
    assert caught.value.code == "folder.read"


def test_a_look_that_takes_too_long_ends_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        image(tmp_path / "a" / f"{number}.png")
    monkeypatch.setattr(folder_look, "MAX_FILES", 3)
    look = look_at_folder(tmp_path)
    assert (look.files, look.is_whole) == (2, False)


def test_a_fingerprint_tells_other_content_and_other_files(tmp_path: Path) -> None:
    file = tmp_path / "a" / "1.txt"
    file.parent.mkdir()
    file.write_bytes(b"x" * 2_000_000)
    of_file, of_folder = fingerprint(file), fingerprint(tmp_path)
    assert len(of_file) == len(of_folder) == 16
    os.utime(file, (1, 1))
    assert (fingerprint(file), fingerprint(tmp_path)) == (of_file, of_folder)

    with file.open("r+b") as opened:
        opened.seek(-1, os.SEEK_END)
        opened.write(b"y")
    assert (fingerprint(file) == of_file, fingerprint(tmp_path) == of_folder) == (False, True)
    (tmp_path / "b.txt").touch()
    assert fingerprint(tmp_path) != of_folder
    assert fingerprint(tmp_path / "gone") == ""


def test_a_look_names_the_folders_that_masks_could_be_in(tmp_path: Path) -> None:
    for name in ("scans/a.png", "truth/left/a.png", "truth/left/b.png"):
        image(tmp_path / name, mode="L")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a note")

    look = look_at_folder(tmp_path)

    assert look.folders == ("scans", "truth", "truth/left")
    assert look.sorts == ((FileSort.IMAGES, 3), (FileSort.TEXTS, 1))
    assert look_at_folder(tmp_path, LookOptions(masks="truth")).samples == (
        FileRow("scans/a.png", mask="truth/left/a.png"),
    )


def test_masks_of_other_names_than_the_images_are_refused_with_the_first_of_both(tmp_path: Path) -> None:
    for at in range(5):
        image(tmp_path / "scans" / f"{at}.png")
        image(tmp_path / "truth" / f"mask_{at}.png", mode="L")

    with pytest.raises(DataRefused) as refused:
        look_at_folder(tmp_path, LookOptions(masks="truth"))

    assert refused.value.code == "folder.mask_names"
    assert "Images: scans/0.png, scans/1.png and scans/2.png. Masks: truth/mask_0.png," in str(refused.value)


def test_a_folder_of_masks_that_has_no_images_is_refused_with_those_that_have(tmp_path: Path) -> None:
    image(tmp_path / "scans" / "a.png")

    with pytest.raises(DataRefused) as refused:
        look_at_folder(tmp_path, LookOptions(masks="gone"))

    assert refused.value.code == "folder.no_masks"
    assert "no images in gone" in str(refused.value)
    assert "scans" in str(refused.value)
