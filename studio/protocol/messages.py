"""The messages between studio and engine: two closed unions of frozen structs.

Requests go to the engine, events come from it. `run` is the id of the run or check that a message belongs to.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

VERSION = 2
"""Raised with every change that an older engine or studio would misread."""

MAX_LINE_BYTES = 8 * 1024 * 1024


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=True):
    """What all messages are: frozen, tagged with their class's name, strict about fields."""


class Hello(Message, frozen=True):
    """The first message: the studio's version of the protocol."""

    version: int


class Verify(Message, frozen=True):
    """Build the model of the program at `program` (an absolute path) and say every layer's shapes and counts."""

    run: str
    program: str


class Train(Message, frozen=True):
    """Execute the program `program.py` in the folder `folder` (absolute) and report; write what it makes there."""

    run: str
    folder: str


class TensorReport(msgspec.Struct, frozen=True):
    """A tensor that is not there yet: its shape, batch axis first, its dtype, and whether a mask comes with it."""

    shape: list[int | None]
    dtype: str
    masked: bool


class Probe(Message, frozen=True):
    """Make the layer of the program at `program` (an absolute path), call it with tensors like `inputs`, and tell.

    The program has `make_layer()` and `call_layer(layer, inputs)`; nothing is trained.
    """

    run: str
    program: str
    inputs: list[TensorReport]


class Preview(Message, frozen=True):
    """Call the model of the program at `program` (an absolute path) as in training, with its first training images.

    `draws` times with `images` of them, by chances that `seed` repeats. `before` and `after` are the numbers that mean
    black and white in what goes in and in what comes out; None where nobody knows. The pictures lie beside the program
    then, each no larger than `side` pixels each way: `before.npy` (image, height, width, channel) and `after.npy`
    (draw, image, height, width, channel), as uint8.
    """

    run: str
    program: str
    images: int
    draws: int
    seed: int
    side: int
    before: tuple[float, float] | None
    after: tuple[float, float] | None


class Inspect(Message, frozen=True):
    """Load the data of the program at `program` (an absolute path), look at every example, and tell what it is like.

    Files that the program streams are decoded, every one. Nothing is built or trained.
    """

    run: str
    program: str


class Fetch(Message, frozen=True):
    """Have Keras load one of its own data sets, the module `name` of keras.datasets.

    If need be, it is downloaded; where a `download` was not agreed to, it ends then as if it had been stopped. An
    excerpt of it is left at the path `excerpt`; there the labels are the names of the `classes`, where there are any,
    and texts have `steps` words.
    """

    run: str
    name: str
    excerpt: str
    classes: tuple[str, ...]
    steps: int
    download: bool


class Stop(Message, frozen=True):
    """End a run after its next batch; what it has learnt so far is kept and evaluated."""

    run: str


class Ping(Message, frozen=True):
    """Ask for a Heartbeat at once."""


class Shutdown(Message, frozen=True):
    """End the process; a run in progress is stopped first."""


Request: TypeAlias = Hello | Verify | Probe | Preview | Inspect | Fetch | Train | Stop | Ping | Shutdown


class Ready(Message, frozen=True):
    """The answer to Hello, once Keras is imported: who is speaking."""

    version: int
    keras: str
    backend: str
    backend_version: str
    device: str
    pid: int


class Phase(StrEnum):
    """What an engine is doing, in words fit to be shown."""

    STARTING = "starting"
    WARMING_UP = "warming up"
    IDLE = "idle"
    VERIFYING = "verifying"
    PROBING = "asking a layer"
    PREVIEWING = "drawing a preview"
    INSPECTING = "checking the data"
    FETCHING = "downloading data"
    LOADING_DATA = "loading data"
    BUILDING = "building"
    COMPILING = "compiling"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"
    NOT_ANSWERING = "not answering"
    """Said by the client, never sent: no heartbeat for some time. The next heartbeat takes it back."""


class Heartbeat(Message, frozen=True):
    """A sign of life, each second and with each new phase; `phase` is a Phase."""

    phase: str
    memory_bytes: int


class LayerReport(msgspec.Struct, frozen=True):
    """What Keras says of one layer: its name, output shapes per call, and its variables."""

    name: str
    outputs: list[list[list[int | None]]]
    """For each call of the layer, in order, the shape of each output."""
    weights: list[tuple[str, list[int], bool]]
    """Name, shape and trainability of each variable."""


class Verified(Message, frozen=True):
    """The answer to Verify."""

    run: str
    layers: list[LayerReport]
    trainable: int
    non_trainable: int


class Probed(Message, frozen=True):
    """The answer to Probe: what comes out, in order, and the name, shape, trainability and dtype of each variable."""

    run: str
    outputs: list[TensorReport]
    weights: list[tuple[str, list[int], bool, str]]


class Previewed(Message, frozen=True):
    """The answer to Preview: the pictures are there."""

    run: str


class Reading(Message, frozen=True):
    """So many rows of a table were read while its program loads data; at most 20 messages a second."""

    run: str
    rows: int


class Inspecting(Message, frozen=True):
    """How far an inspection is: so many of so many examples; at most 20 messages a second."""

    run: str
    done: int
    total: int


