"""What augmentation makes of the data's own images: Keras is asked, with exactly the layers that are drawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.catalog import image_colors, image_geometry, image_mixes, image_sizes
from studio.client.engine import Engine
from studio.core.errors import FileRefused, StudioError
from studio.core.files import read_limited, write_atomic
from studio.core.ids import new_id
from studio.core.paths import state_dir
from studio.core.signal import Signal
from studio.document.blocks import INPUT_KIND, OUTPUT_KIND
from studio.document.changes import Change, DataChange, EdgeChange, Edit, NodeChange, TrainingChange
from studio.document.data_choice import Encoding, Feature
from studio.document.document import Document
from studio.document.encoded import encoded_shape, encoded_span
from studio.document.graph import ROOT, Edge, Node, NodeId
from studio.program.writer import write
from studio.protocol.messages import EngineDied, Event, Failed, Preview, Previewed
from studio.session.engines import Engines
from studio.session.export import sample_files
from studio.session.fetching import require_downloaded
from studio.session.session import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

IMAGES, DRAWS = 4, 5
SIDE_PX = 160
MAX_BYTES = 8 * 1024**2
RESCALING = "Rescaling"
CHANGING = frozenset(
    kind.name for module in (image_colors, image_geometry, image_mixes, image_sizes) for kind in module.KINDS
)
RANDOM = frozenset(
    kind.name
    for module in (image_colors, image_geometry, image_mixes, image_sizes)
    for kind in module.KINDS
    if any(param.name == "seed" for param in kind.params)
)
"""Kinds of layers that change images, and those of them that do it at random."""
PREVIEWED = CHANGING | {RESCALING}


class PreviewRefused(StudioError):
    """There is nothing to preview yet; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Chain:
    """An Input that is bound to images, and the layers right behind it that change them, in their order."""

    entry: Node
    feature: Feature
    layers: tuple[Node, ...]

    @property
    def key(self) -> object:
        """What the pictures follow from; where nodes stand and what they are called is not part of it."""
        return self.feature, tuple((node.kind, node.params, node.call) for node in self.layers)

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The Input and the layers."""
        return self.entry.id, *(node.id for node in self.layers)

    @property
    def is_random(self) -> bool:
        """Whether it makes something else of an image each time."""
        return any(node.kind in RANDOM for node in self.layers)


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures (uint8): `before` has the axes image, height, width, channel, `after` draws before those."""

    chain: Chain
    seed: int
    before: NDArray[Any]
    after: NDArray[Any]


def chain_of(document: Document, node: NodeId | None = None) -> Chain:
    """The chain that a node is part of; without one, the first that there is.

    Raises PreviewRefused with the sentence that says what is missing.
    """
    chains = list(_chains(document))
    for chain in chains:
        if node is None or node in chain.nodes:
            return chain
    raise PreviewRefused("preview.missing", _missing(document, node))


def has_chain(document: Document, node: NodeId) -> bool:
    """Whether a node is part of a chain."""
    return any(node in chain.nodes for chain in _chains(document))


def _chains(document: Document) -> Iterator[Chain]:
    """Every chain: where an Input leads to several layers that change images, one for each."""
    for node in document.root.nodes.values():
        feature = document.data.feature(node.params.get("feature"))
        if node.kind == INPUT_KIND and feature is not None and _is_images(feature):
            yield from (Chain(node, feature, layers) for layers in _ways(document, node.id))


def _ways(document: Document, start: NodeId) -> Iterator[tuple[Node, ...]]:
    for target in dict.fromkeys(edge.target for edge in document.root.outgoing(start)):
        node = document.root.nodes[target]
        if node.kind not in PREVIEWED or len(document.root.incoming(target)) != 1:
            continue
        further = list(_ways(document, target))
        yield from ((node, *rest) for rest in further or [()])


def _is_images(feature: Feature) -> bool:
    shape = encoded_shape(feature)
    return feature.dtype != "string" and len(shape) == 3 and shape[-1] in (1, 3, 4)


def _missing(document: Document, node: NodeId | None) -> str:
    if document.data.source is None:
        return "No data is chosen yet: choose some with images in the Data place."
    inputs = [each for each in document.root.nodes.values() if each.kind == INPUT_KIND]
    bound = [document.data.feature(each.params.get("feature")) for each in inputs]
    if not any(feature is not None and _is_images(feature) for feature in bound):
        return "No Input is bound to images: choose a feature with height, width and channels for one."
    if node is not None and document.root.nodes.get(node) is not None:
        name = document.root.nodes[node].name
        return f"Only layers that change images stand between an Input and a previewed layer; before {name} are others."
    return "No layer that changes images stands right behind an Input of images: add RandomFlip, for example."


