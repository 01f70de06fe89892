"""Which layers a preview of augmentation is made of, which numbers are black and white, and how an engine is asked."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.paths import state_dir
from studio.document import edits
from studio.document.data_choice import DataChoice, Encoding, Feature, FolderSource
from studio.document.document import Document
from studio.program.writer import write
from studio.session.data_setup import sample_choice
from studio.session.engines import Engines
from studio.session.previewing import Previewing, PreviewRefused, Shown, chain_document, chain_of, ranges
from studio.session.session import Session
from tests.notation import graph, node

FAKE = str(Path(__file__).parents[1] / "client" / "fake_engine.py")
DRAWING = """
    photo: input(8, 8, 1, feature="images") > scaled: rescaling(2.0, -1.0) > flip: random_flip
    flip > turn: random_rotation(0.1) > conv: conv2d(4, 3) > flatten > dense(10) > output(target="labels", loss="mse")
"""


def digits(drawing: str = DRAWING) -> Document:
    document = graph(drawing)
    document.apply(edits.set_data(document, sample_choice("digits")))
    return document


def test_a_chain_ends_before_the_first_layer_that_is_none_of_images() -> None:
    document = digits()
    chain = chain_of(document)
    assert [each.name for each in chain.layers] == ["scaled", "flip", "turn"]
    assert chain.is_random
    assert chain_of(document, node(document, "turn").id) == chain
    with pytest.raises(PreviewRefused, match="before conv are others"):
        chain_of(document, node(document, "conv").id)


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ('input(8, 8, 1, feature="images") > flatten > dense(10)', "No layer that changes images"),
        ("input(8, 8, 1) > random_flip > flatten > dense(10)", "No Input is bound to images"),
    ],
)
def test_what_is_missing_is_said(drawing: str, said: str) -> None:
    with pytest.raises(PreviewRefused, match=said):
        chain_of(digits(drawing))
    with pytest.raises(PreviewRefused, match="No data is chosen yet"):
        chain_of(graph(drawing))


def test_the_ends_of_what_is_black_and_white_follow_the_rescaling() -> None:
    assert ranges(chain_of(digits())) == ((0.0, 1.0), (-1.0, 1.0))
    document = graph('photo: input(8, 8, 3, feature="p") > random_flip > flatten > dense(1)')
    photo = Feature("p", ("file",), (8, 8, 3), "float32", Encoding.IMAGE, 1.0)
    document.apply(edits.set_data(document, DataChoice(FolderSource("photos"), (photo,))))
    assert ranges(chain_of(document)) == ((0.0, 255.0), (0.0, 255.0))


def test_the_program_of_a_preview_has_those_layers_and_no_others() -> None:
    document = digits()
    text = write(chain_document(document, chain_of(document))).text
    assert "layers.RandomFlip(" in text
    assert "layers.RandomRotation(" in text
    assert "Conv2D" not in text
    assert "labels" not in text


def asked(misbehavior: str) -> Shown | StudioError:
    """What an engine answers."""
    calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    engines = Engines(calls.put, spare=False, command=[sys.executable, FAKE, misbehavior])
    previewing = Previewing(Session(digits()), engines)
    answers: list[Shown | StudioError] = []
    previewing.ended.connect(answers.append)
    try:
        assert previewing.start(None, 7) is not None
        assert previewing.start(None, 8) is None
        while not answers:
            calls.get(timeout=20)()
    finally:
        previewing.close()
        engines.close()
    assert list((state_dir() / "previews").iterdir()) == []
    return answers[0]


def test_an_engine_answers_with_pictures() -> None:
    shown = asked("")
    assert isinstance(shown, Shown)
    assert (shown.seed, shown.before.shape, shown.after.shape) == (7, (4, 8, 8, 1), (5, 4, 8, 8, 1))


@pytest.mark.parametrize(
    ("misbehavior", "code"), [("fails to preview", "preview.failed"), ("dies while previewing", "preview.died")]
)
def test_what_goes_wrong_is_said(misbehavior: str, code: str) -> None:
    refused = asked(misbehavior)
    assert isinstance(refused, StudioError)
    assert refused.code == code
