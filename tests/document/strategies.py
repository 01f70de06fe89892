"""Hypothesis strategies for the pieces of a document: everything that it must hold, ugly texts and numbers included."""

from __future__ import annotations

from hypothesis import strategies as st

from studio.core.values import Inner, Params, Value
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    Encoding,
    Feature,
    NpzSource,
    SampleSource,
    Source,
    Split,
)
from studio.document.graph import Frame
from studio.document.training_choice import TrainingChoice

NAMES = st.one_of(
    st.sampled_from(["dense", "conv2d_2", "", "<img width=9000>", "naïve 🙂", 'a"\\b', "\u2028\n\t\x00", "x" * 200]),
    st.text(max_size=12),
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTS = st.integers(-(2**63), 2**63 - 1)
SCALARS: st.SearchStrategy[Value] = st.one_of(st.none(), st.booleans(), INTS, FLOATS, NAMES)


def _nested(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    lists = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(lists, st.builds(Inner, NAMES, st.dictionaries(NAMES, inner, max_size=2)))


VALUES: st.SearchStrategy[Value] = st.recursive(SCALARS, _nested, max_leaves=6)
PARAMS: st.SearchStrategy[Params] = st.dictionaries(NAMES, VALUES, max_size=3)
INNERS = st.builds(Inner, NAMES, PARAMS)
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), INTS, FLOATS, NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
)
KEPT = st.dictionaries(st.sampled_from(["color", "später", "z"]), PLAIN, max_size=2)
PORTS = st.sampled_from(["input", "inputs", "output", "state_h", "größe", ""])
KINDS = st.sampled_from(["Dense", "Input", "Output", "Concatenate", "LSTM", "Someone's", ""])
PIXELS = st.one_of(st.integers(-500, 500).map(float), FLOATS)
FRAMES = st.builds(
    Frame,
    st.sampled_from(["f", "g", "h"]),
    NAMES,
    NAMES,
    x=PIXELS,
    y=PIXELS,
    width=PIXELS,
    height=PIXELS,
    hue=st.integers(0, 359),
)
SOURCES: st.SearchStrategy[Source | None] = st.one_of(
    st.none(), st.builds(SampleSource, NAMES), st.builds(CsvSource, NAMES, NAMES), st.builds(NpzSource, NAMES)
)
SHAPES = st.lists(st.one_of(st.none(), INTS), max_size=3).map(tuple)
COLUMNS = st.lists(NAMES, max_size=3).map(tuple)
SPANS = st.none() | st.tuples(FLOATS, FLOATS)
FEATURES = st.builds(Feature, NAMES, COLUMNS, SHAPES, NAMES, st.sampled_from(Encoding), FLOATS, COLUMNS, SPANS)
SPLITS = st.builds(Split, FLOATS, FLOATS, INTS)
DATA = st.builds(
    DataChoice,
    SOURCES,
    st.lists(FEATURES, max_size=2).map(tuple),
    SPLITS,
    st.integers(1, 5),
    st.sampled_from(["", "0f"]),
    st.booleans(),
)
TRAINING = st.builds(TrainingChoice, INTS, INTS, INNERS, INTS, st.booleans(), st.lists(INNERS, max_size=2).map(tuple))