def chain_document(document: Document, chain: Chain) -> Document:
    """A project with nothing but a chain: what comes out is compared with what goes in, so its data is all it reads."""
    made = Document()
    leaf = Node("preview", OUTPUT_KIND, "preview", {"target": chain.feature.name})
    nodes = [chain.entry, *(_own(document, node) for node in chain.layers), leaf]
    changes: list[Change] = [NodeChange(ROOT, None, node) for node in nodes]
    for source, target in pairwise(nodes):
        drawn = next((edge for edge in document.root.incoming(target.id) if edge.source == source.id), None)
        ends = (drawn.source_port, drawn.target_port) if drawn is not None else ("output", "input")
        changes.append(EdgeChange(ROOT, None, Edge(source.id, ends[0], target.id, ends[1])))
    data = replace(document.data, features=(chain.feature,))
    changes += [DataChange(made.data, data), TrainingChange(made.training, document.training)]
    made.apply(Edit("", tuple(changes)))
    return made


def _own(document: Document, node: Node) -> Node:
    """A node with the params of the layer that it calls."""
    owner = document.root.nodes.get(node.shares) if node.shares is not None else None
    return node if owner is None else replace(node, params=owner.params, shares=None)


def ranges(chain: Chain) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Which numbers mean black and white in what goes in and in what comes out; None where nobody knows."""
    before = after = _range(chain.feature)
    for node in chain.layers:
        if node.kind == RESCALING and after is not None:
            scale, offset = node.params.get("scale"), node.params.get("offset", 0.0)
            if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
                after = None
            else:
                low, high = sorted(end * scale + offset for end in after)
                after = (low, high) if low < high else None
    return before, after


def _range(feature: Feature) -> tuple[float, float] | None:
    """Black and white are the ends of what pixels can be: a byte, or from 0 to 1; else what the data had."""
    if feature.encoding is Encoding.IMAGE:
        low, high = sorted((0.0, 255.0 * feature.scale))
        return low, high
    span = encoded_span(feature)
    if span is None:
        return None
    whole = next((end for end in (1.0, 255.0) if span[0] >= 0 and end / 4 < span[1] <= end), None)
    return (0.0, whole) if whole is not None else span if span[0] < span[1] else None


class Previewing:
    """Asks an engine what a chain makes of images; one question at a time, each in a private folder of its own.

    `ended` carries the pictures, or why there are none, on the session's thread.
    """

    def __init__(self, session: Session, engines: Engines) -> None:
        self.ended: Signal[Shown | StudioError] = Signal()
        self._session = session
        self._engines = engines
        self._engine: Engine | None = None
        self._folder: Path | None = None

    @property
    def is_busy(self) -> bool:
        """Whether pictures are on their way."""
        return self._folder is not None

    def start(self, node: NodeId | None, seed: int) -> Chain | None:
        """Ask for pictures of the chain that `node` is part of, unless some are on their way.

        Raises StudioError where nothing can be shown, with what is missing.
        """
        if self.is_busy:
            return None
        chain = chain_of(self._session.document, node)
        base = self._session.path.parent if self._session.path else None
        require_downloaded(self._session.document.data)
        program = write(chain_document(self._session.document, chain), title="Preview", base=base)
        folder = state_dir() / "previews" / new_id()
        folder.mkdir(mode=0o700, parents=True)
        self._folder = folder
        try:
            for name, content in sample_files(program).items():
                write_atomic(folder / name, content)
            write_atomic(folder / "program.py", program.text.encode())
            if self._engine is None or not self._engine.alive:
                self._engine = self._engines.take(lambda event: self._take(chain, seed, event))
            before, after = ranges(chain)
            path = str(folder / "program.py")
            self._engine.send(Preview(folder.name, path, IMAGES, DRAWS, seed, SIDE_PX, before, after))
        except StudioError:
            self._forget()
            raise
        return chain

    def close(self) -> None:
        """Ask no more."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._forget()

    def _take(self, chain: Chain, seed: int, event: Event) -> None:
        if self._folder is None:
            return
        match event:
            case Previewed():
                self._end(self._read(chain, seed, self._folder))
            case Failed(error=error, text=text):
                advice = "Look at the layers and at the data."
                self._end(PreviewRefused("preview.failed", f"Keras refuses to do it: {error}: {text}", advice))
            case EngineDied(text=text):
                self._engine = None
                self._end(PreviewRefused("preview.died", text, "Try again; a new engine takes it."))
            case _:
                pass

    def _read(self, chain: Chain, seed: int, folder: Path) -> Shown | StudioError:
        try:
            return Shown(chain, seed, _pictures(folder / "before.npy", 4), _pictures(folder / "after.npy", 5))
        except StudioError as error:
            return error

    def _end(self, outcome: Shown | StudioError) -> None:
        self._forget()
        if self._engine is not None:
            engine, self._engine = self._engine, None
            self._engines.give_back(engine)
        self.ended.emit(outcome)

    def _forget(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _pictures(path: Path, rank: int) -> NDArray[Any]:
    """An array of pictures, never unpickled. Raises FileRefused."""
    import io

    import numpy as np

    content = read_limited(path, MAX_BYTES)
    try:
        pictures = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise FileRefused("preview.read", f"The pictures cannot be read: {error}.") from error
    if pictures.ndim != rank or pictures.dtype != np.uint8:
        raise FileRefused("preview.read", "The pictures are none.")
    return np.asarray(pictures)
