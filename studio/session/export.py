"""Taking the Python home: the script as a file, with the sample data that it reads beside it."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import FileRefused
from studio.core.files import read_limited, write_atomic
from studio.data.samples import samples_dir
from studio.program.writer import Program
from studio.session.session import Session

MAX_SAMPLE_BYTES = 64 * 1024 * 1024


def export_script(session: Session, path: Path, *, epochs: int | None = None) -> tuple[Path, ...]:
    """Write the project's program to `path` and return the files written, the script first.

    Sample data goes beside it; a file of that name with other content is not overwritten. Raises FileRefused.
    """
    program = session.program(epochs=epochs)
    files = [path]
    for name, content in sample_files(program).items():
        beside = path.with_name(name)
        if beside.exists():
            if read_limited(beside, MAX_SAMPLE_BYTES) != content:
                raise FileRefused(
                    "export.sample",
                    f"The script reads {name} from its own folder, where another file has that name.",
                    f"Export into another folder, or move {beside} away.",
                )
            continue
        write_atomic(beside, content)
        files.append(beside)
    write_atomic(path, program.text.encode())
    return tuple(files)


def sample_files(program: Program) -> dict[str, bytes]:
    """The content of the bundled data files that a program reads from its own folder, by name. Raises FileRefused."""
    return {name: read_limited(samples_dir() / name, MAX_SAMPLE_BYTES) for name in program.samples}
