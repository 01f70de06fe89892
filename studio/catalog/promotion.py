"""Which dtype comes out where several go in, as keras.ops decides it.

Source: keras.src.backend.common.dtypes, result_type, under TensorFlow with float32 as the standard float. A Python
number beside tensors is weak: it follows their dtype where that can hold it (`WEAK_INT`, `WEAK_FLOAT`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

WEAK_INT, WEAK_FLOAT = "int", "float"
STANDARD_FLOAT = "float32"

NEXT = {
    "bool": (WEAK_INT,),
    WEAK_INT: ("uint8", "int8"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": (WEAK_FLOAT,),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": (WEAK_FLOAT,),
    WEAK_FLOAT: ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64",),
    "float64": (),
}
"""Above each dtype those that come next: two dtypes become the lowest that is above both."""
SETTLED = {WEAK_INT: "int32", WEAK_FLOAT: STANDARD_FLOAT, "uint64": "uint32"}
"""What stands for a dtype that is none: a weak one, or one that Keras keeps from coming out."""


def promoted(dtypes: Iterable[str]) -> str | None:
    """The dtype of a result made of all these; None where Keras has none (text)."""
    return _promoted(tuple(dict.fromkeys(dtypes)))


def weak(value: object) -> str:
    """The dtype that a Python number counts as."""
    return "bool" if isinstance(value, bool) else WEAK_INT if isinstance(value, int) else WEAK_FLOAT


@cache
def _promoted(dtypes: tuple[str, ...]) -> str | None:
    if any(dtype not in NEXT for dtype in dtypes):
        return None
    common = set.intersection(*(_above(dtype) for dtype in dtypes))
    lowest = next(each for each in common if common <= _above(each))
    return SETTLED.get(lowest, lowest)


def _above(dtype: str) -> set[str]:
    """A dtype and all that are above it."""
    return {dtype}.union(*(_above(each) for each in NEXT[dtype]))
