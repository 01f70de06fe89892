"""`layer-studio suggest`: a project with a model for some data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.analysis.problem import Severity
from studio.cli.check import text
from studio.core.errors import DataRefused, FileRefused
from studio.data.keras_sets import find_keras_set, keras_sets
from studio.data.samples import find_sample, samples
from studio.document import edits
from studio.session.data_reading import Reading, read_keras, read_path, read_sample
from studio.session.model_suggestion import counted, suggest_model
from studio.session.session import SUFFIX, Session


def suggest(data: str, output: Path, *, targets: Sequence[str]) -> int:
    """Write a project that learns from a file, a folder, or a data set by its name; print what was drawn.

    Returns 0, or 1 if there is something to mend before it trains.
    """
    project = output if output.suffix == SUFFIX else output.with_name(output.name + SUFFIX)
    if project.exists():
        raise FileRefused("suggest.exists", f"{project} is there already.", "Choose another name, or move it away.")
    reading = _read(data, project.expanduser().absolute().parent)
    session = Session()
    try:
        session.do(edits.set_data(session.document, reading.choice))
        examples = counted(reading.choice, reading.look)
        session.do(suggest_model(session.document, examples=examples, targets=targets))
        session.save(project)
        print(text(session))
        print(session.path)
        worst = [problem for problem in session.analysis.problems if problem.severity is Severity.ERROR]
        return 1 if worst else 0
    finally:
        session.close()


def _read(data: str, base: Path) -> Reading:
    """What the data suggests: a path goes before a name."""
    path = Path(data).expanduser()
    if path.exists():
        return read_path(path, base)
    if find_sample(data) is not None:
        return read_sample(data)
    name = data.removeprefix("keras.datasets.")
    if find_keras_set(name) is not None:
        return read_keras(name)
    names = ", ".join([sample.name for sample in samples()] + [each.name for each in keras_sets()])
    raise DataRefused("suggest.missing", f"There is no file, folder or data set “{data}”.", f"Data sets are: {names}.")
