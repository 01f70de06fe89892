"""The engine as the oracle of custom layers: what comes out, masks, variables, and what the user's code raises."""

from __future__ import annotations

from pathlib import Path

from studio.client.engine import Engine
from studio.protocol.messages import Event, Failed, Probe, Probed, TensorReport
from tests.client.hearing import Heard

HEAD = "import keras\n\n\n"
CALL = "\n\ndef call_layer(layer, inputs):\n    return layer(inputs[0])\n"
VECTOR = TensorReport([None, 4], "float32", masked=False)


def asked(engine: tuple[Engine, Heard], run: str, tmp_path: Path, text: str, *inputs: TensorReport) -> Event:
    """Probe the program `text`, and wait for what comes of it."""
    program = tmp_path / f"{run}.py"
    program.write_text(HEAD + text)
    sent, heard = engine
    sent.send(Probe(run, str(program), list(inputs)))
    return heard.wait_end(run)


def made(layer: str) -> str:
    return f"def make_layer():\n    return {layer}\n{CALL}"


def test_it_says_shapes_dtypes_and_variables(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    answer = asked(engine, "dense", tmp_path, made('keras.layers.Dense(3, dtype="mixed_float16")'), VECTOR)
    assert answer == Probed(
        "dense",
        [TensorReport([None, 3], "float16", masked=False)],
        [("kernel", [4, 3], True, "float32"), ("bias", [3], True, "float32")],
    )


def test_a_mask_comes_in_and_goes_on(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    sequence = TensorReport([None, 5, 4], "float32", masked=True)
    kept = asked(engine, "kept", tmp_path, made("keras.layers.Dense(3)"), sequence)
    lost = asked(engine, "lost", tmp_path, made("keras.layers.Conv1D(3, 2)"), sequence)
    assert isinstance(kept, Probed)
    assert isinstance(lost, Probed)
    assert (kept.outputs[0].masked, lost.outputs[0].masked) == (True, False)


def test_several_outputs_are_told_in_order(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = """class Two(keras.layers.Layer):
    def call(self, first, second):
        return {"sum": first + second, "wide": keras.ops.concatenate([first, second], axis=-1)}


def make_layer():
    return Two()


def call_layer(layer, inputs):
    return layer(*inputs)
"""
    answer = asked(engine, "two", tmp_path, text, VECTOR, VECTOR)
    assert isinstance(answer, Probed)
    assert [report.shape for report in answer.outputs] == [[None, 4], [None, 8]]


def test_what_the_code_raises_has_its_line(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    text = "def fail():\n    raise ValueError('no such thing')\n\n\n" + made("fail()")
    answer = asked(engine, "raises", tmp_path, text, VECTOR)
    assert isinstance(answer, Failed)
    assert (answer.error, answer.text, answer.line) == ("ValueError", "no such thing", 5)


def test_what_is_no_layer_is_refused(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    answer = asked(engine, "function", tmp_path, made("len"), VECTOR)
    assert isinstance(answer, Failed)
    assert answer.text == "builtin_function_or_method is no keras.layers.Layer; let the class inherit from it"


def test_a_layer_that_leaves_does_not_take_the_engine_along(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    answer = asked(engine, "leaves", tmp_path, made("exit(1)"), VECTOR)
    assert isinstance(answer, Failed)
    assert isinstance(asked(engine, "after", tmp_path, made("keras.layers.Dense(3)"), VECTOR), Probed)
