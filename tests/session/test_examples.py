"""The examples that ship with the studio."""

from __future__ import annotations

from pathlib import Path

from studio.data import generators_images
from studio.document.data_choice import FolderSource, SampleSource
from studio.session.data_location import paths_of
from studio.session.examples import examples
from studio.session.session import Session

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"


def test_the_studio_ships_examples_that_are_ready_to_train() -> None:
    found = examples()
    assert {"digits_mlp", "digits_two_branch", "sequence_bilstm"} <= {example.path.stem for example in found}
    for example in found:
        session = Session.open(example.path)
        assert not session.analysis.has_errors
        assert example.summary.startswith(f"{len(session.document.root.nodes)} nodes, learns from ")
        session.close()


def test_the_readme_says_what_each_example_shows() -> None:
    readme = (DATA.parents[1] / "README.md").read_text(encoding="utf-8")
    listed = [line for line in readme.splitlines() if line.startswith("| `")]
    assert [each.path.stem for each in examples() if not any(f"`{each.path.stem}`" in line for line in listed)] == []


def test_a_damaged_example_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.layers").write_text("{")
    assert examples(tmp_path) == ()


def test_each_folder_of_data_has_its_licence_and_where_it_is_from() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert "CC0 1.0" in readme
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in readme
    for folder in (path for path in DATA.iterdir() if path.is_dir()):
        (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{folder.name}/`")]
        maker = row.rstrip(" |").rsplit("`", 2)[1]
        assert (Path(generators_images.__file__).with_name(maker)).is_file(), row


def test_an_example_reads_nothing_but_what_ships_with_it() -> None:
    for example in examples():
        source = Session.open(example.path).document.data.source
        paths = paths_of(source, example.path.parent)
        assert all(path.exists() and path.is_relative_to(DATA) for path in paths), example.title
        assert paths or isinstance(source, SampleSource)
        assert not isinstance(source, FolderSource) or not Path(source.path).is_absolute()
