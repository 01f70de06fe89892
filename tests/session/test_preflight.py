"""The check of the data: asked of an engine, followed, stopped, forgotten; and before each run, where data is small."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.analysis.problem import Severity
from studio.core import paths
from studio.core.errors import StudioError
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Feature, Missing, Split
from studio.project import format as project_format
from studio.protocol.messages import Failed, Finished
from studio.session.engines import Engines
from studio.session.preflight import Preflight, PreflightRefused, summary
from studio.session.session import Session
from studio.session.training import Training
from studio.session.trust import Trust, Untrusted
from tests.client.conftest import fake_command
from tests.custom_layers import drawn
from tests.notation import graph

DRAWING = 'input(2, feature="x") > dense(1) > output(target="y", loss="mse")'
FEATURES = (Feature("x", ("a", "b"), (2,), "float32"), Feature("y", ("y",), (), "float32"))
WAIT_S = 60


def written(folder: Path, cell: str = "0.5", drawing: str = DRAWING, features: tuple[Feature, ...] = FEATURES) -> Path:
    """A project beside its table of 40 rows; `cell` stands in the column `a` of row 7."""
    rows = [f"{row / 40},{row * row % 7 / 7},{row % 5}" for row in range(40)]
    rows[6] = f"{cell},{rows[6].split(',', 1)[1]}"
    (folder / "table.csv").write_text("a,b,y\n" + "".join(f"{row}\n" for row in rows))
    document = graph(drawing)
    document.apply(edits.set_data(document, DataChoice(CsvSource("table.csv"), features, Split(0.25))))
    document.apply(edits.set_training(document, replace(document.training, epochs=1)))
    project_format.save(document, folder / "project.layers")
    return folder / "project.layers"


class Desk:
    """A project with an engine that checks its data and trains it."""

    def __init__(self, project: Path, command: list[str] | None, trust: Trust | None = None) -> None:
        self.session = Session.open(project)
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.engines = Engines(self.calls.put, spare=False, command=command)
        self.preflight = Preflight(self.session, self.engines, trust or Trust())
        self.training = Training(self.session, self.engines, Trust())
        self.training.looked.connect(self.preflight.learn)
        self.ends: list[StudioError | bool] = []
        self.told: list[tuple[int, int]] = []
        self.preflight.ended.connect(self.ends.append)
        self.preflight.changed.connect(lambda made: self.told.append((made.done, made.total)))

    def check(self) -> StudioError | bool:
        """Check the data to the end."""
        self.preflight.start()
        return self.hear()

    def hear(self) -> StudioError | bool:
        """Hear the engine out."""
        while self.preflight.is_running:
            self.calls.get(timeout=WAIT_S)()
        return self.ends[-1]

    def train(self) -> object:
        run = self.training.start()
        while not run.is_over:
            self.calls.get(timeout=WAIT_S)()
        return run.outcome

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.preflight.problems]

    def close(self) -> None:
        self.preflight.close()
        self.training.close()
        self.engines.close()
        self.session.close()


Open = Callable[..., Desk]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a project at a desk, with the fake engine, or the real one where `misbehavior` is None."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    opened: list[Desk] = []

    def open_one(project: Path | None = None, misbehavior: str | None = None) -> Desk:
        command = None if misbehavior is None else fake_command(misbehavior)
        opened.append(Desk(project or written(tmp_path), command))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def left_over() -> list[Path]:
    return list((paths.state_dir() / "checks").glob("*"))


def test_a_check_tells_how_far_it_is_and_leaves_nothing_behind(desk: Open) -> None:
    made = desk(misbehavior="")
    assert not made.preflight.has_looked
    assert made.check() is True
    assert (5, 10) in made.told
    assert made.preflight.has_looked
    assert (made.codes, left_over()) == ([], [])
    assert summary(made.preflight.problems) == "The data was checked, and nothing stands out."


def test_while_a_check_goes_on_another_is_not_begun(desk: Open) -> None:
    made = desk(misbehavior="")
    made.preflight.start()
    assert made.check() is True
    assert made.ends == [True]


def test_a_check_that_is_stopped_says_so_whatever_the_engine_does(desk: Open) -> None:
    made = desk(misbehavior="hangs while inspecting")
    made.preflight.start()
    while (5, 10) not in made.told:
        made.calls.get(timeout=WAIT_S)()
    made.preflight.stop()
    assert made.hear() is False
    assert (made.preflight.has_looked, left_over()) == (False, [])


def test_an_engine_that_dies_is_told_and_the_next_check_has_another(desk: Open) -> None:
    made = desk(misbehavior="dies while inspecting")
    end = made.check()
    assert isinstance(end, PreflightRefused)
    assert "Check again" in end.advice
    assert isinstance(made.check(), PreflightRefused)
    assert left_over() == []


def test_data_that_the_program_refuses_is_an_error_until_other_data_is_chosen(desk: Open) -> None:
    made = desk(misbehavior="fails to inspect")
    assert made.check() is True
    (problem,) = made.preflight.problems
    assert (problem.code, problem.severity) == ("examples.refused", Severity.ERROR)
    assert problem.text.startswith("The data cannot be loaded: Line 3 has no 'x'. Mend")
    made.session.do(edits.set_data(made.session.document, DataChoice(CsvSource("other.csv"), FEATURES)))
    assert made.codes == []


def test_what_is_missing_is_said_instead_of_asking(desk: Open, tmp_path: Path) -> None:
    unbound = desk(written(tmp_path, drawing='input(2) > dense(1) > output(target="y", loss="mse")'), "")
    with pytest.raises(PreflightRefused, match="not every Input and Output is bound"):
        unbound.preflight.start()
    nothing = desk(written(tmp_path), "")
    nothing.session.do(edits.set_data(nothing.session.document, DataChoice()))
    with pytest.raises(PreflightRefused, match="no data is chosen"):
        nothing.preflight.start()
    assert left_over() == []


def test_code_that_nobody_trusts_is_not_run_to_check_the_data(tmp_path: Path, desk: Open) -> None:
    document = drawn("custom")
    features = (replace(FEATURES[0], name="x", columns=("a", "b", "a", "b"), shape=(4,)), FEATURES[1])
    document.apply(edits.set_data(document, DataChoice(CsvSource("table.csv"), features)))
    ends = {"Input": {"feature": "x"}, "Output": {"target": "y", "loss": "mse"}}
    for node in list(document.root.nodes.values()):
        if node.kind in ends:
            document.apply(edits.set_params(document, node.id, ends[node.kind]))
    written(tmp_path)
    project_format.save(document, tmp_path / "custom.layers")
    made = desk(tmp_path / "custom.layers", "")
    with pytest.raises(Untrusted):
        made.preflight.start()


def test_real_data_is_found_out_mended_and_found_in_order(desk: Open, tmp_path: Path) -> None:
    made = desk(written(tmp_path, cell="nan"))
    assert made.check() is True
    (problem,) = made.preflight.problems
    assert problem.code == "examples.not_finite"
    assert "“a” has no number in row 7 of the data" in problem.text
    assert summary(made.preflight.problems) == "The data was checked: 1 error."
    made.session.do(problem.fixes[0].make(made.session.document))
    assert made.codes == []
    assert made.check() is True
    assert made.codes == []
    x = made.session.document.data.feature("x")
    assert x is not None
    assert x.missing is Missing.DROP
    made.session.undo()
    assert made.codes == []


def test_data_that_does_not_fit_into_memory_is_told_with_what_to_do(desk: Open) -> None:
    made = desk(misbehavior="has no memory to inspect")
    assert made.check() is True
    (problem,) = made.preflight.problems
    assert (problem.code, problem.severity) == ("examples.memory", Severity.ERROR)
    (fix,) = problem.fixes
    assert fix.label == "Keep the table on disk"
    made.session.do(fix.make(made.session.document))
    assert made.session.document.data.on_disk
    assert made.codes == []


def test_a_text_in_a_column_of_numbers_is_told_with_its_line(desk: Open, tmp_path: Path) -> None:
    made = desk(written(tmp_path, cell="many"))
    assert made.check() is True
    assert made.codes == ["examples.refused"]
    assert "Line 8 has 'many' as 'a', which is no number" in made.preflight.problems[0].text


def test_a_run_with_data_in_order_trains_and_says_what_it_saw(desk: Open) -> None:
    made = desk()
    assert isinstance(made.train(), Finished)
    assert made.preflight.has_looked
    assert made.codes == []


def test_a_run_whose_data_is_none_to_learn_from_fails_with_the_sentence(desk: Open, tmp_path: Path) -> None:
    made = desk(written(tmp_path, cell="inf"))
    outcome = made.train()
    assert isinstance(outcome, Failed)
    assert outcome.error == "DataRefused"
    assert "“a” has an infinite number in example" in outcome.text
    run = made.training.run
    assert run is not None
    assert run.failed_node is not None
    assert made.session.document.root.nodes[run.failed_node.node].kind == "Input"
    assert made.codes == ["examples.not_finite"]
    assert '"status": "failed"' in run.folder.state.read_text()


def test_warnings_keep_no_run_from_training(desk: Open, tmp_path: Path) -> None:
    narrow = written(tmp_path, features=(replace(FEATURES[0], columns=("a", "y")), FEATURES[1]))
    made = desk(narrow)
    assert isinstance(made.train(), Finished)


def test_what_a_check_knows_is_not_replaced_by_what_a_run_saw_of_the_same(desk: Open, tmp_path: Path) -> None:
    made = desk(written(tmp_path, cell="inf"))
    made.check()
    before = made.preflight.problems
    made.train()
    assert made.preflight.problems == before
    assert "row 7 of the data" in before[0].text
