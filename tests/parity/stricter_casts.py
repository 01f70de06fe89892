"""Where the studio is stricter than Keras about dtypes: what TensorFlow does with real numbers only."""

from __future__ import annotations

from studio.core.tensors import TensorSpec
from studio.core.values import Inner
from tests.parity.drawing import Case
from tests.parity.exemption import Exemption

WHOLE, TRUTHS = TensorSpec((None, 4), "int32"), TensorSpec((None, 4), "bool")
VOLUME = TensorSpec((None, 4, 4, 4, 2))
SEQUENCE = TensorSpec((None, 5, 4))
STEPPED = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell")


def _floats(reason: str, evidence: Case, *kinds: str) -> Exemption:
    return Exemption(frozenset(kinds), "dtype.float", reason, evidence)


REFUSED = (
    _floats(
        "TensorFlow works this function out for real numbers only",
        Case("Activation", {"activation": "gelu"}, wired=(WHOLE,)),
        "Activation",
    ),
    _floats(
        "TensorFlow works this function out for numbers only",
        Case("LeakyReLU", wired=(TRUTHS,)),
        *("ReLU", "LeakyReLU"),
    ),
    _floats(
        "TensorFlow does not add, multiply or compare True and False",
        Case("Add", wired=((TRUTHS, TRUTHS),)),
        *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"),
    ),
    _floats(
        "TensorFlow finds no largest of True and False",
        Case("MaxPooling1D", wired=(TensorSpec((None, 6, 2), "bool"),)),
        *("MaxPooling1D", "MaxPooling2D"),
    ),
    _floats(
        "TensorFlow does not add True and False",
        Case("AdditiveAttention", wired=(*(TensorSpec((None, 5, 4), "bool"),) * 2, None, None, None)),
        "AdditiveAttention",
    ),
    _floats(
        "In training, TensorFlow changes real numbers only",
        Case("Dropout", {"rate": 0.5}, wired=(WHOLE,)),
        *("Dropout", "GaussianDropout", "AlphaDropout", "GaussianNoise"),
        *(f"SpatialDropout{rank}D" for rank in (1, 2, 3)),
    ),
    Exemption(
        frozenset({"MaxPooling3D"}),
        "param.dtype",
        "TensorFlow has no such operation",
        Case("MaxPooling3D", {"dtype": "float64"}, wired=(VOLUME,)),
        "dtype",
    ),
    *(
        Exemption(
            frozenset((*STEPPED, *CELLS)),
            f"param.{param}",
            "The states would change their dtype from step to step",
            Case("LSTM", {"units": 3, "dtype": "float16", param: Inner("ELU")}, wired=(SEQUENCE, (), None)),
            param,
        )
        for param in ("activation", "recurrent_activation")
    ),
)
"""Refusals and their evidence."""
