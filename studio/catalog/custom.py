"""The custom layer: the user's own Python class, as text or by an importable name.

Nothing here runs it. The text is looked at as data; what comes out of the layer is asked of somebody who may run it
(`Ask`), and stays unknown until there is an answer.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, assert_never, cast

from studio.catalog.checks import clash
from studio.catalog.declaration import Family, Kind, Param, Port, Ports, ShapeError, Weight
from studio.catalog.forms import Arguments, Choice, ClassName, Code, Integer
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec
from studio.core.values import Params, Value
from studio.core.wording import plural

NAME = "Custom"
LIST, ARGUMENTS = "list", "arguments"

START = """\
@keras.saving.register_keras_serializable()
class Scale(keras.layers.Layer):
    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
"""
"""What a fresh node begins with; `keras` is imported by the program already."""

PROGRAM_NAMES = frozenset(
    {
        "BATCH_SIZE", "Batches", "Column", "DATA", "EPOCHS", "MASKS", "Numbers", "PARTS", "Path", "SEED", "SUFFIXES",
        "TEST_DATA", "Texts", "adapt", "as_dates", "as_number", "as_numbers", "as_record", "as_text", "average",
        "balanced_weights", "batches", "build_model", "by_group", "by_part", "check_lengths", "check_parts",
        "checked", "complete", "contextlib", "crop", "csv", "cycles", "each_once", "encode", "encoded", "evaluate",
        "evenly", "examples_of", "files", "fill", "flagged", "gaps", "gc", "grouped_by", "in_parts", "inside",
        "itertools", "json", "keras", "layers", "letterbox", "load_data", "main", "math", "min_max", "missing",
        "moments", "naming_files", "nearest", "np", "numbered", "or_zeros", "os", "own_folder", "pandas", "pick",
        "read", "read_arrays", "read_columns", "read_dataset", "read_folder", "read_image", "read_mask", "read_sound",
        "read_table", "read_tables", "read_text", "sorted_by", "standardize", "stored", "stretch", "sys", "taken",
        "tempfile", "tf", "train", "turn", "whole", "window", "with_masks",
    }
)  # fmt: skip
"""What the program itself defines at its top; code that defined one of them would break it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a custom layer: its class and code, how it is made and called, and what arrives."""

    layer: str
    code: str
    arguments: tuple[tuple[str, Value], ...]
    passed: str
    outputs: int
    inputs: tuple[TensorSpec, ...]

    @property
    def key(self) -> str:
        """Tells questions apart, also where values are equal and of different types (1, 1.0, True)."""
        return repr(self)

    @property
    def source(self) -> str:
        """The text that has to be trusted."""
        return source(self.layer, self.code)


@dataclass(frozen=True, slots=True)
class Told:
    """What Keras says of the layer: a spec for each output, and the weights in the order in which they are made."""

    outputs: tuple[TensorSpec, ...]
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """What went wrong when the code was run, as a clause after its name (`raised ValueError: …`).

    `line` counts from 1 in the code, None where it is not in it.
    """

    text: str
    line: int | None = None


class Unanswered(StrEnum):
    """Why nothing is known yet."""

    UNTRUSTED = "untrusted"
    ASKED = "asked"


Answer: TypeAlias = Told | Raised | Unanswered
Ask: TypeAlias = Callable[[Question], Answer]
"""Looks up what is known. Must be quick and run nothing: it is called for every custom node at every edit."""


def nobody(question: Question) -> Answer:
    """The answer where there is nobody to ask."""
    return Unanswered.UNTRUSTED


def source(layer: str, code: str) -> str:
    """The text that runs in place of a custom layer: its code, or the statement that imports it."""
    module, _, name = layer.rpartition(":")
    return f"from {module} import {name}" if module else code


def class_name(layer: str) -> str:
    """The name of the class, as the program calls it."""
    return layer.rpartition(":")[2]


@lru_cache(maxsize=256)
def fault(layer: str, code: str) -> str | None:
    """Why the code cannot stand in a program, as a sentence; None if it can. It is parsed, never run."""
    if ":" in layer:
        return None
    if not code.strip():
        return f"There is no code that defines {layer}. Write the class, or name one as module:Class."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(code)
            compile(tree, "<code>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"Line {error.lineno or 1} of the code is no Python: {error.msg}."
    except (ValueError, RecursionError, MemoryError):
        return "The code is no Python that can be read: it nests too deeply, or holds a zero byte."
    if any(isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in tree.body):
        return "The code imports from __future__, which only works at the top of a program. Take that line out."
    defined = dict(_defined(tree.body))
    taken = [name for name in defined if name in PROGRAM_NAMES]
    if taken:
        return f"Line {defined[taken[0]]} of the code defines {taken[0]}, as the program itself does. Rename it."
    if not any(isinstance(each, ast.ClassDef) and each.name == layer for each in tree.body):
        classes = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
        has = f"it defines {', '.join(classes)}" if classes else "it defines no class"
        return f"The code has no class {layer}; {has}. Write it, or set layer to the right name."
    return None


def definitions(layer: str, code: str) -> frozenset[str]:
    """The names that the text of a custom layer brings into a program; none where it has a fault."""
    if fault(layer, code) is not None:
        return frozenset()
    module, _, name = layer.rpartition(":")
    return frozenset({name}) if module else frozenset(_names(code))


@lru_cache(maxsize=256)
def _names(code: str) -> tuple[str, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return tuple(name for name, _ in _defined(ast.parse(code).body))


def _defined(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """What statements define at the top of a module, with the line; imports bring what the program imports too."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, statement.lineno
            case ast.Import() | ast.ImportFrom():
                pass
            case _:
                for inner in ast.walk(statement):
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                        yield inner.id, inner.lineno


