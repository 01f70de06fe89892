"""Where the studio does not say what Keras says of operations."""

from __future__ import annotations

from studio.catalog import operations
from studio.catalog.operations import elementwise, reductions
from studio.core.tensors import TensorSpec
from tests.parity.drawing import Case
from tests.parity.exemption import Exemption

ROWS = TensorSpec((None, 5, 4))
COUNTS = TensorSpec((None, 5, 4), "int32")
TEXTS = TensorSpec((None, 3), "string")
NAMES = frozenset(kind.name for kind in (*elementwise.KINDS, *reductions.KINDS))

REFUSED = (
    *(
        Exemption(
            frozenset({f"ops.{name}"}),
            "dtype.float",
            "TensorFlow has this function for floats only",
            Case(f"ops.{name}", wired=(COUNTS,)),
        )
        for name in (*elementwise.FOR_FLOATS, "leaky_relu", "elu", "celu", "gelu", "softmax", "log_softmax")
    ),
    Exemption(
        NAMES | {"ops.squeeze", "ops.transpose"},
        "param.axis",
        "Keras does not look whether an axis is named twice",
        Case("ops.flip", {"axis": (1, -2)}, wired=(ROWS,)),
        "axis",
    ),
    Exemption(
        frozenset({"ops.einsum"}),
        "shape.merge",
        "Keras does not look whether the sizes of a letter agree",
        Case("ops.einsum", {"subscripts": "ab,ac->bc"}, wired=((TensorSpec((3, 4)), TensorSpec((5, 4))),)),
    ),
    Exemption(
        frozenset({"ops.pad"}),
        "param.constant_values",
        "Keras does not look at the mode",
        Case(
            "ops.pad",
            {"pad_width": ((0, 0), (1, 1), (0, 0)), "mode": "reflect", "constant_values": 1.0},
            wired=(ROWS,),
        ),
        "constant_values",
    ),
    Exemption(
        frozenset({"ops.cast"}),
        "param.dtype",
        "TensorFlow does not make text of numbers",
        Case("ops.cast", {"dtype": "string"}, wired=(ROWS,)),
        "dtype",
    ),
    Exemption(
        frozenset({"ops.take"}),
        "dtype.integer",
        "floats are no places",
        Case("ops.take", {"axis": 1}, wired=(ROWS, TensorSpec((2,)))),
    ),
    Exemption(
        frozenset({"ops.split"}),
        "param.indices_or_sections",
        "Keras does not look how many pieces there are; a single one is the tensor itself",
        Case("ops.split", {"indices_or_sections": -1, "axis": 1}, wired=(ROWS,)),
        "indices_or_sections",
    ),
    Exemption(
        frozenset(kind.name for kind in operations.KINDS),
        "dtype.text",
        "text is no number",
        Case("ops.subtract", wired=(TEXTS, TEXTS)),
    ),
)

SUM = Exemption(
    frozenset({"ops.sum"}),
    "",
    "Keras says uint32 of a sum of uint64, and gives uint64",
    Case("ops.sum", {"axis": 1}, wired=(TensorSpec((None, 5), "uint64"),)),
    is_dtype=True,
)


def corrected_operations(case: Case) -> Exemption | None:
    """The entry that allows the studio to give another answer to this case."""
    wide = any(isinstance(spec, TensorSpec) and spec.dtype == "uint64" for spec in case.wired)
    return SUM if case.kind in SUM.kinds and wide else None
