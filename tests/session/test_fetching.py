"""Data sets of Keras's: agreed to before anything is downloaded, followed, stopped, refused without a network."""

from __future__ import annotations

import queue
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.core.errors import DataRefused
from studio.data.keras_sets import find_keras_set, keras_sets
from studio.document import edits
from studio.document.data_choice import DataChoice, Encoding, SampleSource, SplitBy
from studio.session.engines import Engines
from studio.session.fetching import Fetcher, keras_choice, question, require_downloaded, to_download
from studio.session.model_suggestion import suggest_model
from studio.session.session import Session
from studio.session.training import Training
from studio.session.trust import Trust
from tests.client.conftest import fake_command

WAIT_S = 60


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's cache, empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "datasets"


class Desk:
    """An engine that downloads, and what is heard of it."""

    def __init__(self, misbehavior: str) -> None:
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.engines = Engines(self.calls.put, spare=False, command=fake_command(misbehavior))
        self.fetcher = Fetcher(self.engines)
        self.ends: list[DataRefused | bool] = []
        self.told: list[str] = []
        self.fetcher.ended.connect(self.ends.append)
        self.fetcher.changed.connect(lambda made: self.told.append(made.text))

    def hear(self, until: Callable[[], bool]) -> None:
        while not until():
            self.calls.get(timeout=WAIT_S)()

    def fetch(self) -> DataRefused | bool:
        self.fetcher.start("mnist", download=True)
        self.hear(lambda: bool(self.ends))
        return self.ends[0]


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(getattr(request, "param", ""))
    yield made
    made.fetcher.close()
    made.engines.close()


def test_what_is_agreed_to_says_how_much_comes_from_where_and_goes_where(cache: Path) -> None:
    mnist = to_download(keras_choice("mnist"))
    assert mnist is not None
    assert question(mnist) == f"MNIST will be downloaded: 11.0 MB from storage.googleapis.com to {cache}."


def test_what_is_in_the_cache_is_not_asked_about(cache: Path) -> None:
    cache.mkdir()
    with (cache / "mnist.npz").open("wb") as file:
        file.truncate(11_490_434)
    assert to_download(keras_choice("mnist")) is None
    require_downloaded(keras_choice("mnist"))


def test_other_sources_download_nothing() -> None:
    assert to_download(DataChoice(SampleSource("iris"))) is None


def test_nothing_is_loaded_that_would_be_downloaded_unasked(desk: Desk) -> None:
    session = Session()
    session.do(edits.set_data(session.document, keras_choice("mnist")))
    session.do(suggest_model(session.document))
    with pytest.raises(DataRefused, match="MNIST is not in Keras's cache") as refused:
        Training(session, desk.engines, Trust()).start()
    assert refused.value.code == "data.download"
    session.close()


@pytest.mark.parametrize("each", keras_sets(), ids=lambda each: each.name)
def test_each_is_split_as_keras_splits_it_and_gets_a_model(each: object) -> None:
    data = keras_choice(each.name)  # type: ignore[attr-defined]
    assert (data.split.by, data.split.column) == (SplitBy.COLUMN, "part")
    session = Session()
    session.do(edits.set_data(session.document, data))
    session.do(suggest_model(session.document))
    assert not session.analysis.has_errors
    session.close()


def test_names_of_classes_are_those_of_the_things() -> None:
    kind = keras_choice("fashion_mnist").features[-1]
    assert (kind.encoding, kind.classes[7]) == (Encoding.CATEGORY, "sneaker")


def test_a_set_that_keras_does_not_have_is_refused() -> None:
    with pytest.raises(DataRefused, match="no data set “nist”"):
        keras_choice("nist")


def test_a_download_is_followed_to_its_end(desk: Desk) -> None:
    assert desk.fetch() is True
    assert "MNIST: 5 B of 10 B of mnist.npz" in desk.told
    assert not desk.fetcher.is_running


@pytest.mark.parametrize("desk", ["has no network"], indirect=True)
def test_without_a_network_one_sentence_says_so(desk: Desk) -> None:
    refusal = desk.fetch()
    assert isinstance(refusal, DataRefused)
    assert refusal.code == "data.offline"
    assert refusal.text == (
        "MNIST cannot be downloaded: storage.googleapis.com is not reached (Name or service not known)."
    )


@pytest.mark.parametrize("desk", ["fails to fetch", "dies while fetching"], indirect=True)
def test_what_else_goes_wrong_is_said_too(desk: Desk) -> None:
    refusal = desk.fetch()
    assert isinstance(refusal, DataRefused)
    assert refusal.code == "data.fetch"
    assert not desk.fetcher.is_running


@pytest.mark.parametrize("desk", ["fetches for ever"], indirect=True)
def test_a_download_can_be_stopped(desk: Desk) -> None:
    desk.fetcher.start("mnist", download=True)
    desk.hear(lambda: bool(desk.fetcher.total))
    desk.fetcher.stop()
    desk.hear(lambda: bool(desk.ends))
    assert desk.ends == [False]


def test_the_largest_set_says_its_size() -> None:
    cifar = find_keras_set("cifar10")
    assert cifar is not None
    assert "163 MB from www.cs.toronto.edu" in question(cifar)


def test_the_page_names_every_refusal_and_every_set() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "suggesting.md").read_text(encoding="utf-8")
    modules = ("session/fetching.py", "session/suggested_roles.py", "cli/suggest.py")
    texts = [(root / "studio" / module).read_text(encoding="utf-8") for module in modules]
    codes = {code for text in texts for code in re.findall(r'"((?:suggest|data)\.[a-z]+)"', text)}
    assert len(codes) == 11
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []
    assert [each.title for each in keras_sets() if each.title not in page] == []
