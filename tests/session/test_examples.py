"""The examples that ship with the studio."""

from __future__ import annotations

from pathlib import Path

from studio.session.examples import examples
from studio.session.session import Session


def test_the_studio_ships_examples_that_are_ready_to_train() -> None:
    found = examples()
    assert {"digits_mlp", "digits_two_branch", "sequence_bilstm"} <= {example.path.stem for example in found}
    for example in found:
        session = Session.open(example.path)
        assert not session.analysis.has_errors
        assert example.summary.startswith(f"{len(session.document.root.nodes)} nodes, learns from ")
        session.close()


def test_a_damaged_example_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.layers").write_text("{")
    assert examples(tmp_path) == ()
