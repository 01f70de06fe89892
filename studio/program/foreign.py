"""The user's own classes in a program: their text as it was written, and how they are made and called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studio.catalog import custom
from studio.catalog.custom import CUSTOM, Question
from studio.core.values import Params
from studio.document.graph import NodeId
from studio.program.layout import INDENT, Item, Line, array, call, lines
from studio.program.literals import literal, one_line, text

HEAD = (
    '"""What one layer makes of its inputs: asked by Layer Studio, trained by nobody."""',
    "",
    "import keras",
    "",
    "",
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A custom layer as a program has it."""

    question: Question

    @classmethod
    def of(cls, params: Params) -> Foreign:
        """That of a node's params, which must fit their forms."""
        return cls(custom.question(CUSTOM.settings(params).values, ()))

    @property
    def fault(self) -> str:
        """Why it cannot stand in a program, as a clause; empty if it can."""
        found = one_line(custom.fault(self.question.layer, self.question.code) or "")
        return f"{found[:1].lower()}{found[1:].rstrip('.')}"

    @property
    def source(self) -> str:
        """The text that stands in the program, and that has to be trusted before it runs."""
        return self.question.source

    @property
    def class_name(self) -> str:
        """What the program calls the class."""
        return custom.class_name(self.question.layer)

    @property
    def arguments(self) -> tuple[Item, ...]:
        """What the class is made with. Raises Unwritable."""
        return tuple(Item(literal(value), f"{name}=") for name, value in self.question.arguments)

    @property
    def text(self) -> tuple[str, ...]:
        """The lines of its text, each as Python counts them."""
        return tuple(self.source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"))

    @property
    def defined(self) -> frozenset[str]:
        """The names that the text brings into a program."""
        return custom.definitions(self.question.layer, self.question.code)

    def definition(self, node: NodeId) -> Iterator[Line]:
        """The lines of the text, for the node that needs it."""
        return ((line, node) for line in self.text)

    def spreads(self, wires: int) -> bool:
        """Whether so many wires are passed one by one, not as a list."""
        return wires == 1 or self.question.passed == custom.ARGUMENTS


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A program that makes the layer of a question, and calls it: `make_layer()`, `call_layer(layer, inputs)`."""

    text: str
    length: int

    def code_line(self, line: int | None) -> int | None:
        """The line of the code that a line of the program is, both counted from 1; None for other lines."""
        if line is None or line <= len(HEAD) or line > len(HEAD) + self.length:
            return None
        return line - len(HEAD)


def inquiry(question: Question) -> Inquiry:
    """The program that answers a question whose code has no fault. Raises Unwritable."""
    foreign = Foreign(question)
    tensors = [f"inputs[{at}]" for at in range(len(question.inputs))]
    made = call(foreign.class_name, *foreign.arguments, Item(text("probed"), "name="))
    given = tensors if foreign.spreads(len(tensors)) else [array(tensors)]
    written: list[Line] = [(line, None) for line in (*HEAD, *foreign.text, "", "", "def make_layer():")]
    written += lines(made, INDENT, "return ")
    written += [("", None), ("", None), ("def call_layer(layer, inputs):", None)]
    written += lines(call("layer", *given), INDENT, "return ")
    return Inquiry("".join(f"{line}\n" for line, _ in written), len(foreign.text))