def asking(ask: Ask) -> Kind:
    """The kind whose rules look up what `ask` knows."""

    def infer(p: Settings, inputs: tuple[TensorSpec, ...]) -> tuple[TensorSpec, ...]:
        wrong = fault(p.text("layer"), p.text("code"))
        if wrong is not None:
            raise ShapeError("custom.code", wrong, param="code")
        answer = ask(question(p.values, inputs))
        match answer:
            case Told(outputs):
                if len(outputs) != p.whole("outputs"):
                    raise clash(
                        class_name(p.text("layer")),
                        "outputs",
                        f"it gives {plural(len(outputs), 'tensor')}, and outputs says {p.whole('outputs')}. "
                        f"Set outputs to {len(outputs)}.",
                    )
                return outputs
            case Raised(text, line):
                raise ShapeError("custom.raised", _raised(p, text, line), param="code")
            case Unanswered.UNTRUSTED:
                raise ShapeError("custom.untrusted", _untrusted(p))
            case Unanswered.ASKED:
                raise ShapeError(
                    "custom.asked",
                    f"Keras is being asked what {class_name(p.text('layer'))} makes of this. Wait a moment.",
                )
            case _:
                assert_never(answer)

    def weights(p: Settings, inputs: tuple[TensorSpec, ...]) -> tuple[Weight, ...]:
        answer = ask(question(p.values, inputs))
        return answer.weights if isinstance(answer, Told) else ()

    return replace(CUSTOM, infer=infer, weights=weights)


def question(params: Params, inputs: tuple[TensorSpec, ...]) -> Question:
    """What is to be asked about a node with these params (every default filled in)."""
    return Question(
        str(params["layer"]),
        str(params["code"]),
        cast("tuple[tuple[str, Value], ...]", params["arguments"]),
        str(params["passed"]),
        cast("int", params["outputs"]),
        inputs,
    )


def _raised(p: Settings, text: str, line: int | None) -> str:
    where = f"Line {line} of the code" if line else class_name(p.text("layer"))
    return f"{where} {text.rstrip('.')}. Mend the code, its arguments, or what is wired to it."


def _untrusted(p: Settings) -> str:
    name = class_name(p.text("layer"))
    if ":" in p.text("layer"):
        return f"What {name} makes of its inputs is not known: importing it runs code. Decide whether you trust it."
    return f"What {name} makes of its inputs is not known: its code has not been run. Read it, and decide."


def _outputs(p: Settings) -> Ports:
    return tuple(Port("output" if at == 0 else f"output_{at + 1}") for at in range(p.whole("outputs")))


def _unknown(p: Settings, *inputs: object) -> int | None:
    return None


def _unasked(p: Settings, *inputs: object) -> tuple[TensorSpec, ...]:
    raise AssertionError("replaced by `asking`")


CUSTOM = Kind(
    NAME,
    "",
    "Custom layer",
    Family.CORE,
    "Your own Python class, also in place of a Lambda: as text, or by name. It runs only once you trust it.",
    _unasked,
    params=(
        Param("layer", ClassName(), help="The class: Scale, or package.module:Scale to import it.", start="Scale"),
        Param("arguments", Arguments(), (), "What the class is made with, beside its name."),
        Param("passed", Choice((LIST, ARGUMENTS)), LIST, "How several wires are passed: as one list, or one by one."),
        Param("outputs", Integer(1, 32), 1, "How many tensors the layer gives."),
        Param("code", Code(), "", "The Python that defines the class; keras is imported already.", start=START),
    ),
    inputs=(Port("inputs", many=True, help="What the layer is called with."),),
    outputs=_outputs,
    multiply_adds=_unknown,
    headline=("layer",),
    takes_text=True,
)
KINDS = (asking(nobody),)
