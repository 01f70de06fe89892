"""What dtype a layer computes in. Source: keras.DTypePolicy and keras.layers.Layer's autocast."""

from __future__ import annotations

from studio.catalog.settings import Settings

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})


def compute_dtype(p: Settings, incoming: str) -> str:
    """The dtype of a layer's result that does arithmetic on `incoming`, under the layer's dtype policy."""
    policy = p.values.get("dtype") or "float32"
    return str(policy).removeprefix("mixed_")
