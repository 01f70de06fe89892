"""What becomes of images in the layers of a model that change them at random, as they do it in training."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from studio.engine.backend import start_afresh
from studio.engine.examples import batches
from studio.engine.program import failure, load_program
from studio.protocol.messages import Failed, Preview, Previewed

BEFORE = "before.npy"
AFTER = "after.npy"
SEED_STATE = "seed_generator_state"

Array: TypeAlias = NDArray[Any]
Range: TypeAlias = tuple[float, float] | None


def run_preview(request: Preview) -> Previewed | Failed:
    """Make the pictures and leave them beside the program; nothing is trained."""
    path = Path(request.program)
    start_afresh()
    try:
        program = load_program(path)
        images = _images(program, program.load_data()["train"], request.images)
        model = program.build_model()
        drawn = np.stack([_draw(model, images, request.seed, draw) for draw in range(request.draws)])
        _save(path.with_name(BEFORE), _pictures(images, request.before, request.side))
        _save(path.with_name(AFTER), _pictures(drawn, request.after, request.side))
        return Previewed(request.run)
    except BaseException as error:  # a program's SystemExit must not end the engine
        return failure(request.run, error, path)
    finally:
        start_afresh()


def _images(program: Any, part: Any, most: int) -> Any:
    """The first inputs of a part. Raises ValueError where these are no images."""
    found = [keras.ops.convert_to_numpy(inputs) for inputs, _ in batches(program, part, most)]
    images = np.concatenate(found)
    if images.ndim != 4 or images.dtype.kind not in "biuf":
        raise ValueError(f"images have height, width and channels; these examples have the shape {images.shape[1:]}")
    return images


def _draw(model: Any, images: Array, seed: int, draw: int) -> Array:
    """The model's answer, by chances that follow from seed and draw alone."""
    for variable in model.variables:
        if SEED_STATE in variable.name:
            numbers = np.random.default_rng([seed, draw, zlib.crc32(variable.path.encode())])
            variable.assign(numbers.integers(2**31, size=tuple(variable.shape)))
    return np.asarray(keras.ops.convert_to_numpy(model(images, training=True)))


def _pictures(values: Array, ends: Range, side: int) -> Array:
    """Values (…, height, width, channel) as uint8: black and white are where `ends` are, and what is beyond is cut."""
    step = max(1, -(-max(values.shape[-3:-1]) // side))
    values = values[..., ::step, ::step, :].astype(np.float32)
    known = values[np.isfinite(values)]
    low, high = ends or (float(known.min(initial=0)), float(known.max(initial=0)))
    scaled = (values - low) * (255 / ((high - low) or 1.0))
    return np.nan_to_num(scaled, posinf=255, neginf=0).clip(0, 255).round().astype(np.uint8)


def _save(path: Path, pictures: Array) -> None:
    np.save(path, np.ascontiguousarray(pictures), allow_pickle=False)
