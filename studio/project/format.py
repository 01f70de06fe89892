"""The project file: a document as readable text that diffs well, and back. `docs/format.md` describes it fully."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studio import __version__
from studio.core.errors import EditRefused, FileRefused
from studio.core.files import read_limited, write_atomic
from studio.document.changes import Edit
from studio.document.clipboard import Fragment
from studio.document.document import Document
from studio.project.fields import Fields
from studio.project.lines import Lines, text_of
from studio.project.migrations import MIGRATIONS, VERSION, Migration, migrated
from studio.project.plain import MAX_BYTES, Misfit, Plain, parse
from studio.project.reading import read_blocks, read_changes, read_pieces
from studio.project.writing import block_fields, document_fields, piece_fields

FORMAT = "layer-studio"
FRAGMENT = "layer-studio-fragment"
CLIPBOARD = "The clipboard"


def load(path: Path) -> Document:
    """The document of a project file. Raises FileRefused; says so where a backup lies beside a damaged file."""
    content = read_limited(path, MAX_BYTES)
    try:
        return decode(content, path.name)
    except FileRefused as refused:
        backup = path.with_name(path.name + ".bak")
        if refused.code == "file.newer" or not backup.is_file():
            raise
        advice = f"{backup.name} beside it holds the previous version: copy it under a name that ends in .layers."
        raise FileRefused(refused.code, refused.text, advice) from refused


def save(document: Document, path: Path) -> None:
    """Write a project file whole or not at all; the previous version stays as `NAME.bak`. Raises FileRefused."""
    content = encode(document)
    if len(content) > MAX_BYTES:
        raise FileRefused(
            "file.large",
            f"The project is {len(content):,} bytes large; at most {MAX_BYTES:,} can be opened again.",
            "Take long texts or nodes out of it, then save once more.",
        )
    write_atomic(path, content, keep_backup=True)


def encode(document: Document) -> bytes:
    """The content of a document's project file: the same bytes for the same document."""
    fields = Lines(document_fields(document), format=FORMAT, version=VERSION, studio=__version__)
    return (text_of(fields) + "\n").encode()


def decode(content: bytes, name: str, *, migrations: Mapping[int, Migration] = MIGRATIONS) -> Document:
    """The document that `content` holds; `name` is the file's in messages. Raises FileRefused with the place."""
    try:
        fields = Fields(_present(parse(content, name), name, FORMAT, migrations))
        for known in ("format", "version", "studio"):
            fields.rest.pop(known, None)
        document = Document()
        changes = read_changes(fields, document)
        fields.close()
        document.apply(Edit("Open", tuple(changes)))
    except Misfit as misfit:
        raise misfit.refusal(name) from misfit
    except EditRefused as refused:
        raise FileRefused(refused.code, f"{name} cannot be read: {refused.text}", refused.advice) from refused
    return document


def encode_fragment(fragment: Fragment) -> str:
    """The clipboard's text for nodes, the wires among them, and the blocks that they call."""
    fields = Lines(piece_fields(fragment.nodes, fragment.edges), format=FRAGMENT, version=VERSION)
    if fragment.blocks:
        fields["graphs"] = Lines({block.id: block_fields(block) for block in fragment.blocks})
    return text_of(fields) + "\n"


def decode_fragment(text: str) -> Fragment:
    """The nodes, wires and blocks that `encode_fragment` wrote. Raises FileRefused for every other text."""
    if not text.startswith("{"):
        raise _foreign(CLIPBOARD, FRAGMENT)
    content = text.encode(errors="replace")
    try:
        fields = Fields(_present(parse(content, CLIPBOARD), CLIPBOARD, FRAGMENT, MIGRATIONS))
        for known in ("format", "version"):
            fields.rest.pop(known, None)
        nodes, edges = read_pieces(fields)
        blocks = read_blocks(fields)
        fields.close()
    except Misfit as misfit:
        raise misfit.refusal(CLIPBOARD) from misfit
    return Fragment(nodes, edges, blocks)


def _present(plain: Plain, name: str, marker: str, migrations: Mapping[int, Migration]) -> dict[str, Plain]:
    """The content as the present version has it."""
    if not isinstance(plain, dict) or plain.get("format") != marker:
        raise _foreign(name, marker)
    version = plain.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise Misfit("file.type", "a whole number is expected.").inside("version")
    if version > VERSION:
        raise FileRefused(
            "file.newer",
            f"{name} was saved by Layer Studio format {version}; this one reads {VERSION}.",
            "Update Layer Studio to open it.",
        )
    current = migrated(plain, version, migrations)
    if current is None:
        raise FileRefused(
            "file.older",
            f"{name} says that its format is {version}; this version of Layer Studio does not read that.",
            "Open and save it with an older version first.",
        )
    return current


def _foreign(name: str, marker: str) -> FileRefused:
    if marker == FRAGMENT:
        return FileRefused("file.foreign", f"{name} holds no nodes of Layer Studio.", "Copy some nodes first.")
    return FileRefused(
        "file.foreign", f"{name} is no project of Layer Studio.", "Choose a project file; they end in .layers."
    )
