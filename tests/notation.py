"""A notation that builds documents in tests: `graph("input(28,28,1) > conv2d(8, 3) > flatten > dense(10)")`.

    graph('''
        input(8, 8, 1) > conv2d(8, 3, activation="relu") > a: flatten
        input(4) > b: dense(16)
        a > cat: concatenate > dense(10) > output; b > cat
    ''')

Statements are separated by `;` or line ends, terms of a chain by `>`; `#` begins a comment. A line
that begins or ends with `>` goes on with the chain.

* `dense(3)` is a new node. The word is a kind's name in snake case (`conv2d`, `batch_normalization`) or as it stands in
  the catalogue (`Conv2D`); a CamelCase word that no kind has is an unknown kind. Without brackets: no params. It is
  named as the studio would name it: `dense`, `dense_2`, …
* Positional values are the kind's params in their order (for `input`, the shape: `input(28, 28, None)`), keyword values
  params or call arguments. They are Python literals, lists become tuples, and `LSTM(32)` or `Adam(learning_rate=0.1)`
  is an Inner.
* `a: dense(3)` names the node. A bare word is first a name given in this way, then a kind, then a name that the studio
  gave: `dense > dense` are two nodes, `a > a` is one.
* `b: =a` calls the layer of `a` again (weights shared), `b: =a(reverse=True)` with call arguments of its own.
* `lstm.state_h > …` leaves by an output port, `… > att@value` arrives at an input port, `x@query.scores` does both.
  Otherwise a wire leaves by the first output, and arrives at the first input port that has room: list ports always have
  (wires in order of appearance), then required ports, then nothing.

`tower { input > dense(3) > output }`, before what calls it, is a block: a graph with the id `tower` and the name
`Tower`. `a: tower` is an instance, `b: tower(trainable=False)` another, `c: =a` calls the first again. Its ports are
called by the names of the Inputs and Outputs inside: `x > a@left`.

Ids are `n1`, `n2`, … (in a block `tower_n1`, …) in order of appearance; nodes stand in columns by their distance from
the inputs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.catalog.blocks import block_kind
from studio.catalog.declaration import Kind, Ports
from studio.catalog.registry import CELLS, KINDS, RECIPES
from studio.core.values import Inner, Params, Value
from studio.document import edits
from studio.document.blocks import BLOCK_KIND, entries, exits
from studio.document.changes import EdgeChange, Edit, GraphChange
from studio.document.document import Document
from studio.document.edits import name_stem
from studio.document.graph import ROOT, Edge, GraphId, Node

COLUMN_PX = 220.0
ROW_PX = 120.0
TERM = re.compile(
    r"(?:(?P<name>\w+)\s*:\s*)?(?P<again>=\s*)?(?P<word>[A-Za-z_]\w*)\s*(?P<values>\(.*\))?"
    r"(?P<ports>(?:\s*[@.]\s*\w+)*)",
    re.DOTALL,
)
BLOCK = re.compile(r"(\w+)\s*\{([^{}]*)\}")
PORT = re.compile(r"([@.])\s*(\w+)")


def graph(text: str) -> Document:
    """The document that `text` draws. Raises ValueError naming the term that cannot be read."""
    document = Document()
    joined = re.sub(r"\s*\n\s*>|>\s*\n\s*", ">", _uncommented(text))
    for name, inside in BLOCK.findall(joined):
        document.apply(Edit("Block", (GraphChange(name, None, name.capitalize()),)))
        _Drawing(document, name).draw(inside)
    _Drawing(document).draw(BLOCK.sub("", joined))
    return document


def node(document: Document, name: str, graph: GraphId = ROOT) -> Node:
    """The node of this name. Raises LookupError listing the names there are."""
    found = document.graphs[graph].named(name)
    if found is None:
        names = sorted(each.name for each in document.graphs[graph].nodes.values())
        raise LookupError(f"no node {name!r}; there are {names}")
    return found


def wires(document: Document, graph: GraphId = ROOT) -> list[str]:
    """Every wire as text, sorted: `"a.output > cat.inputs[1]"`; slot 0 is not written."""
    drawing = document.graphs[graph]
    names = {each.id: each.name for each in drawing.nodes.values()}
    return sorted(
        f"{names[edge.source]}.{edge.source_port} > {names[edge.target]}.{edge.target_port}"
        + (f"[{edge.slot}]" if edge.slot else "")
        for edge in drawing.edges
    )


@dataclass(frozen=True)
class _Term:
    node: str
    output: str | None
    input: str | None


class _Drawing:
    """One graph of a document on its way, and the names given so far."""

    def __init__(self, document: Document, graph_id: GraphId = ROOT) -> None:
        self.document = document
        self.graph = document.graphs[graph_id]
        self._given: dict[str, str] = {}
        self._stem = "n" if graph_id == ROOT else f"{graph_id}_n"

    def draw(self, text: str) -> None:
        for statement in filter(None, _split(text, ";\n")):
            previous: _Term | None = None
            for written in _split(statement, ">"):
                if not written:
                    raise ValueError(f"a term is missing in {statement!r}")
                term = self.term(written)
                if previous is not None:
                    self.wire(previous, term)
                previous = term
        self.lay_out()

    def term(self, written: str) -> _Term:
        match = TERM.fullmatch(written)
        if match is None:
            raise ValueError(f"cannot read {written!r}")
        ports = dict(PORT.findall(match["ports"]))
        found = self._node(match)
        inputs, outputs = self._ports(found)
        return _Term(found, _port(outputs, ports.get(".")), _port(inputs, ports.get("@")))

    def wire(self, source: _Term, target: _Term) -> None:
        port, slot = self._arrival(target)
        edge = Edge(source.node, source.output or self._departure(source.node), target.node, port, slot)
        self.document.apply(Edit("Connect", (EdgeChange(self.graph.id, None, edge),)))

    def lay_out(self) -> None:
        root = self.graph
        columns = dict.fromkeys(root.nodes, 0)
        for _ in root.nodes:  # as often as the longest path needs; a cycle ends here too
            before = dict(columns)
            for edge in root.edges:
                columns[edge.target] = max(columns[edge.target], min(columns[edge.source] + 1, len(columns)))
            if columns == before:
                break
        rows: dict[int, int] = {}
        positions: dict[str, tuple[float, float]] = {}
        for id_, column in columns.items():
            rows[column] = rows.get(column, -1) + 1
            positions[id_] = (column * COLUMN_PX, rows[column] * ROW_PX)
        if positions:
            self.document.apply(edits.move(self.document, positions, self.graph.id))

    def _node(self, match: re.Match[str]) -> str:
        name, word, values = match["name"], match["word"], match["values"]
        if match["again"]:
            return self._again(word, name, values or "()")
        if values is None and name is None and word in self._given:
            return self._given[word]
        if word in self.document.graphs and word != ROOT:
            return self._new(BLOCK_KIND, name or edits.unique_name(self.graph, word), values or "()", block=word)
        kind = _kind_name(word)
        if kind is not None:
            return self._new(kind, name, values or "()")
        found = self.graph.named(word)
        if found is None or values is not None or name is not None:
            raise ValueError(f"{word!r} is neither a kind nor the name of an earlier node")
        return found.id

    def _new(
        self, kind_name: str, name: str | None, values: str, shares: str | None = None, block: GraphId | None = None
    ) -> str:
        if name in self._given:
            raise ValueError(f"{name!r} is given twice")
        positional, named = _values(values)
        kind = KINDS.get(kind_name)
        call_names = {param.name for param in kind.call} if kind else set()
        params = _params(kind_name, kind, positional, {k: v for k, v in named.items() if k not in call_names})
        call = {k: v for k, v in named.items() if k in call_names}
        fresh = edits.new_node(self.document, kind_name, 0.0, 0.0, params, name=name, graph=self.graph.id)
        id_ = f"{self._stem}{len(self.graph.nodes) + 1}"
        fresh = replace(fresh, id=id_, call=call, shares=shares, graph=block)
        self.document.apply(edits.add_node(fresh, self.graph.id))
        if name is not None:
            self._given[name] = fresh.id
        return fresh.id

    def _again(self, owner_name: str, name: str | None, values: str) -> str:
        owner = node(self.document, owner_name, self.graph.id)
        return self._new(owner.kind, name, values, shares=owner.shares or owner.id, block=owner.graph)

    def _kind(self, id_: str) -> Kind | None:
        found = self.graph.nodes[id_]
        if found.graph is None:
            return KINDS.get(found.kind)
        inside = self.document.graphs[found.graph]
        ports = [[(each.id, each.name) for each in ends(inside)] for ends in (entries, exits)]
        return block_kind(inside.name, ports[0], ports[1])

    def _ports(self, id_: str) -> tuple[Ports, Ports]:
        found, kind = self.graph.nodes[id_], self._kind(id_)
        if kind is None:
            return (), ()
        owner = self.graph.nodes[found.shares] if found.shares else found
        return kind.inputs, kind.outputs(kind.settings(owner.params, found.call))

    def _departure(self, id_: str) -> str:
        ports = self._ports(id_)[1]
        return ports[0].name if ports else "output"

    def _arrival(self, target: _Term) -> tuple[str, int]:
        root = self.graph
        found = root.nodes[target.node]
        kind = self._kind(found.id)
        if target.input is not None:
            port = kind.input(target.input) if kind else None
            return target.input, edits.next_slot(root, found.id, target.input) if port and port.many else 0
        for candidate in kind.inputs if kind else ():
            if candidate.many:
                return candidate.name, edits.next_slot(root, found.id, candidate.name)
            if not candidate.optional and root.edge_at(found.id, candidate.name) is None:
                return candidate.name, 0
        if kind is not None and kind.inputs:
            raise ValueError(f"no input port of {found.name!r} is free; name one: {found.name}@port")
        return "input", 0


def _port(ports: Ports, said: str | None) -> str | None:
    """A port by what people call it; what is no port is left as it is."""
    return next((port.name for port in ports if port.shown == said), said)


def _kind_name(word: str) -> str | None:
    if word in KINDS or re.fullmatch(r"[A-Z]\w*", word):
        return word
    return next((name for name in KINDS if name_stem(name) == word), None)


def _params(name: str, kind: Kind | None, positional: tuple[Value, ...], named: Params) -> dict[str, Value]:
    if name == "Input" and positional:
        return {"shape": positional, **named}
    declared = kind.params if kind else next((r.params for (_, key), r in RECIPES.items() if key == name), ())
    if len(positional) > len(declared):
        raise ValueError(f"{name} has {len(declared)} params in order; {len(positional)} values came")
    return {**{param.name: value for param, value in zip(declared, positional, strict=False)}, **named}


def _values(written: str) -> tuple[tuple[Value, ...], dict[str, Value]]:
    call = ast.parse(f"_{written}", mode="eval").body
    assert isinstance(call, ast.Call)
    return tuple(_value(each) for each in call.args), {str(each.arg): _value(each.value) for each in call.keywords}


def _value(tree: ast.expr) -> Value:
    match tree:
        case ast.Call(func=ast.Name(id=kind), args=args, keywords=keywords):
            named = {str(each.arg): _value(each.value) for each in keywords}
            made = KINDS.get(kind) or CELLS.get(kind)
            return Inner(kind, _params(kind, made, tuple(_value(each) for each in args), named))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(_value(each) for each in items)
        case _:
            literal: Value = ast.literal_eval(tree)
            return literal


def _uncommented(text: str) -> str:
    return re.sub(r"""("[^"\n]*"|'[^'\n]*')|\#[^\n]*""", lambda found: found[1] or "", text)


def _split(text: str, separators: str) -> Iterator[str]:
    """The parts of `text` between separators outside brackets and quotes, stripped."""
    depth, quote, part = 0, "", ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter in separators and not depth:
            yield part.strip()
            part = ""
            continue
        part += letter
    yield part.strip()
