"""The user's own classes in a program: where they stand, how they are called, and what can never get in."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import studio.program
from studio.catalog.custom import PROGRAM_NAMES, Question
from studio.core.tensors import TensorSpec
from studio.document import edits
from studio.document.document import Document
from studio.program.foreign import inquiry
from studio.program.writer import Program, write
from tests.custom_layers import CODE, custom, drawn, trainable
from tests.notation import graph

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))
VECTOR = TensorSpec((None, 4))


def top_level(text: str) -> set[str]:
    """The names that a program defines or imports at its top."""
    names: set[str] = set()
    for statement in ast.parse(text).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=found) | ast.ImportFrom(names=found):
                names |= {each.asname or each.name for each in found}
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
    return names


def nodes_of(program: Program) -> list[str | None]:
    """For each line the node that it stands for."""
    return [ref.node if ref is not None else None for ref in program.lines]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_programs_define_themselves_is_what_code_may_not_define(path: Path) -> None:
    _, _, program = path.read_text().partition("\n---\n")
    found = {name for name in top_level(program) if not name.startswith("build_")}  # of blocks: they make way for code
    assert found - PROGRAM_NAMES == set()


def test_no_function_that_a_program_may_need_can_be_defined_by_code() -> None:
    found: set[str] = set()
    for module in pkgutil.iter_modules(studio.program.__path__, "studio.program."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, str) and value.startswith(("def ", "class ")):
                found |= top_level(value)
    assert len(found) > 30
    assert found - PROGRAM_NAMES == set()


def test_the_code_stands_above_what_uses_it_and_belongs_to_its_node() -> None:
    document = drawn("custom")
    program = write(document)
    lines = program.text.split("\n")
    at = lines.index("class Scale(keras.layers.Layer):")
    assert at < lines.index("def build_model():")
    assert nodes_of(program)[at] == custom(document).id
    assert program.foreign == (CODE,)


def test_two_nodes_with_one_text_have_it_once() -> None:
    program = write(drawn("first", "second"))
    assert program.text.count("class Scale") == 1
    assert 'Scale(name="first")' in program.text
    assert 'Scale(name="second")' in program.text


def test_an_import_stands_in_place_of_code() -> None:
    program = write(drawn("custom", layer="my_layers.blending:Blend"))
    assert "\nfrom my_layers.blending import Blend\n" in program.text
    assert "class Scale" not in program.text
    assert program.foreign == ("from my_layers.blending import Blend",)


def two_inputs(passed: str) -> Program:
    document = graph("a: input(4) > dense(1) > output; b: input(4)")
    made = edits.new_node(document, "Custom", 0, 0, {"layer": "Scale", "code": CODE, "passed": passed}, name="mix")
    document.apply(edits.add_node(made))
    for slot, name in enumerate(("a", "b")):
        document.apply(edits.connect(document, custom(document, name).id, "output", made.id, "inputs", slot))
    document.apply(edits.connect(document, made.id, "output", custom(document, "dense").id, "input"))
    return write(document)


@pytest.mark.parametrize(("passed", "expected"), [("list", "([a, b])"), ("arguments", "(a, b)")])
def test_several_wires_are_one_list_or_arguments(passed: str, expected: str) -> None:
    assert f'mix = Scale(name="mix"){expected}' in two_inputs(passed).text


def test_a_variable_never_hides_a_class() -> None:
    code = CODE.replace("class Scale", "class scale")
    program = write(drawn("scale", "other", layer="scale", code=code))
    assert "scale = scale(" not in program.text
    compile(program.text, "program", "exec")


def test_line_ends_of_every_kind_are_lines() -> None:
    document = drawn("custom", code=CODE.replace("\n", "\r\n"))
    program = write(document)
    assert "\r" not in program.text
    first = nodes_of(program).index(custom(document).id)
    assert program.text.split("\n")[first].startswith("@keras.saving")


@pytest.mark.parametrize(
    "code",
    [
        '"""',
        "class Scale: pass\n\\",
        "class Scale: pass\nx = (",
        "class Scale: pass\n    oddly = 1",
        "class Scale: pass\nreturn 1",
        "class Scale: pass\n\0",
        "class Scale: pass\ndef build_model(): pass",
        "class Scale: pass\nkeras = None",
        "from __future__ import annotations\nclass Scale: pass",
    ],
)
def test_code_that_would_break_the_program_is_left_out_of_it(code: str) -> None:
    document: Document = drawn("custom", code=code)
    program = write(document)
    compile(program.text, "program", "exec")
    assert program.foreign == ()
    assert "custom is left out" in program.text


def test_an_inquiry_makes_and_calls_the_layer_and_nothing_more() -> None:
    asked = inquiry(Question("Scale", CODE, (("factor", 2.0),), "list", 1, (VECTOR, VECTOR)))
    names = [each.name for each in ast.parse(asked.text).body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    assert names == ["Scale", "make_layer", "call_layer"]
    assert 'Scale(factor=2.0, name="probed")' in asked.text
    assert "layer([inputs[0], inputs[1]])" in asked.text


def test_lines_of_an_inquiry_lead_back_to_the_code() -> None:
    asked = inquiry(Question("Scale", CODE, (), "list", 1, (VECTOR,)))
    lines = asked.text.split("\n")
    at = lines.index("class Scale(keras.layers.Layer):") + 1
    assert asked.code_line(at) == 2
    assert (asked.code_line(1), asked.code_line(len(lines)), asked.code_line(None)) == (None, None, None)


def test_a_project_with_a_custom_layer_is_one_script() -> None:
    compile(write(trainable()).text, "program", "exec")
