"""Random drawings of 5 to 60 nodes that the studio accepts, and the same with one node more that it refuses."""

from __future__ import annotations

import random
from dataclasses import dataclass

from studio.catalog.declaration import Kind, Port, ShapeError
from studio.catalog.registry import KINDS, refused
from studio.core.tensors import Shape, TensorSpec, product
from studio.core.values import Inner, Params, Value
from studio.document import edits
from studio.document.changes import EdgeChange, Edit, NodeChange
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node, NodeId
from tests.parity.drawing import Case, Wired, draw_params
from tests.parity.stricter import corrected, exemption

SMALLEST, LARGEST = 5, 60
LARGEST_TENSOR = 2_000_000
"""Elements of one example: sizes stay such as people draw."""
RECENT = 6
BROKEN_SHARE = 0.2
AGAIN_SHARE = 0.05
MASK = "mask"
NO_STEP = frozenset({"Input", "Output", "Custom", "TFSMLayer"})
FIRST: tuple[tuple[Shape, str], ...] = (
    ((32, 32, 3), "float32"),
    ((28, 28, 1), "float32"),
    ((16, 24, 4), "float32"),
    ((8, 8, 8, 2), "float32"),
    ((None, None, 3), "float32"),
    ((20, 8), "float32"),
    ((None, 16), "float32"),
    ((12,), "float32"),
    ((40,), "float32"),
    ((20,), "int32"),
    ((None,), "int64"),
    ((6, 10, 10, 3), "float32"),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing; the last node's refusal if the studio refuses that one, and its case."""

    document: Document
    refusal: ShapeError | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """What leaves a node by one of its ports."""

    node: NodeId
    port: str
    spec: TensorSpec


class Growing:
    """A drawing to which nodes are added at random; every tensor in it can be wired on."""

    def __init__(self, rng: random.Random) -> None:
        self.document = Document()
        self.tensors: list[Tensor] = []
        self.refusal: ShapeError | None = None
        self.refused: Case | None = None
        self._rng = rng
        self._kinds = [kind for kind in KINDS.values() if kind.name not in NO_STEP]
        self._cases: dict[NodeId, tuple[Case, tuple[tuple[Tensor, ...], ...]]] = {}

    def add_input(self) -> None:
        """Add an Input of a usual shape."""
        sizes, dtype = self._rng.choice(FIRST)
        params: dict[str, Value] = {"shape": sizes, "dtype": dtype}
        self._put(KINDS["Input"], Case("Input", params), ())

    def add_step(self) -> bool:
        """Try to add a node that the studio accepts."""
        rng = self._rng
        if self._cases and rng.random() < AGAIN_SHARE:
            return self._call_again()
        kind = rng.choice(self._kinds)
        params = draw_params(kind.params, rng)
        if refused(kind, params) or _needs_variables(params):
            return False
        wires = tuple(self._wires(port) for port in kind.inputs)
        case = Case(kind.name, params, draw_params(kind.call, rng), _wired(kind, wires))
        if any(port.at_least and not port.optional and not wires[at] for at, port in enumerate(kind.inputs)):
            return False
        if corrected(case) is not None:
            return False
        try:
            outputs = kind.infer(kind.settings(case.params, case.call), *case.wired)
        except ShapeError as error:
            self.refusal, self.refused = error, case
            self._last_wires = wires
            return False
        if any((product(spec.shape[1:]) or 0) > LARGEST_TENSOR for spec in outputs):
            return False
        self._put(kind, case, wires)
        return True

    def add_refused(self) -> bool:
        """Add the node that was refused last, if there is one for whose refusal Keras has its own reason."""
        if self.refused is None or self.refusal is None or exemption(self.refused, self.refusal) is not None:
            return False
        self._put(KINDS[self.refused.kind], self.refused, self._last_wires)
        return True

    def _wires(self, port: Port) -> tuple[Tensor, ...]:
        rng = self._rng
        if port.optional and rng.random() < 0.85:
            return ()
        if port.name.endswith(MASK):  # what people wire there says True or False
            masks = [tensor for tensor in self.tensors if tensor.spec.dtype == "bool"]
            return (rng.choice(masks),) if masks else ()
        first = rng.choice(self.tensors[-RECENT:] if rng.random() < 0.7 else self.tensors)
        if not port.many:
            return (first,)
        alike = [tensor for tensor in self.tensors if tensor.spec.shape == first.spec.shape]
        count = rng.choice((2, 2, 2, 3, 4))
        return (first, *(rng.choice(alike if rng.random() < 0.8 else self.tensors) for _ in range(count - 1)))

    def _call_again(self) -> bool:
        """Call a layer again with a tensor like its first one."""
        owner, (case, wires) = self._rng.choice(list(self._cases.items()))
        if len(wires) != 1 or len(wires[0]) != 1 or case.call or KINDS[case.kind].is_operation:
            return False
        alike = [tensor for tensor in self.tensors if tensor.spec == wires[0][0].spec]
        self._put(KINDS[case.kind], case, ((self._rng.choice(alike),),), shares=owner)
        return True

    def _put(self, kind: Kind, case: Case, wires: tuple[tuple[Tensor, ...], ...], shares: NodeId | None = None) -> None:
        place = len(self.document.root.nodes)
        name = f"{edits.name_stem(kind.name)}_{place}"
        params = {} if shares is not None else case.params
        node = Node(f"n{place}", kind.name, name, params, case.call, x=10.0 * place, shares=shares)
        changes: list[NodeChange | EdgeChange] = [NodeChange(ROOT, None, node)]
        for port, tensors in zip(kind.inputs, wires, strict=False):
            for slot, tensor in enumerate(tensors):
                changes.append(EdgeChange(ROOT, None, Edge(tensor.node, tensor.port, node.id, port.name, slot)))
        self.document.apply(Edit("Add", tuple(changes)))
        settings = kind.settings(case.params, case.call)
        try:
            outputs = kind.infer(settings, *case.wired)
        except ShapeError:
            return
        if shares is None and kind.name not in NO_STEP:
            self._cases[node.id] = (case, wires)
        ports = kind.outputs(settings)
        self.tensors += [Tensor(node.id, port.name, spec) for port, spec in zip(ports, outputs, strict=True)]


def draw_graph(rng: random.Random) -> Drawn:
    """A drawing; in one of five the last node is one that the studio refuses."""
    growing = Growing(rng)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        growing.add_input()
    size = rng.randint(SMALLEST, LARGEST)
    while len(growing.document.root.nodes) < size:
        growing.add_step()
    if rng.random() < BROKEN_SHARE and growing.add_refused():
        return Drawn(growing.document, growing.refusal, growing.refused)
    return Drawn(growing.document)


def _wired(kind: Kind, wires: tuple[tuple[Tensor, ...], ...]) -> tuple[Wired, ...]:
    found: list[Wired] = []
    for port, tensors in zip(kind.inputs, wires, strict=True):
        if port.many:
            found.append(tuple(tensor.spec for tensor in tensors))
        else:
            found.append(tensors[0].spec if tensors else None)
    return tuple(found)


def _needs_variables(params: Params) -> bool:
    """Whether the layer makes variables for its states, which cannot be without memory."""
    inner = (value for value in params.values() if isinstance(value, Inner))
    return bool(params.get("stateful")) or any(_needs_variables(value.params) for value in inner)
