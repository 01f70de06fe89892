"""A model from the data: whatever the features are, what is drawn is in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity
from studio.core.errors import DataRefused
from studio.core.values import Inner
from studio.data.samples import samples
from studio.document import edits
from studio.document.changes import Edit, inverse
from studio.document.data_choice import (
    DataChoice,
    DatePart,
    Encoding,
    Feature,
    Missing,
    SampleSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.document.graph import ROOT, Frame
from studio.session.data_setup import input_node, output_node, sample_choice
from studio.session.model_suggestion import suggest_model
from studio.session.session import Session
from tests.notation import graph, wires

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.layers"))
NONE, CATEGORY, ONE_HOT = Encoding.NONE, Encoding.CATEGORY, Encoding.ONE_HOT
PIXELS = Feature("image", ("x",), (28, 28, 1), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0))
PHOTO = Feature("photo", ("file",), (32, 48, 3), "float32", Encoding.IMAGE, 1 / 255, span=(0.0, 255.0))
SIZES = Feature("sizes", ("length", "width"), (2,), "float32", Encoding.STANDARDIZE)
AMOUNTS = Feature("amounts", ("length", "width"), (2,), "float32", span=(0.0, 900.0))
STREET = Feature("street", ("street",), (), "int64", CATEGORY, classes=tuple("abcdefgh"))
REVIEW = Feature("review", ("review",), (), "string")
LETTER = Feature("letter", ("file",), (), "string", Encoding.TEXT_FILE)
WORDS = Feature("words", ("words",), (12,), "int32", span=(0.0, 99.0))
ANSWER = Feature("so_far", ("so_far",), (9,), "int32", span=(0.0, 99.0))
SERIES = Feature("series", ("x",), (50, 3), "float32", span=(-2.0, 2.0))
PAST = Feature("past", ("sold", "rain"), (14, 2), "float32", Encoding.STANDARDIZE, window=Window(-13, 14))
SOUND = Feature("sound", ("file",), (16_000, 1), "float32", Encoding.SOUND)
KIND = Feature("kind", ("kind",), (), "int64", CATEGORY, classes=("cat", "dog", "owl"))
YES = Feature("yes", ("yes",), (), "int64", CATEGORY, classes=("no", "yes"))
PRICE = Feature("price", ("price",), (1,), "float32", span=(0.0, 9e6))
TAGS = Feature("tags", ("tags",), (12,), "int64", CATEGORY, classes=("a", "b", "c"))
WRITTEN = Feature("written", ("written",), (9,), "int64", CATEGORY, classes=("a", "b", "c"))
COMING = Feature("coming", ("sold",), (7,), "float32", Encoding.STANDARDIZE, window=Window(1, 7))
MASK = Feature("mask", ("mask",), (32, 48), "int64", Encoding.MASK, classes=("0", "128", "255"))

IN_TONES = "Reshape MelSpectrogram Reshape BatchNormalization"
IN_THE_MEAN = "Conv2D GlobalAveragePooling2D Dropout Dense Output"


def document_of(*features: Feature) -> Document:
    document = Document()
    document.apply(edits.set_data(document, DataChoice(SampleSource("iris"), features)))
    return document


def suggested(*features: Feature, examples: int | None = None) -> Document:
    document = document_of(*features)
    document.apply(suggest_model(document, examples=examples))
    return document


def found(document: Document, severity: Severity) -> list[Problem]:
    analysis = Analysis(document)
    try:
        return [problem for problem in analysis.problems if problem.severity is severity]
    finally:
        analysis.close()


def kinds(document: Document) -> list[str]:
    analysis = Analysis(document)
    order = [document.root.nodes[id_].kind for id_ in analysis.order()]
    analysis.close()
    return order


def only(document: Document, kind: str) -> dict[str, object]:
    """The params of the node of a kind that there is once."""
    (node,) = [each for each in document.root.nodes.values() if each.kind == kind]
    return dict(node.params)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_suggested_for_the_data_of_an_example_is_in_order(path: Path) -> None:
    session = Session.open(path)
    targets = [node.params["target"] for node in session.document.root.nodes.values() if node.kind == "Output"]
    document = Document()
    document.apply(edits.set_data(document, session.document.data))
    document.apply(suggest_model(document, targets=[str(target) for target in targets]))
    assert found(document, Severity.ERROR) == []
    assert found(document, Severity.WARNING) == []
    assert {node.params["target"] for node in document.root.nodes.values() if node.kind == "Output"} == set(targets)
    session.close()


@pytest.mark.parametrize("name", [sample.name for sample in samples()])
def test_what_is_suggested_for_a_sample_has_no_errors(name: str) -> None:
    document = Document()
    document.apply(edits.set_data(document, sample_choice(name)))
    document.apply(suggest_model(document))
    assert found(document, Severity.ERROR) == []
    assert found(document, Severity.WARNING) == []


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ((PIXELS, KIND), f"Input RandomTranslation {'Conv2D MaxPooling2D ' * 2}{IN_THE_MEAN}"),
        ((SIZES, KIND), "Input Dense Dense Dropout Dense Output"),
        ((AMOUNTS, PRICE), "Input Normalization Dense Dense Dropout Dense Rescaling Output"),
        ((REVIEW, YES), "Input TextVectorization Embedding GlobalMaxPooling1D Dropout Dense Output"),
        ((LETTER, YES), "Input TextVectorization Embedding GlobalMaxPooling1D Dropout Dense Output"),
        ((WORDS, KIND), "Input Embedding Bidirectional Dropout Dense Output"),
        ((WORDS, TAGS), "Input Embedding Bidirectional Dropout Dense Output"),
        ((SERIES, KIND), "Input LSTM Dropout Dense Output"),
        ((PAST, COMING), "Input LSTM Dropout Dense Output"),
        ((SOUND, KIND), f"Input {IN_TONES} {'Conv2D MaxPooling2D ' * 4}{IN_THE_MEAN}"),
        ((WORDS, ANSWER, WRITTEN), "Input Input Embedding Embedding LSTM LSTM Dense Output"),
    ],
)  # fmt: skip
def test_each_kind_of_feature_is_read_by_its_own_layers(features: tuple[Feature, ...], expected: str) -> None:
    assert kinds(suggested(*features)) == expected.split()


def test_two_images_alike_are_read_by_the_same_layers_and_compared() -> None:
    other = replace(PIXELS, name="other", columns=("z",))
    document = suggested(PIXELS, other, YES)
    shared = [node for node in document.root.nodes.values() if node.shares is not None]
    assert {node.kind for node in shared} == {"RandomTranslation", "Conv2D", "MaxPooling2D", "GlobalAveragePooling2D"}
    assert all(document.root.nodes[str(node.shares)].shares is None for node in shared)
    assert "Subtract Multiply Concatenate" in " ".join(kinds(document))
    assert found(document, Severity.ERROR) == []


def test_images_that_are_not_alike_have_layers_of_their_own_and_three_are_not_compared() -> None:
    apart = suggested(PIXELS, replace(PIXELS, name="other", columns=("z",), shape=(32, 28, 1)), YES)
    three = suggested(PIXELS, *(replace(PIXELS, name=name, columns=(name,)) for name in "yz"), YES)
    assert not [node for node in apart.root.nodes.values() if node.shares is not None]
    assert kinds(three).count("Conv2D") == 3 * kinds(suggested(PIXELS, YES)).count("Conv2D")
    assert {"Subtract", "Multiply"}.isdisjoint(kinds(three))
    weights = {node.shares for node in three.root.nodes.values() if node.kind == "Conv2D"}
    assert len(weights - {None}) == kinds(suggested(PIXELS, YES)).count("Conv2D")


def test_large_numbers_are_predicted_around_the_middle_of_what_they_are() -> None:
    assert only(suggested(SIZES, PRICE), "Rescaling") == {"scale": 4.5e6, "offset": 4.5e6}


def test_numbers_and_classes_meet_in_one_vector() -> None:
    document = suggested(SIZES, STREET, KIND)
    assert only(document, "Embedding")["input_dim"] == 8
    assert {"sizes.output > concatenate.inputs", "embedding.output > concatenate.inputs[1]"} <= set(wires(document))


@pytest.mark.parametrize(
    ("target", "units", "activation", "loss"),
    [
        (KIND, 3, "softmax", "sparse_categorical_crossentropy"),
        (YES, 1, "sigmoid", "binary_crossentropy"),
        (replace(KIND, encoding=ONE_HOT, dtype="float32"), 3, "softmax", "categorical_crossentropy"),
        (PRICE, 1, None, "mean_squared_error"),
        (replace(SERIES, columns=("y",), shape=(4,)), 4, None, "mean_squared_error"),
    ],
)
def test_the_last_layer_and_the_loss_go_with_the_target(
    target: Feature, units: int, activation: str | None, loss: str
) -> None:
    document = suggested(SIZES, target)
    last = document.root.named(target.name)
    assert last is not None
    assert (last.params["units"], last.params.get("activation")) == (units, activation)
    assert only(document, "Output")["loss"] == loss


@pytest.mark.parametrize("sides", [(32, 48), (33, 47), (9, 100), (5, 5), (1, 1)])
def test_a_mask_gets_a_class_for_each_pixel_of_images_of_any_size(sides: tuple[int, int]) -> None:
    document = suggested(replace(PHOTO, shape=(*sides, 3)), replace(MASK, shape=sides))
    analysis = Analysis(document)
    last = document.root.named("mask")
    assert last is not None
    spec = analysis.outputs(last.id)["output"]
    assert spec is not None
    assert spec.shape == (None, *sides, 3)
    assert found(document, Severity.ERROR) == []
    assert not [kind for kind in kinds(document) if kind.startswith("Random")]
    analysis.close()


def test_a_mask_of_another_size_than_the_image_is_fitted() -> None:
    document = suggested(PHOTO, replace(MASK, shape=(20, 30, 1)))
    assert only(document, "Resizing") == {"height": 20, "width": 30}
    assert found(document, Severity.ERROR) == []


def test_several_targets_share_what_they_are_told_from() -> None:
    document = document_of(SIZES, KIND, PRICE)
    document.apply(suggest_model(document, targets=("kind", "price")))
    assert kinds(document).count("Dropout") == 1
    assert {"dropout.output > kind.input", "dropout.output > price.input"} <= set(wires(document))


def test_the_writer_begins_with_the_states_of_the_reader() -> None:
    drawn = wires(suggested(WORDS, ANSWER, WRITTEN))
    assert "lstm.state_h > lstm_2.initial_state" in drawn
    assert "lstm.state_c > lstm_2.initial_state[1]" in drawn


def test_layers_are_larger_where_there_is_more_to_learn_from() -> None:
    units = [only(suggested(SERIES, KIND, examples=count), "LSTM")["units"] for count in (300, 9_000, 90_000)]
    assert units == [24, 32, 64]


def test_the_order_of_words_counts_where_there_is_much_text() -> None:
    assert only(suggested(REVIEW, YES, examples=50_000), "Bidirectional")["layer"] == Inner("LSTM", {"units": 64})


def test_images_of_writing_are_never_mirrored() -> None:
    assert "RandomFlip" not in kinds(suggested(PIXELS, KIND))
    assert "RandomFlip" in kinds(suggested(PHOTO, KIND))


def test_ids_that_nobody_has_looked_at_get_a_vocabulary_of_the_data() -> None:
    assert "IntegerLookup" in kinds(suggested(replace(WORDS, span=None), KIND))


def test_what_an_output_is_bound_to_is_predicted() -> None:
    document = document_of(SIZES, KIND, PRICE)
    document.apply(edits.add_node(output_node(document, KIND, 0, 0)))
    document.apply(suggest_model(document))
    assert only(document, "Output")["target"] == "kind"
    assert {node.params["feature"] for node in document.root.nodes.values() if node.kind == "Input"} == {
        "sizes",
        "price",
    }


def test_only_what_inputs_are_bound_to_goes_in() -> None:
    document = document_of(SIZES, STREET, PRICE)
    document.apply(edits.add_node(input_node(document, STREET, 0, 0)))
    document.apply(suggest_model(document))
    assert only(document, "Input")["feature"] == "street"
    assert only(document, "Output")["target"] == "price"


def test_a_column_that_is_the_target_does_not_go_in() -> None:
    twin = replace(PRICE, name="again", encoding=Encoding.MIN_MAX)
    document = suggested(twin, SIZES, PRICE)
    assert only(document, "Input")["feature"] == "sizes"


def test_a_window_goes_in_and_not_the_same_columns_once_more() -> None:
    row = replace(PAST, name="today", shape=(2,), window=None)
    document = suggested(row, PAST, COMING)
    assert only(document, "Input")["feature"] == "past"
    assert only(document, "Output")["target"] == "coming"


@pytest.mark.parametrize(
    ("features", "code", "said"),
    [
        ((), "suggest.data", "No data is chosen"),
        ((KIND,), "suggest.inputs", "nothing to predict “kind” from"),
        ((REVIEW, LETTER), "suggest.target", "No feature can be predicted"),
        ((KIND, PRICE, REVIEW), "suggest.target", "Any of “kind” and “price” could be"),
        ((SIZES, replace(KIND, classes=())), "suggest.classes", "“kind” has no classes"),
    ],
)
def test_where_nobody_can_tell_it_is_said_what_to_do(features: tuple[Feature, ...], code: str, said: str) -> None:
    with pytest.raises(DataRefused, match=said) as refused:
        suggest_model(document_of(*features))
    assert refused.value.code == code
    assert refused.value.advice


def test_a_target_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(DataRefused, match="There are “sizes” and “kind”"):
        suggest_model(document_of(SIZES, KIND), targets=["kin"])


def test_a_suggestion_is_one_step_in_the_place_of_the_drawing() -> None:
    document = graph("input(4) > hidden: dense(3) > again: =hidden > dense(1) > output")
    document.apply(edits.put_frame(document, Frame("f", "Old")))
    document.apply(edits.set_data(document, document_of(SIZES, KIND).data))
    before = (dict(document.root.nodes), set(document.root.edges), dict(document.root.frames))
    step = suggest_model(document)
    document.apply(step)
    assert document.root.named("hidden") is None
    assert not document.root.frames
    assert found(document, Severity.ERROR) == []
    document.apply(Edit("Undo", tuple(inverse(change) for change in reversed(step.changes))))
    assert (dict(document.root.nodes), set(document.root.edges), dict(document.root.frames)) == before


def test_a_suggestion_is_arranged() -> None:
    document = suggested(SIZES, STREET, KIND)
    places = [(node.x, node.y) for node in document.root.nodes.values()]
    assert len(set(places)) == len(places)
    assert all(
        document.root.nodes[edge.source].x < document.root.nodes[edge.target].x for edge in document.graphs[ROOT].edges
    )


COLUMN_NAMES = st.sampled_from([f"c{number}" for number in range(12)])
COUNTS = st.integers(1, 9)
CLASSES = st.integers(0, 30).map(lambda count: tuple(f"k{number}" for number in range(count)))
SPANS = st.none() | st.tuples(st.floats(-300, 0), st.floats(0, 300)) | st.just((0.0, 20.0)) | st.just((0.0, 1e6))
SHAPES = st.one_of(
    st.just(()),
    st.tuples(COUNTS),
    st.tuples(st.integers(1, 450)),
    st.tuples(st.integers(1, 450), COUNTS),
    st.tuples(st.integers(1, 70), st.integers(1, 70), st.sampled_from([1, 2, 3, 4])),
    st.tuples(COUNTS, COUNTS, COUNTS, COUNTS),
    st.tuples(*[st.integers(1, 3)] * 5),
)


@st.composite
def features(draw: st.DrawFn, name: str) -> Feature:
    encoding = draw(st.sampled_from(Encoding))
    columns = tuple(draw(st.lists(COLUMN_NAMES, min_size=1, max_size=3, unique=True)))
    shape = draw(SHAPES)
    dtype = draw(st.sampled_from(["float32", "float64", "int32", "int64", "uint8", "bool", "float16"]))
    classes: tuple[str, ...] = ()
    window = None
    match encoding:
        case Encoding.NONE if draw(st.booleans()):
            dtype, shape = "string", draw(st.sampled_from([(), (1,), (4,)]))
            classes = draw(st.just(()) | CLASSES)
        case Encoding.CATEGORY | Encoding.ONE_HOT:
            classes = draw(CLASSES)
        case Encoding.MASK:
            shape, classes = draw(st.tuples(st.integers(1, 60), st.integers(1, 60))), draw(CLASSES)
        case Encoding.IMAGE:
            shape = (*draw(st.tuples(st.integers(1, 130), st.integers(1, 130))), draw(st.sampled_from([1, 3])))
        case Encoding.SOUND:
            shape = (draw(st.sampled_from([1, 10, 500, 4000, 4096, 8191, 16_000])), draw(st.integers(1, 2)))
        case Encoding.TEXT_FILE:
            shape = ()
    if len(shape) in (1, 2) and shape[0] > 1 and encoding is not Encoding.SOUND and draw(st.booleans()):
        window = Window(draw(st.integers(-9, 9)), shape[0])
    return Feature(
        name, columns, shape, dtype, encoding, draw(st.sampled_from([1.0, 1 / 255])), classes, draw(SPANS),
        draw(st.sampled_from(Missing)), (DatePart.MONTH, DatePart.HOUR), window=window,
    )  # fmt: skip


@st.composite
def choices(draw: st.DrawFn) -> tuple[DataChoice, list[str]]:
    names = ["a", "b", "input", "out/put", "größe"][: draw(st.integers(1, 5))]
    made = tuple(draw(features(name)) for name in names)
    targets = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    return DataChoice(SampleSource("iris"), made, Split(by=SplitBy.TIME)), targets


@given(choices(), st.none() | st.integers(0, 1_000_000))
@settings(max_examples=150, deadline=None)
def test_whatever_the_features_are_it_is_drawn_without_errors_or_refused(
    chosen: tuple[DataChoice, list[str]], examples: int | None
) -> None:
    data, targets = chosen
    document = Document()
    document.apply(edits.set_data(document, data))
    try:
        document.apply(suggest_model(document, examples=examples, targets=targets))
    except DataRefused:
        event("refused")
        return
    assert [(problem.code, problem.text) for problem in found(document, Severity.ERROR)] == []
