"""What can be added to a drawing: the kinds of the catalogue, and other uses of the project's own blocks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from studio.catalog.declaration import Family, Kind
from studio.catalog.registry import KINDS
from studio.document.blocks import entries, exits, innermost_first
from studio.document.graph import ROOT, GraphId
from studio.session.session import Session

BLOCK_PREFIX = "block:"
"""No kind's name has a colon in it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind, or, with `block`, another use of that block."""

    kind: Kind
    block: GraphId | None = None

    @property
    def id(self) -> str:
        """What it is chosen and dragged by."""
        return self.kind.name if self.block is None else BLOCK_PREFIX + self.block

    @property
    def name(self) -> str:
        """What people find it by."""
        return self.kind.name if self.block is None else self.kind.title

    @property
    def icon(self) -> str:
        """The drawing that stands for it: its family's; Output has its own."""
        return "output" if self.kind.name == "Output" else self.kind.family.name.lower()

    @property
    def family(self) -> Family:
        """The family in which it stands."""
        return self.kind.family


KIND_OFFERS = tuple(Offer(kind) for kind in KINDS.values())


def block_offers(session: Session) -> list[Offer]:
    """Another use of each block of the project, in the order in which they were made."""
    return [Offer(session.analysis.block(graph), graph) for graph in session.document.graphs if graph != ROOT]


def fitting_offers(session: Session, graph: GraphId) -> list[Offer]:
    """What can be put into a graph: blocks that are not around it, which come first, then every kind."""
    graphs = session.document.graphs
    blocks = [each for each in block_offers(session) if each.block and graph not in innermost_first(graphs, each.block)]
    return [*blocks, *KIND_OFFERS]


def offer(session: Session, id_: str) -> Offer | None:
    """What has this id; None if the project has no such block, or no such kind is known."""
    if id_ in KINDS:
        return Offer(KINDS[id_])
    block = id_.removeprefix(BLOCK_PREFIX)
    known: Collection[GraphId] = session.document.graphs.keys() - {ROOT}
    return Offer(session.analysis.block(block), block) if block != id_ and block in known else None


def block_tip(session: Session, block: GraphId) -> str:
    """What a block takes and gives, by the names of its ports."""
    drawn = session.document.graphs[block]
    sides = [", ".join(node.name for node in nodes) or "nothing" for nodes in (entries(drawn), exits(drawn))]
    return f"{drawn.name}: takes {sides[0]}, gives {sides[1]}. Each use has weights of its own."
