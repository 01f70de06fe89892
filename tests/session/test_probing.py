"""Custom layers are asked of an engine: once, only while trusted, and never by looking, saving or exporting."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.analysis.analysis import Analysis
from studio.catalog.custom import Question
from studio.core import paths
from studio.document import edits
from studio.document.changes import EdgeChange, Edit, GraphChange, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from studio.project import format as project_format
from studio.session.engines import Engines
from studio.session.export import export_script
from studio.session.probing import Probing
from studio.session.safeguard import Safeguard
from studio.session.session import Session
from studio.session.training import Training, TrainingRefused
from studio.session.trust import Trust, Untrusted, sources
from studio.session.verification import Verification
from tests.client.conftest import fake_command
from tests.custom_layers import CODE, custom, drawn, malicious, trainable
from tests.notation import graph


class Desk:
    """A session whose custom layers are asked of a fake engine, which gives every tensor back, and one weight."""

    def __init__(self, document: Document, trust: Trust, misbehavior: str = "") -> None:
        self.session = Session(document)
        self.trust = trust
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.engines = Engines(self.calls.put, spare=False, command=fake_command(misbehavior))
        self.probing = Probing(self.session, self.engines, trust)

    def settle(self) -> None:
        """Hear the engine out."""
        while self.probing.is_busy:
            self.calls.get(timeout=20)()

    @property
    def codes(self) -> set[str]:
        return {problem.code for problem in self.session.analysis.problems if problem.code.startswith("custom.")}

    def shape(self, name: str = "custom", port: str = "output") -> object:
        spec = self.session.analysis.outputs(custom(self.session.document, name).id)[port]
        return None if spec is None else spec.shape

    def close(self) -> None:
        self.probing.close()
        self.engines.close()
        self.session.close()


Open = Callable[..., Desk]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    opened: list[Desk] = []

    def open_one(document: Document, *trusted: str, misbehavior: str = "") -> Desk:
        trust = Trust()
        for text in trusted:
            trust.add(text)
        opened.append(Desk(document, trust, misbehavior))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def test_what_is_not_trusted_is_unknown_and_says_so(desk: Open) -> None:
    made = desk(drawn("custom"))
    assert (made.shape(), made.codes, made.probing.is_busy) == (None, {"custom.untrusted"}, False)
    assert made.session.analysis.has_errors


def test_what_is_trusted_is_asked_and_known(desk: Open) -> None:
    made = desk(drawn("custom"), CODE)
    assert (made.shape(), made.codes) == (None, {"custom.asked"})
    made.settle()
    assert (made.shape(), made.codes) == ((None, 4), set())
    weights = made.session.analysis.weights(custom(made.session.document).id)
    assert [(weight.name, weight.shape) for weight in weights or ()] == [("factor", (1,))]
    assert not made.session.analysis.totals.sized


def test_trusting_a_text_asks_at_once(desk: Open) -> None:
    made = desk(drawn("custom"))
    made.trust.add(CODE)
    made.settle()
    assert made.shape() == (None, 4)


def test_a_chain_is_asked_layer_by_layer(desk: Open) -> None:
    made = desk(drawn("first", "second", "third"), CODE)
    made.settle()
    assert [made.shape(name) for name in ("first", "second", "third")] == [(None, 4)] * 3


def test_a_changed_text_is_untrusted_again_and_its_undo_is_not(desk: Open) -> None:
    made = desk(drawn("custom"), CODE)
    made.settle()
    made.session.do(edits.set_params(made.session.document, custom(made.session.document).id, {"code": CODE + "\n# x"}))
    assert (made.shape(), made.codes) == (None, {"custom.untrusted"})
    made.session.undo()
    assert (made.shape(), made.codes, made.probing.is_busy) == ((None, 4), set(), False)


def test_other_arguments_and_other_inputs_are_other_questions(desk: Open) -> None:
    made = desk(drawn("custom"), CODE)
    made.settle()
    document = made.session.document
    made.session.do(edits.set_params(document, custom(document).id, {"arguments": (("factor", 1),)}))
    assert made.codes == {"custom.asked"}
    made.settle()
    made.session.do(edits.set_params(document, custom(document).id, {"arguments": (("factor", 2.0),)}))
    assert made.codes == {"custom.asked"}
    made.settle()
    made.session.do(edits.set_params(document, custom(document, "input").id, {"shape": (9,)}))
    assert made.codes == {"custom.asked"}
    made.settle()
    assert made.shape() == (None, 9)


def test_an_engine_that_dies_while_it_is_asked_is_a_sentence_on_the_node(desk: Open) -> None:
    made = desk(drawn("custom"), CODE, misbehavior="dies while probing")
    made.settle()
    problem = next(each for each in made.session.analysis.problems if each.code == "custom.raised")
    assert problem.node == custom(made.session.document).id
    assert problem.text.startswith("Scale gave no answer: ")
    assert not made.probing.is_busy


def test_a_number_of_outputs_that_is_not_true_is_told(desk: Open) -> None:
    made = desk(drawn("custom", outputs=2), CODE)
    made.settle()
    problem = next(each for each in made.session.analysis.problems if each.code == "param.outputs")
    assert problem.text == "Scale: it gives 1 tensor, and outputs says 2. Set outputs to 1."


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"code": "def f(:\n"}, "Line 1 of the code is no Python: invalid syntax."),
        ({"code": ""}, "There is no code that defines Scale. Write the class, or name one as module:Class."),
        ({"code": "class Other: pass"}, "The code has no class Scale; it defines Other. Write it, or set layer"),
        ({"code": f"{CODE}\ndef train(): pass"}, "Line 13 of the code defines train, as the program itself does."),
        ({"code": f"from __future__ import annotations\n{CODE}"}, "The code imports from __future__, which only works"),
        ({"code": "(" * 300}, "Line 1 of the code is no Python: too many nested parentheses."),
        ({"code": "-" * 90_000 + "1"}, "The code is no Python that can be read: it nests too deeply"),
    ],
)
def test_code_that_cannot_stand_in_a_program_is_refused_unread(
    desk: Open, params: dict[str, str], expected: str
) -> None:
    made = desk(drawn("custom", **params), params["code"])
    problem = next(each for each in made.session.analysis.problems if each.code == "custom.code")
    assert problem.text.startswith(expected)
    assert not made.probing.is_busy


@pytest.mark.parametrize("layer", ["os:system", "evil", "a.b:C"])
def test_an_import_needs_trust_as_well(desk: Open, layer: str) -> None:
    made = desk(drawn("custom", layer=layer, code=CODE.replace("Scale", "evil")))
    assert made.codes == {"custom.untrusted"}
    assert made.session.program().foreign != (CODE,)


@pytest.mark.parametrize("layer", ["os\nimport evil:C", "a b:C", "C()", "lambda", "os:system;x", "", "x:class"])
def test_a_name_that_is_no_name_never_gets_into_a_program(layer: str) -> None:
    session = Session(drawn("custom", layer=layer))
    assert session.program().foreign == ()
    assert "evil" not in session.program().text
    compile(session.program().text, "program", "exec")


def test_nothing_runs_untrusted_code(desk: Open, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "malicious.layers"
    project_format.save(drawn("custom", code=malicious(mark)), path)
    session = Session.open(path)
    made = desk(session.document)
    assert made.codes == {"custom.untrusted"}
    safeguard = Safeguard(session)
    node = custom(session.document)
    session.do(edits.rename(session.document, node.id, "renamed"))
    session.do(edits.set_params(session.document, node.id, {"arguments": (("factor", 3),)}))
    session.undo()
    session.redo()
    Analysis(session.document).close()
    export_script(session, tmp_path / "exported.py")
    session.save(tmp_path / "copy.layers")
    with pytest.raises(TrainingRefused):
        Training(session, made.engines, made.trust).start(folder=tmp_path / "run")
    with pytest.raises(TrainingRefused):
        Verification(session, made.engines, made.trust).start()
    safeguard.close()
    session.close()
    made.settle()
    assert not mark.exists()
    assert not (tmp_path / "run").exists()


def test_training_and_checking_ask_for_trust_themselves(desk: Open, tmp_path: Path) -> None:
    made = desk(trainable(), CODE)
    made.settle()
    assert not made.session.analysis.has_errors
    with pytest.raises(Untrusted):
        Training(made.session, made.engines, Trust()).start(folder=tmp_path / "run")
    with pytest.raises(Untrusted):
        Verification(made.session, made.engines, Trust()).start()
    assert not (tmp_path / "run").exists()


def test_equal_numbers_of_different_types_are_different_questions() -> None:
    asked = {Question("A", "", (("x", value),), "list", 1, ()).key for value in (1, 1.0, True)}
    assert len(asked) == 3


def test_two_texts_that_define_the_same_name_are_told(desk: Open) -> None:
    made = desk(drawn("first", "second"), CODE)
    made.settle()
    assert made.codes == set()
    second = custom(made.session.document, "second")
    made.session.do(edits.set_params(made.session.document, second.id, {"code": CODE.replace("1.0", "2.0")}))
    problem = next(each for each in made.session.analysis.problems if each.code == "custom.twice")
    assert problem.node == second.id
    assert problem.text.startswith("Scale is defined by the code of “first” as well, in another way;")


def test_calling_one_layer_twice_is_no_such_problem(desk: Open) -> None:
    made = desk(drawn("first", "second"), CODE)
    document = made.session.document
    made.session.do(edits.share(document, custom(document, "second").id, custom(document, "first").id))
    made.settle()
    assert (made.codes, made.shape("second")) == (set(), (None, 4))
    assert made.session.program().text.count("Scale(name=") == 1


def in_a_block(code: str) -> Document:
    """A block that holds a custom layer, called once between `input(4)` and `dense(1)`."""
    document = graph("input(4) > dense(1) > output")
    document.apply(Edit("", (GraphChange("inner", None, "Inner"),)))
    inside = [
        Node("i", "Input", "enter"),
        Node("c", "Custom", "custom", {"layer": "Scale", "code": code}),
        Node("o", "Output", "leave"),
    ]
    wires = [Edge("i", "output", "c", "inputs"), Edge("c", "output", "o", "input")]
    changes = [NodeChange("inner", None, each) for each in inside]
    document.apply(Edit("", (*changes, *(EdgeChange("inner", None, each) for each in wires))))
    call = Node("b", "Block", "block", graph="inner")
    document.apply(Edit("", (NodeChange(ROOT, None, call),)))
    first, dense = custom(document, "input"), custom(document, "dense")
    document.apply(edits.remove(document, [], document.root.incoming(dense.id)))
    document.apply(edits.connect(document, first.id, "output", "b", "i"))
    document.apply(edits.connect(document, "b", "o", dense.id, "input"))
    return document


def test_a_custom_layer_in_a_block_is_untrusted_asked_and_known_as_well(desk: Open) -> None:
    made = desk(in_a_block(CODE))
    assert made.codes == {"custom.untrusted"}
    assert made.session.program().foreign == (CODE,)
    assert sources(made.session.document) == {CODE: ["custom"]}
    made.trust.add(CODE)
    made.settle()
    assert made.codes == set()
    assert made.shape("block", "o") == (None, 4)
    made.trust.take_back(CODE)
    assert (made.codes, made.shape("block", "o")) == ({"custom.untrusted"}, None)
