"""The families of kinds; on their own, since the window needs their colors before any kind is declared."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """The families of the palette, in its order; the value is the title."""

    INPUT = "Input and output"
    CORE = "Core"
    ACTIVATION = "Activations"
    CONVOLUTION = "Convolution"
    POOLING = "Pooling"
    RECURRENT = "Recurrent"
    ATTENTION = "Attention"
    NORMALIZATION = "Normalization"
    REGULARIZATION = "Regularization"
    RESHAPING = "Reshaping"
    MERGING = "Merging"
    OPERATION = "Operations"
    PREPROCESSING = "Preprocessing"
    BLOCK = "Blocks"