class ColumnReport(msgspec.Struct, frozen=True):
    """The numbers of one place along the last axis (`at`), or all numbers of a feature (`at` is −1).

    Smallest, largest, mean and deviation are those of the finite numbers, None where there are none. `distinct` is how
    many different numbers there are, a thousand at most. Of images and sequences, neither it nor the deviation is told.
    `nans` and `infinities` count examples, and `rows` are the first of those.
    """

    at: int
    smallest: float | None
    largest: float | None
    mean: float | None
    deviation: float | None
    distinct: int
    nans: int
    infinities: int
    rows: list[int]


class ValuesReport(msgspec.Struct, frozen=True):
    """What one input or target of a part is like. `key` is the program's name for it, "" where there is one only.

    `shape` is that of one example. `counts` say how often each value comes, as text; None where these are no whole
    numbers, texts or one-hot vectors (then it is the place of the 1), or more than a thousand different ones. `odd`
    is how many examples are vectors that are not one-hot, where most are, and `rows` the first of them. `size_bytes`
    is what stands in memory. `in_files` where a file is read for each example.
    """

    key: str
    part: str
    is_target: bool
    shape: list[int]
    dtype: str
    size_bytes: int
    in_files: bool
    columns: list[ColumnReport]
    counts: dict[str, int] | None
    is_one_hot: bool
    odd: int
    rows: list[int]


class TieReport(msgspec.Struct, frozen=True):
    """A column of an input (`at` −1: all of it) from which a target follows: `equal`, `linear` or `one to one`."""

    key: str
    at: int
    target: str
    how: str


class CopiesReport(msgspec.Struct, frozen=True):
    """How many examples of `part` come in `other` as well, input and target; `rows` are the first, with their twins."""

    part: str
    other: str
    count: int
    rows: list[tuple[int, int]]


class BadFile(msgspec.Struct, frozen=True):
    """A file that could not be decoded, in which part it is needed, and what the decoder says."""

    file: str
    part: str
    reason: str


class Measured(Message, frozen=True):
    """What data is like: of an inspection, or of a run whose data is small, before it trains.

    `examples` are counted by part. Rows are those of the table that the program has read, from 0, where `has_rows`;
    else they are places in their part. `failures` is how many files were bad in all; the first of them are named.
    `free_bytes` is the memory that was free once the data was loaded.
    """

    run: str
    examples: dict[str, int]
    has_rows: bool
    values: list[ValuesReport]
    ties: list[TieReport]
    copies: list[CopiesReport]
    bad_files: list[BadFile]
    failures: int
    free_bytes: int


class Inspected(Message, frozen=True):
    """The end of an Inspect; `stopped` says that it was asked to end, and then nothing was measured."""

    run: str
    stopped: bool


class Fetching(Message, frozen=True):
    """How far the download of a file is: so many of so many bytes (0: not known); at most 20 messages a second."""

    run: str
    file: str
    done: int
    total: int


class Fetched(Message, frozen=True):
    """The end of a Fetch: the data is in Keras's cache, or (`stopped`) it was asked to end before."""

    run: str
    stopped: bool


class Unreachable(Message, frozen=True):
    """The end of a Fetch that met no network, or nobody at the other end: which `host`, and why."""

    run: str
    host: str
    reason: str


class Started(Message, frozen=True):
    """The first batch is done: how much there is to do. `metrics` are Keras's names, `loss` first, without `val_`.

    `steps` is the number of batches in an epoch, 0 where Keras does not know it yet.
    """

    run: str
    epochs: int
    steps: int
    metrics: list[str]


class Batches(Message, frozen=True):
    """The logs of the batches since the last such message: at most 20 messages a second, no batch left out.

    `first` is the index within `epoch` of the first of them; `logs` has one list per metric, of one value per batch.
    As Keras gives them: the running mean since the epoch began, up to and including that batch.
    """

    run: str
    epoch: int
    first: int
    logs: dict[str, list[float | None]]


class Epoch(Message, frozen=True):
    """An epoch ended with these logs (`loss`, `val_loss`, …); a value that is not finite comes as None."""

    run: str
    epoch: int
    logs: dict[str, float | None]
    seconds: float


class Finished(Message, frozen=True):
    """The run ended well; `stopped` says that it was asked to. `files` are what it left in its folder.

    A run that was stopped before its first batch has learnt nothing: no evaluation, no files.
    """

    run: str
    stopped: bool
    seconds: float
    evaluation: dict[str, float | None]
    files: list[str]


class Failed(Message, frozen=True):
    """A run, check or question raised: the exception's class and text, the program's line (from 1) that led there."""

    run: str
    error: str
    text: str
    line: int | None
    traceback: str


class EngineDied(Message, frozen=True):
    """Made by the client, never sent: the process ended or stopped answering, in `run` or (None) between runs."""

    run: str | None
    code: int | None
    text: str


class Misunderstood(Message, frozen=True):
    """A request could not be read; the engine goes on."""

    text: str


Event: TypeAlias = (
    Ready
    | Heartbeat
    | Verified
    | Probed
    | Previewed
    | Reading
    | Inspecting
    | Measured
    | Inspected
    | Fetching
    | Fetched
    | Unreachable
    | Started
    | Batches
    | Epoch
    | Finished
    | Failed
    | EngineDied
    | Misunderstood
)
