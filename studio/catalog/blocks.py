"""The kind of a block: a drawing of the user's own, called as one layer.

Source: keras.Model; a nested model is called like a layer, with one tensor or a list, and gives one or a list.
"""

from __future__ import annotations

from collections.abc import Iterable

from studio.catalog.declaration import Family, InferRule, Kind, Param, Port, Ports, ShapeError
from studio.catalog.forms import Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

NAME = "Block"

TRAINABLE = Param(
    "trainable", Switch(), True, "Whether training changes the weights inside; off keeps a finished part as it is."
)


def block_kind(
    title: str, inputs: Iterable[tuple[str, str]], outputs: Iterable[tuple[str, str]], infer: InferRule | None = None
) -> Kind:
    """The kind of a block's nodes; `inputs` and `outputs` are its ports in order, each a name and what people call it.

    Without `infer`, nothing is known of the shapes: enough for those who only write the call.
    """
    entering = [Port(name, label=label) for name, label in inputs]
    leaving = tuple(Port(name, label=label) for name, label in outputs)
    several = len(entering) > 1

    def unknown(p: Settings, *arriving: object) -> tuple[TensorSpec, ...]:
        raise ShapeError("block.shape", f"Nobody has looked inside “{title}”.")

    def ports(p: Settings) -> Ports:
        return leaving

    return Kind(
        NAME,
        "",
        title,
        Family.BLOCK,
        "A part of the drawing as one node: double-click it to look inside.",
        infer or unknown,
        params=(TRAINABLE,),
        inputs=tuple(Port(port.name, label=port.label, gathered=several) for port in entering),
        outputs=ports,
    )
