"""What the model needs of the data: the features that its Inputs read and its Outputs learn."""

from __future__ import annotations

from dataclasses import dataclass

from studio.document.data_choice import STREAMED, CsvSource, DataChoice, Encoding, Feature, Missing, SplitBy
from studio.document.graph import NodeId
from studio.document.keeping import why_in_memory


@dataclass(frozen=True, slots=True)
class Bound:
    """A feature that the model reads or predicts: under which name the model knows it, and the node that says so."""

    key: str
    feature: Feature
    node: NodeId | None

    @property
    def is_text(self) -> bool:
        """Whether it comes to the model as text."""
        return is_text(self.feature)

    @property
    def is_streamed(self) -> bool:
        """Whether it is read from files batch by batch."""
        return self.feature.encoding in STREAMED


@dataclass(frozen=True, slots=True)
class Data:
    """What the model needs of the data; `missing` says in a sentence what has to be chosen first, if anything.

    Without `is_known` there is nothing to read: no source, or one that is not there.
    """

    choice: DataChoice
    inputs: tuple[Bound, ...] = ()
    targets: tuple[Bound, ...] = ()
    missing: str = ""
    is_known: bool = True

    @property
    def features(self) -> tuple[Bound, ...]:
        """Every feature once, inputs first."""
        first: dict[str, Bound] = {}
        for bound in (*self.inputs, *self.targets):
            first.setdefault(bound.feature.name, bound)
        return tuple(first.values())

    @property
    def is_streamed(self) -> bool:
        """Whether examples are read from files batch by batch."""
        return self.is_known and any(bound.is_streamed for bound in self.features)

    @property
    def is_stored(self) -> bool:
        """Whether the table is kept on disk."""
        return (
            self.is_known
            and self.choice.on_disk
            and not why_in_memory(self.choice, (each.feature for each in self.features))
        )

    @property
    def batches(self) -> str:
        """What in the program hands out examples that do not stand in memory, batch by batch; "" where they do."""
        return "batches" if self.is_streamed else "Batches" if self.is_stored else ""

    @property
    def is_windowed(self) -> bool:
        """Whether an example is made of rows beside its own."""
        return any(bound.feature.window is not None for bound in self.features)

    @property
    def has_test_file(self) -> bool:
        """Whether the test part is a file of its own."""
        return isinstance(self.choice.source, CsvSource) and bool(self.choice.source.test_path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that there are examples for, as far as the choice says it."""
        split = self.choice.split
        tests = self.has_test_file or (split.test > 0 and split.by is not SplitBy.COLUMN)
        return ("train", *(["validation"] if split.validation > 0 else []), *(["test"] if tests else []))

    @property
    def parts_are_found(self) -> bool:
        """Whether the data itself says what further parts there are."""
        return self.choice.split.by is SplitBy.COLUMN

    def dropped(self) -> tuple[str, ...]:
        """The columns whose empty cells make an example drop out."""
        return tuple(
            dict.fromkeys(
                column
                for bound in self.features
                for column in columns_of(bound.feature)
                if bound.feature.missing is Missing.DROP
            )
        )


def columns_of(feature: Feature) -> tuple[str, ...]:
    """The columns that a feature is made of."""
    return feature.columns or (feature.name,)


def is_text(feature: Feature) -> bool:
    """Whether a feature is cells that stay text, which Keras takes as a tensor and not as an array."""
    return feature.dtype == "string" and feature.encoding is Encoding.NONE


def is_category(feature: Feature) -> bool:
    """Whether its values are classes."""
    return feature.encoding in (Encoding.CATEGORY, Encoding.ONE_HOT)


def is_number(feature: Feature) -> bool:
    """Whether its cells are read as numbers."""
    return feature.encoding in (Encoding.NONE, Encoding.SCALE, Encoding.STANDARDIZE, Encoding.MIN_MAX) and not is_text(
        feature
    )
