"""Reads `predictions.npz`: what a trained model said of the examples that it was evaluated by."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.errors import FileRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES = 64 * 1024**2
MAX_OUTPUTS = 100


@dataclass(frozen=True, slots=True)
class Predicted:
    """One output of the model, example by example: the target's values, and what the model made of the inputs."""

    name: str
    true: NDArray[Any]
    predicted: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Predictions:
    """The first examples of a part (`test`, `validation`, `train`), which has `total` in all.

    `pictured` are the rows of the surest mistakes of the first output, `pictures` what they look like (uint8; example,
    height, width, channel). `moments` are the dates of rows of the data, as texts, from that of the first example on,
    and `rows` which of them each example is; None where the data has no order of time.
    """

    part: str
    total: int
    outputs: tuple[Predicted, ...]
    pictured: NDArray[Any]
    pictures: NDArray[Any]
    rows: NDArray[Any] | None = None
    moments: NDArray[Any] | None = None

    @property
    def count(self) -> int:
        """How many examples there are."""
        return len(self.outputs[0].true) if self.outputs else 0


def read_predictions(path: Path) -> Predictions | None:
    """Read the file, at most MAX_BYTES of it; None if there is none. Nothing is unpickled.

    Raises FileRefused for what is no such file.
    """
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
        return _predictions(_arrays(path))
    except (OSError, EOFError, ValueError, LookupError, NotImplementedError, zipfile.BadZipFile) as error:
        raise FileRefused(
            "run.predictions", f"{path} does not hold predictions: {error}.", "Train again to have them made anew."
        ) from error


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays, each no larger than what the file holds of it."""
    import numpy as np

    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{member.filename[:60]} is compressed")
            with archive.open(member) as file:
                version = np.lib.format.read_magic(file)
                header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
                shape, by_columns, dtype = header[version](file)
                size = dtype.itemsize
                for axis in shape:
                    size *= axis
                if dtype.hasobject or by_columns or size > member.file_size:
                    raise ValueError(f"{member.filename[:60]} is no plain array")
                content = file.read(size)
            arrays[member.filename.removesuffix(".npy")] = np.frombuffer(content, dtype).reshape(shape)
    return arrays


def _predictions(arrays: dict[str, NDArray[Any]]) -> Predictions:
    import numpy as np

    names = [str(name) for name in arrays["outputs"].reshape(-1)[:MAX_OUTPUTS]]
    outputs = tuple(Predicted(name, arrays[f"true_{at}"], arrays[f"predicted_{at}"]) for at, name in enumerate(names))
    if len({len(values) for output in outputs for values in (output.true, output.predicted)}) != 1:
        raise ValueError("its arrays differ in length")
    pictured = arrays.get("pictured", np.empty(0, np.int64))
    pictures = arrays.get("pictures", np.empty((0, 1, 1, 1), np.uint8))
    count = len(outputs[0].true)
    if pictures.ndim != 4 or pictures.dtype != np.uint8 or pictured.ndim != 1 or len(pictured) != len(pictures):
        raise ValueError("its pictures are none")
    if pictured.dtype.kind not in "iu" or not ((pictured >= 0) & (pictured < count)).all():
        raise ValueError("its pictures are of no examples")
    rows, moments = _moments(arrays, count)
    return Predictions(str(arrays["part"]), int(arrays["total"]), outputs, pictured, pictures, rows, moments)


def _moments(arrays: dict[str, NDArray[Any]], count: int) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """Which rows the examples are, and the dates of the rows."""
    rows, moments = arrays.get("rows"), arrays.get("moments")
    if rows is None or moments is None:
        return None, None
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(rows) != count or moments.ndim != 1:
        raise ValueError("its moments are none")
    if moments.dtype.kind != "U" or not ((rows >= 0) & (rows < len(moments))).all():
        raise ValueError("its moments are of no examples")
    return rows, moments
