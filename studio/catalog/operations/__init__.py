"""The functions of keras.ops that can stand in a drawing: arithmetic, reductions, reshaping, combining, selecting.

Every one is declared once, in the file of what it does, from `declaring.operation`. A param that has the name of an
input port is the number that stands in its place (`keras.ops.add(x, 3.0)`).
"""

from studio.catalog.operations import arithmetic, combining, elementwise, reductions, selecting, shaping

KINDS = (
    *arithmetic.KINDS, *elementwise.KINDS, *reductions.KINDS, *shaping.KINDS, *combining.KINDS, *selecting.KINDS,
)  # fmt: skip
