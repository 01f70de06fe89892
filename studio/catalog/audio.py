"""Layers that turn sound into spectrograms: STFTSpectrogram, MelSpectrogram.

Source: keras.layers.STFTSpectrogram, keras.layers.MelSpectrogram, keras.ops.stft.
"""

from __future__ import annotations

from math import ceil, log2

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import LAYOUTS, clash, wrong_rank
from studio.catalog.declaration import Family, Kind, Param, ShapeError, WantsKnown, WantsRank, WantsRoom, Weight
from studio.catalog.dtypes import passed_dtype, result, variables
from studio.catalog.encodings import check_no_text
from studio.catalog.forms import Choice, Integer, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text

WINDOWS = (
    "hann", "hamming", "blackman", "bartlett", "boxcar", "triang", "parzen", "bohman", "blackmanharris", "nuttall",
    "barthann", "flattop", "cosine", "tukey", "taylor", "lanczos",
)  # fmt: skip
"""The windows of scipy.signal.get_window that need no params of their own."""

SIGNALS = frozenset({"float16", "float32", "float64"})


def _stft(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name, first = "STFTSpectrogram", p["data_format"] == "channels_first"
    _check_frames(p)
    if len(x.shape) != 3:
        raise wrong_rank(name, LAYOUTS[1, first], 3, x.shape)
    dtype = passed_dtype(p, x.dtype)
    if dtype not in SIGNALS:
        raise ShapeError(
            "dtype.float",
            f"{name} works with float16, float32 and float64; it gets {dtype}. "
            "Put a Rescaling before it, or give the Input the dtype float32.",
            port="input",
        )
    batch, *rest = x.shape
    steps, channels = (rest[1], rest[0]) if first else (rest[0], rest[1])
    if channels is None:
        raise ShapeError(
            "shape.unknown",
            f"{name} must know how many channels there are; it gets {shape_text(x.shape)}. "
            "Give the Input a fixed size there.",
            port="input",
            wants=WantsKnown(1 if first else 2),
        )
    frames, bins = _frames(p, x, steps), _bins(p) * (2 if p["mode"] == "stft" else 1)
    shape: Shape
    if p.on("expand_dims"):
        shape = (batch, channels, frames, bins) if first else (batch, frames, bins, channels)
    else:
        shape = (batch, channels * bins, frames) if first else (batch, frames, channels * bins)
    return (TensorSpec(shape, dtype),)


def _check_frames(p: Settings) -> None:
    length, step, size = p.whole("frame_length"), p["frame_step"], p["fft_length"]
    if isinstance(step, int) and step > length:
        raise clash(
            "STFTSpectrogram", "frame_step", f"frame_step {step} would leave out samples; it is {length} at most."
        )
    if isinstance(size, int) and size < length:
        raise clash("STFTSpectrogram", "fft_length", f"fft_length {size} is shorter than a frame of {length} samples.")


def _step(p: Settings) -> int:
    step = p["frame_step"]
    return step if isinstance(step, int) else p.whole("frame_length") // 2


def _bins(p: Settings) -> int:
    size = p["fft_length"]
    return (size if isinstance(size, int) else 2 ** ceil(log2(p.whole("frame_length")))) // 2 + 1


def _frames(p: Settings, x: TensorSpec, steps: int | None) -> int | None:
    if steps is None:
        return None
    if p["padding"] == "same":
        return ceil(steps / _step(p))
    length = p.whole("frame_length")
    if steps < length:
        raise ShapeError(
            "shape.room",
            f"STFTSpectrogram has no room for a frame of {length} samples in {shape_text(x.shape)}. "
            "Make frame_length smaller, or set padding to same.",
            port="input",
            param="frame_length",
            wants=WantsRoom(2 if p["data_format"] == "channels_first" else 1),
        )
    return (steps - length) // _step(p) + 1


def _stft_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    shape = (p.whole("frame_length"), 1, _bins(p))
    parts = [part for part, other in (("real", "imag"), ("imag", "real")) if p["mode"] != other]
    return variables(p, *(Weight(f"{part}_kernel", shape) for part in parts))


def _stft_cost(p: Settings, x: TensorSpec) -> int | None:
    first = p["data_format"] == "channels_first"
    steps, channels = (x.shape[2], x.shape[1]) if first else (x.shape[1], x.shape[2])
    frames = _frames(p, x, steps)
    if frames is None or channels is None:
        return None
    kernels = 1 if p["mode"] in ("real", "imag") else 2
    return frames * channels * kernels * p.whole("frame_length") * _bins(p)


def _mel(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    name = "MelSpectrogram"
    length, size = p["sequence_length"], p.whole("fft_length")
    if isinstance(length, int) and length > size:
        raise clash(name, "sequence_length", f"sequence_length {length} is longer than fft_length {size}.")
    check_no_text(name, x, "Give the Input a feature of numbers.")
    if len(x.shape) != 2:
        raise ShapeError(
            "shape.rank",
            f"{name} wants one sound for each example, (batch, samples); it gets {shape_text(x.shape)}. "
            "Reshape it, or take one channel.",
            port="input",
            wants=WantsRank(2, 2),
        )
    return result(p, (x.shape[0], p.whole("num_mel_bins"), _mel_frames(p, x)))


def _mel_frames(p: Settings, x: TensorSpec) -> int | None:
    """The number of frames. Raises ShapeError where Keras 3.15 works out another one than its call gives."""
    samples, size, stride = x.shape[1], p.whole("fft_length"), p.whole("sequence_stride")
    if samples is None:
        return None
    if samples <= size // 2:
        raise ShapeError(
            "shape.room",
            f"MelSpectrogram mirrors {size // 2} samples at both ends, and {shape_text(x.shape)} has no more than "
            f"{samples}. Make fft_length smaller.",
            port="input",
            param="fft_length",
            wants=WantsRoom(1),
        )
    given, promised = 1 + (samples + size // 2 * 2 - size) // stride, (samples + stride + 1) // stride
    if given != promised:
        raise clash(
            "MelSpectrogram",
            "sequence_stride",
            f"for {samples} samples, Keras 3.15 gives {given} frames where it promises {promised} to what comes after. "
            "Take another sequence_stride, or some samples more or less.",
        )
    return given


def _mel_cost(p: Settings, x: TensorSpec) -> int | None:
    """A fast Fourier transform and the mel matrix for each frame."""
    frames, size = _mel_frames(p, x), p.whole("fft_length")
    if frames is None:
        return None
    return frames * (size * ceil(log2(max(size, 2))) + (size // 2 + 1) * p.whole("num_mel_bins"))


KINDS = (
    Kind(
        "MelSpectrogram",
        "keras.layers.MelSpectrogram",
        "Mel Spectrogram",
        Family.PREPROCESSING,
        "Makes a picture of sound: how loud each pitch is over time, pitches spaced as ears hear them.",
        _mel,
        params=(
            Param("fft_length", Integer(1), 2048, "The samples of one frame, filled up."),
            Param("sequence_stride", Integer(1), 512, "The samples from one frame to the next."),
            Param("sequence_length", Integer(1, optional=True), None, "The samples of one frame; None is fft_length."),
            Param("window", Choice(("hann", "hamming"), optional=True), "hann", "How a frame fades in and out.", True),
            Param("sampling_rate", Integer(1), 16000, "The samples of a second."),
            Param("num_mel_bins", Integer(1), 128, "How many pitches are told apart."),
            Param("min_freq", Number(0), 20.0, "The lowest pitch, in hertz.", True),
            Param(
                "max_freq", Number(0, optional=True), None, "The highest pitch; None is half of sampling_rate.", True
            ),
            Param("power_to_db", Switch(), True, "Whether loudness is in decibels.", True),
            Param("top_db", Number(0), 80.0, "How far below the loudest a sound is cut off.", True),
            Param("mag_exp", Number(0, above=True), 2.0, "1 for magnitude, 2 for power.", True),
            Param("min_power", Number(0, above=True), 1e-10, "The softest sound that is told from silence.", True),
            Param("ref_power", Number(0), 1.0, "The loudness that counts as 0 decibels.", True),
            *ANY,
        ),
        multiply_adds=_mel_cost,
        headline=("num_mel_bins", "fft_length"),
    ),
    Kind(
        "STFTSpectrogram",
        "keras.layers.STFTSpectrogram",
        "STFT Spectrogram",
        Family.PREPROCESSING,
        "Makes a picture of sound: how loud each frequency is over time. Its window needs SciPy.",
        _stft,
        params=(
            Param(
                "mode",
                Choice(("log", "magnitude", "psd", "real", "imag", "angle", "stft")),
                "log",
                "What is shown of each frequency.",
            ),
            Param("frame_length", Integer(2), 256, "The samples of one frame."),
            Param(
                "frame_step", Integer(1, optional=True), None, "The samples from one frame to the next; None is half."
            ),
            Param("fft_length", Integer(1, optional=True), None, "The samples of one frame, filled up.", True),
            Param(
                "window",
                Choice(WINDOWS, optional=True),
                "hann",
                "How a frame fades in and out; Keras asks SciPy for it, which must be installed. None needs nothing.",
                True,
            ),
            Param("periodic", Switch(), False, "Whether the window is periodic.", True),
            Param(
                "scaling",
                Choice(("density", "spectrum"), optional=True),
                "density",
                "How the window is made up for.",
                True,
            ),
            Param("padding", Choice(("valid", "same")), "valid", "Whether frames reach over the ends."),
            Param("expand_dims", Switch(), False, "Whether channels keep an axis of their own."),
            DATA_FORMAT,
            *ANY,
        ),
        weights=_stft_weights,
        multiply_adds=_stft_cost,
        headline=("mode", "frame_length"),
    ),
)
