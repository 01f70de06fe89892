"""Low-rank adaptation (LoRA) of a layer's first weight. Source: `enable_lora` of Dense, EinsumDense and Embedding."""

from __future__ import annotations

from studio.catalog.checks import clash
from studio.catalog.declaration import Param, Weight
from studio.catalog.forms import Integer, Number
from studio.catalog.settings import Settings

LORA = (
    Param("lora_rank", Integer(1, optional=True), None, "The rank of a low-rank adaptation; None has none.", True),
    Param("lora_alpha", Number(optional=True), None, "The scale of the low-rank adaptation; None is its rank.", True),
)


def check_lora(p: Settings, name: str, constraint: str) -> None:
    """Raise ShapeError for an adaptation of a weight with a constraint."""
    if p.values["lora_rank"] is not None and p.values[constraint] is not None:
        raise clash(name, "lora_rank", f"lora_rank does not go with {constraint}; leave one of them out.")


def adapted(p: Settings, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    """Freeze the first weight and add its low-rank adaptation, if there is one."""
    rank = p.values["lora_rank"]
    if not isinstance(rank, int):
        return weights
    frozen, trainable = weights[0], p.on("trainable")
    return (
        frozen._replace(trainable=False),
        *weights[1:],
        Weight(f"lora_{frozen.name}_a", (*frozen.shape[:-1], rank), trainable),
        Weight(f"lora_{frozen.name}_b", (rank, frozen.shape[-1]), trainable),
    )
