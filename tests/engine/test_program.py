"""Loading a program's text, and saying what it raised; needs no Keras."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engine.program import MAX_TEXT, failure, load_program, readable
from studio.protocol.messages import Failed

TEXT = """\
def load_data():
    return 1


def build_model():
    return helper()


def helper():
    raise ValueError("no\\n\\nsuch thing")


train = evaluate = None


if __name__ == "__main__":
    raise RuntimeError("must not run")
"""


def raised(path: Path) -> Failed:
    """What building the program's model raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever it is, it is looked at
        load_program(path).build_model()
    return failure("run", caught.value, path)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(TEXT)
    return path


def test_a_program_is_loaded_without_its_main_part(program: Path) -> None:
    assert load_program(program).load_data() == 1


def test_a_failure_names_the_deepest_line_of_the_program(program: Path) -> None:
    assert raised(program).line == 10


def test_a_failure_inside_a_library_names_the_line_that_called_it(program: Path) -> None:
    program.write_text(TEXT.replace('raise ValueError("no\\n\\nsuch thing")', 'return __import__("json").loads("{")'))
    failed = raised(program)
    assert (failed.error, failed.line) == ("JSONDecodeError", 10)


def test_a_wrapped_failure_names_the_line_of_its_cause(program: Path) -> None:
    with pytest.raises(ValueError, match="such thing") as caught:
        load_program(program).build_model()
    wrapped = RuntimeError("somewhere else")
    wrapped.__cause__ = caught.value
    assert failure("run", wrapped, program).line == 10


def test_a_text_that_does_not_compile_names_its_line(program: Path) -> None:
    program.write_text(TEXT.replace("return helper()", "return helper("))
    failed = raised(program)
    assert (failed.error, failed.line) == ("SyntaxError", 6)


def test_a_failure_outside_the_program_has_no_line(program: Path) -> None:
    assert failure("run", MemoryError(), program).line is None


def test_a_failure_without_words_says_its_class(program: Path) -> None:
    assert failure("run", MemoryError(), program).text == "MemoryError"


def test_a_program_without_one_of_its_functions_is_refused(program: Path) -> None:
    program.write_text(TEXT.replace("train = evaluate = None", ""))
    with pytest.raises(AttributeError, match="train"):
        load_program(program)


CALL = """\
Exception encountered when calling Dense.call().

\x1b[1mno\x1b[0m

Arguments received by Dense.call():
  • inputs=tf.Tensor(shape=(None, 3))"""
GRAPH = """\
Graph execution error:

Detected at node a/b defined at (most recent call last):
  File "x.py", line 3, in <module>

  File "y.py", line 4, in call

logits and labels must be broadcastable
\t [[{{node a/b}}]] [Op:__inference_one_step_12]"""
OPERATION = "{{function_node __wrapped__Add_device_/job:x}} Incompatible shapes [Op:Add] name: "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1mshape\x1b[0m is wrong", "shape is wrong"),
        (CALL, "Exception encountered when calling Dense.call().\nno"),
        (GRAPH, "logits and labels must be broadcastable"),
        (OPERATION, "Incompatible shapes name:"),
        ("   \n", ""),
    ],
)
def test_noise_is_taken_out_of_a_message(text: str, expected: str) -> None:
    assert readable(text) == expected


def test_a_long_message_is_cut() -> None:
    assert len(readable("x" * 10_000)) == MAX_TEXT + 1
