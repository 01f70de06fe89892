"""Random drawings are what they are meant to be: of every size, of many kinds, all of it accepted but a last node."""

from __future__ import annotations

import random

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.catalog.registry import KINDS
from studio.project.format import encode
from tests.parity.graphs import LARGEST, SMALLEST, draw_graph


def test_the_same_seed_draws_the_same_graphs() -> None:
    one, other = (draw_graph(random.Random(7)) for _ in range(2))

    assert encode(one.document) == encode(other.document)


def test_analysis_says_of_a_drawing_what_the_rules_said_while_it_grew() -> None:
    rng = random.Random(11)
    sizes, used, broken = set(), set(), 0
    for _ in range(60):
        drawn = draw_graph(rng)
        nodes = drawn.document.root.nodes
        analysis = Analysis(drawn.document)
        unknown = [id_ for id_ in nodes if None in analysis.outputs(id_).values()]
        assert unknown == ([list(nodes)[-1]] if drawn.refusal else [])
        if drawn.refusal is not None:
            assert Severity.ERROR in {each.severity for each in analysis.problems_of(unknown[0])}
        sizes.add(len(nodes))
        used.update(node.kind for node in nodes.values())
        broken += drawn.refusal is not None
        analysis.close()
    assert min(sizes) < SMALLEST + 8
    assert max(sizes) > LARGEST - 8
    assert len(used) > 0.7 * len(KINDS)
    assert broken > 5
