"""What an expert says of models that run: each said where it is, and not where there is nothing to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, NpzSource, Split, SplitBy, Window
from studio.document.document import Document
from studio.document.graph import Edge, Node
from tests.notation import graph, node

PIXELS = Feature("pixels", ("pixels",), (8, 8, 1), span=(0.0, 255.0))
FEATURES = (
    PIXELS,
    replace(PIXELS, name="scaled", encoding=Encoding.SCALE, scale=1 / 255),
    Feature("incomes", ("age", "income"), (2,), span=(18.0, 90_000.0)),
    Feature("standard", ("age", "income"), (2,), encoding=Encoding.STANDARDIZE, span=(18.0, 90_000.0)),
    Feature("rows", ("area", "price"), (2,), encoding=Encoding.STANDARDIZE),
    Feature("price", ("price",), (1,), span=(10.0, 90.0)),
    Feature("words", ("words",), (20,), "int32", span=(0.0, 999.0)),
    Feature("negative", ("negative",), (20,), "int32", span=(-1.0, 9.0)),
    Feature("city", ("city",), (), "int64", Encoding.CATEGORY, classes=tuple("abcde")),
    Feature("hot", ("city",), (), "float32", Encoding.ONE_HOT, classes=tuple("abcde")),
    Feature("yes", ("yes",), (1,), "float32", span=(0.0, 1.0)),
    Feature("signal", ("signal",), (20, 4)),
    Feature("text", ("text",), (1,), "string"),
    Feature("moments", ("date", "load"), (2,), encoding=Encoding.STANDARDIZE),
    Feature("past", ("load",), (24, 1), encoding=Encoding.STANDARDIZE, window=Window(-23, 24)),
    Feature("around", ("load",), (24, 1), encoding=Encoding.STANDARDIZE, window=Window(-22, 24)),
    Feature("next", ("load",), (1,), window=Window(1, 1)),
    Feature("picture", ("file",), (8, 8, 3), encoding=Encoding.IMAGE, scale=1 / 255, span=(0.0, 255.0)),
    Feature("mask", ("mask",), (8, 8), encoding=Encoding.MASK, classes=tuple("abc")),
)
SPARSE = 'loss="sparse_categorical_crossentropy"'
CITY = f'output(target="city", {SPARSE})'
PRICE = 'output(target="price", loss="mse")'


def drawn(text: str) -> Document:
    document = graph(text)
    source = CsvSource("table.csv") if "moments" in text else NpzSource("data.npz")
    document.apply(edits.set_data(document, DataChoice(source, FEATURES)))
    return document


def said(text: str) -> list[tuple[str, str, str]]:
    """Code, level and node of everything that is said."""
    document = drawn(text)
    names = {id_: each.name for id_, each in document.root.nodes.items()}
    return [(p.code, str(p.severity), names[p.node] if p.node else "") for p in Analysis(document).problems]


RAISED = {
    "linear": (
        f'input(2, feature="standard") > a: dense(9) > dropout(0.1) > dense(5, activation="softmax") > {CITY}',
        ("stack.linear", "warning", "a"),
    ),
    "linear, normalized between": (
        f'input(2, feature="standard") > a: dense(9, use_bias=False) > batch_normalization > dense(1) > {PRICE}',
        ("stack.linear", "warning", "a"),
    ),
    "sigmoids in a row": (
        'input(2, feature="standard") > '
        + "".join(f's{at}: dense(9, activation="sigmoid") > ' for at in range(8))
        + f"dense(1) > {PRICE}",
        ("stack.saturating", "warning", "s0"),
    ),
    "tanh in a row": (
        'input(2, feature="standard") > '
        + "".join(f't{at}: dense(9, activation="tanh") > ' for at in range(8))
        + f"dense(1) > {PRICE}",
        ("stack.saturating", "hint", "t0"),
    ),
    "bias before normalization": (
        (
            f'input(8, 8, 1, feature="scaled") > c: conv2d(4, 3) > batch_normalization > ReLU > flatten'
            f" > dense(1) > {PRICE}"
        ),
        ("stack.bias", "hint", "c"),
    ),
    "dropout last": (
        f'input(2, feature="standard") > dense(1) > d: dropout(0.5) > {PRICE}',
        ("stack.after_last", "warning", "d"),
    ),
    "normalization last": (
        (f'input(2, feature="standard") > dense(1, use_bias=False) > b: batch_normalization > {PRICE}'),
        ("stack.after_last", "warning", "b"),
    ),
    "softmax twice": (
        f'input(2, feature="standard") > dense(5, activation="softmax") > s: softmax > {CITY}',
        ("stack.twice", "warning", "s"),
    ),
    "stretched both ways": (
        (
            f'x: input(2, feature="standard") > reshape((2, 1)) > a: add; x > reshape((1, 2)) > a > flatten'
            f" > dense(1) > {PRICE}"
        ),
        ("merge.stretched", "warning", "a"),
    ),
    "other ranks": (
        (
            f'x: input(20, 4, feature="signal") > a: add; y: input(1, feature="yes")'
            ' > dense(4, activation="relu") > a > flatten'
            f" > dense(1) > {PRICE}"
        ),
        ("merge.stretched", "hint", "a"),
    ),
    "joined along the batch": (
        (
            f'x: input(2, feature="standard") > c: concatenate(axis=0); x > dense(2, activation="relu") > c'
            f" > dense(1) > {PRICE}"
        ),
        ("merge.batch", "warning", "c"),
    ),
    "mask lost before LSTM": (
        (
            f'input(20, dtype="int32", feature="words") > embedding(1000, 8, mask_zero=True)'
            ' > c: conv1d(8, 3, padding="same")'
            f" > lstm(8) > dense(1) > {PRICE}"
        ),
        ("mask.lost", "warning", "c"),
    ),
    "mask lost before the loss": (
        (
            'input(20, dtype="int32", feature="words") > embedding(1000, 8, mask_zero=True)'
            ' > c: conv1d(8, 3, padding="same")'
            ' > dense(1000, activation="softmax") > output(target="words", loss="sparse_categorical_crossentropy")'
        ),
        ("mask.lost", "warning", "c"),
    ),
    "slow on a GPU": (
        f'input(20, 4, feature="signal") > l: lstm(8, recurrent_dropout=0.2) > dense(1) > {PRICE}',
        ("recurrent.slow", "hint", "l"),
    ),
    "slow in a wrapper": (
        f'input(20, 4, feature="signal") > l: bidirectional(GRU(8, recurrent_dropout=0.2)) > dense(1) > {PRICE}',
        ("recurrent.slow", "hint", "l"),
    ),
    "stateful": (
        f'input(20, 4, feature="signal", batch_size=8) > l: gru(8, stateful=True) > dense(1) > {PRICE}',
        ("recurrent.stateful", "warning", "l"),
    ),
    "huge": (
        (
            f'input(8, 8, 1, feature="scaled") > up_sampling2d(64) > flatten'
            f' > d: dense(64, activation="relu") > dense(1) > {PRICE}'
        ),
        ("size.flatten", "hint", "d"),
    ),
    "everything frozen": (
        f'input(2, feature="standard") > d: dense(1, trainable=False) > {PRICE}',
        ("train.nothing", "warning", "d"),
    ),
    "nothing to learn": (f'input(1, feature="yes") > ReLU > {PRICE}', ("train.nothing", "warning", "")),
    "too few rows": (
        f'input(20, dtype="int32", feature="words") > e: embedding(999, 8) > flatten > dense(1) > {PRICE}',
        ("embedding.range", "error", "e"),
    ),
    "too few rows for classes": (
        f'input(dtype="int64", feature="city") > e: embedding(4, 8) > dense(1) > {PRICE}',
        ("embedding.range", "error", "e"),
    ),
    "negative ids": (
        (f'input(20, dtype="int32", feature="negative") > e: embedding(99, 8) > flatten > dense(1) > {PRICE}'),
        ("embedding.range", "error", "e"),
    ),
    "numbers as ids": (
        f'input(2, feature="standard") > e: embedding(9, 8) > flatten > dense(1) > {PRICE}',
        ("embedding.ids", "warning", "e"),
    ),
    "raw pixels": (
        (f'p: input(8, 8, 1, feature="pixels") > conv2d(4, 3, activation="relu") > flatten > dense(1) > {PRICE}'),
        ("data.pixels", "warning", "p"),
    ),
    "raw columns": (
        f'p: input(2, feature="incomes") > dense(4, activation="relu") > dense(1) > {PRICE}',
        ("data.unscaled", "warning", "p"),
    ),
    "raw columns beside others": (
        f'p: input(2, feature="incomes") > c: concatenate; input(1, feature="yes") > c > dense(1) > {PRICE}',
        ("data.unscaled", "warning", "p"),
    ),
    "times": (f'p: input(2, feature="moments") > dense(1) > {PRICE}', ("data.order", "hint", "p")),
    "windows of rows drawn at random": (
        f'p: input(24, 1, feature="past") > lstm(4) > dense(1) > {PRICE}',
        ("data.windows", "error", "p"),
    ),
    "text": (
        (
            'x: input(1, dtype="string", feature="text") > c: concatenate; input(1, feature="yes") > c > dense(1)'
            f" > {PRICE}"
        ),
        ("dtype.text", "error", "c"),
    ),
    "a column that knows": (f'p: input(2, feature="rows") > dense(1) > {PRICE}', ("data.leak", "warning", "p")),
    "the target itself": (
        f'p: input(5, feature="hot") > dense(5, activation="softmax") > {CITY}',
        ("data.leak", "warning", "p"),
    ),
    "accuracy of prices": (
        'input(2, feature="standard") > dense(1) > o: output(target="price", loss="mse", metrics=("accuracy",))',
        ("metric.meaning", "warning", "o"),
    ),
    "one-hot metric for class numbers": (
        (
            'input(2, feature="standard") > dense(5, activation="softmax")'
            f' > o: output(target="city", {SPARSE}, metrics=(CategoricalAccuracy(),))'
        ),
        ("metric.meaning", "warning", "o"),
    ),
    "precision of class numbers": (
        (
            'input(2, feature="standard") > dense(5, activation="softmax")'
            f' > o: output(target="city", {SPARSE}, metrics=(Precision(),))'
        ),
        ("metric.labels", "error", "o"),
    ),
    "class numbers wanted": (
        (
            'input(2, feature="standard") > dense(5, activation="softmax") > o: output(target="hot",'
            ' loss="categorical_crossentropy", metrics=(SparseCategoricalAccuracy(),))'
        ),
        ("metric.labels", "error", "o"),
    ),
    "cropped in training only": (
        (
            f'input(8, 8, 1, feature="scaled") > c: random_crop(6, 6) > conv2d(4, 3, activation="relu") > flatten'
            f" > dense(1) > {PRICE}"
        ),
        ("image.crop", "warning", "c"),
    ),
    "a shear that cannot be read": (
        (
            f'input(8, 8, 1, feature="scaled") > s: random_shear(0.1) > conv2d(4, 3, activation="relu") > flatten'
            f" > dense(1) > {PRICE}"
        ),
        ("image.saved", "warning", "s"),
    ),
    "a mix drawn once": (
        (
            f'input(8, 8, 1, feature="scaled") > m: aug_mix(value_range=(0, 1)) > conv2d(4, 3, activation="relu")'
            f" > flatten > dense(1) > {PRICE}"
        ),
        ("image.drawn", "hint", "m"),
    ),
    "a range for other pixels": (
        (
            f'input(8, 8, 1, feature="scaled") > random_flip > b: random_brightness(0.2)'
            f' > conv2d(4, 3, activation="relu") > flatten > dense(1) > {PRICE}'
        ),
        ("image.range", "warning", "b"),
    ),
    "a range that is too small": (
        (
            f'input(8, 8, 1, feature="pixels") > b: random_brightness(0.2, value_range=(0, 1)) > rescaling(0.00392)'
            f' > conv2d(4, 3, activation="relu") > flatten > dense(1) > {PRICE}'
        ),
        ("image.range", "warning", "b"),
    ),
}


@pytest.mark.parametrize("what", RAISED)
def test_it_is_said_once_and_of_the_right_node(what: str) -> None:
    text, expected = RAISED[what]
    assert said(text) == [expected]


SILENT = {
    "cropped for prediction as well": (
        f'input(8, 8, 1, feature="scaled") > random_crop(6, 6) > center_crop(6, 6) > conv2d(4, 3, activation="relu")'
        f" > flatten > dense(1) > {PRICE}"
    ),
    "a shear either way": (
        f'input(8, 8, 1, feature="scaled") > random_shear((0, 0.1), 0) > conv2d(4, 3, activation="relu") > flatten'
        f" > dense(1) > {PRICE}"
    ),
    "a range that fits": (
        f'input(8, 8, 1, feature="pixels") > random_contrast(0.2) > rescaling(0.00392)'
        f' > random_brightness(0.2, value_range=(0, 1)) > conv2d(4, 3, activation="relu") > flatten > dense(1)'
        f" > {PRICE}"
    ),
    "a range of what nobody knows": (
        f'input(8, 8, 1, feature="scaled") > batch_normalization > random_brightness(0.2)'
        f' > conv2d(4, 3, activation="relu") > flatten > dense(1) > {PRICE}'
    ),
    "a code in the middle": (
        'input(2, feature="standard") > dense(9, activation="relu") > dense(2) > dense(9, activation="relu")'
        f" > dense(1) > {PRICE}"
    ),
    "a kernel of low rank": f'input(8,8,1,feature="scaled") > flatten > dense(4, use_bias=False)'
    f" > dense(16) > ReLU > dense(1) > {PRICE}",
    "used by another as well": (
        'input(2, feature="standard") > a: dense(9) > dense(9, activation="relu") > c: concatenate; a > c'
        f" > dense(1) > {PRICE}"
    ),
    "normalized between": 'input(2, feature="standard") > '
    + 'dense(9, activation="tanh") > layer_normalization > ' * 9
    + f"dense(1) > {PRICE}",
    "no bias": (
        'input(8, 8, 1, feature="scaled") > conv2d(4, 3, use_bias=False) > batch_normalization > ReLU > flatten'
        f" > dense(1) > {PRICE}"
    ),
    "a bias after the activation": (
        f'input(8,8,1,feature="scaled") > conv2d(4,3,activation="relu") > batch_normalization > flatten'
        f" > dense(1) > {PRICE}"
    ),
    "a bias for two": (
        'input(2, feature="standard") > a: dense(9) > batch_normalization > ReLU > c: concatenate; a > ReLU > c'
        f" > dense(1) > {PRICE}"
    ),
    "dropout before the last": f'input(2, feature="standard") > dense(9, activation="relu") > dropout(0.5)'
    f" > dense(1) > {PRICE}",
    "normalization before the last function": (
        'input(2, feature="standard") > dense(5, use_bias=False) > batch_normalization > softmax > ' + CITY
    ),
    "a gate": (
        f'x: input(20, 4, feature="signal") > m: multiply; x > global_average_pooling1d'
        ' > dense(4, activation="sigmoid")'
        f" > reshape((1, 4)) > m > flatten > dense(1) > {PRICE}"
    ),
    "a mask that arrives": (
        f'input(20, dtype="int32", feature="words") > embedding(1000, 8, mask_zero=True) > dropout(0.1)'
        f" > lstm(8) > dense(1) > {PRICE}"
    ),
    "a mask that was used": (
        'input(20, dtype="int32", feature="words") > embedding(1000, 8, mask_zero=True) > lstm(8) > repeat_vector(20)'
        ' > lstm(8, return_sequences=True) > dense(1000, activation="softmax")'
        ' > output(target="words", loss="sparse_categorical_crossentropy")'
    ),
    "a mask that nobody would use": (
        f'input(20, dtype="int32", feature="words") > embedding(1000, 8, mask_zero=True) > flatten > dense(1) > {PRICE}'
    ),
    "fast": f'input(20, 4, feature="signal") > lstm(8, dropout=0.2) > dense(1) > {PRICE}',
    "rows enough": f'input(20, dtype="int32", feature="words") > embedding(1000, 8) > flatten > dense(1) > {PRICE}',
    "frozen but for the last": (
        f'input(2, feature="standard") > dense(9, activation="relu", trainable=False) > dense(1) > {PRICE}'
    ),
    "rescaled in the model": (
        f'input(8, 8, 1, feature="pixels") > rescaling(0.00392) > conv2d(4, 3, activation="relu") > flatten'
        f" > dense(1) > {PRICE}"
    ),
    "normalized first": f'input(2, feature="incomes") > batch_normalization > dense(1) > {PRICE}',
    "scaled": f'input(8, 8, 1, feature="scaled") > conv2d(4, 3, activation="relu") > flatten > dense(1) > {PRICE}',
    "an autoencoder": (
        'input(8, 8, 1, feature="scaled") > conv2d(4, 3, padding="same", activation="relu")'
        ' > conv2d(1, 3, padding="same", activation="sigmoid") > output(target="scaled", loss="binary_crossentropy")'
    ),
    "metrics that fit": (
        'input(2, feature="standard") > dense(5, activation="softmax") > output(target="hot", '
        'loss="categorical_crossentropy", metrics=("accuracy", AUC(), CategoricalAccuracy(), Precision()))'
    ),
    "metrics of a number": (
        'input(2, feature="standard") > dense(1) > output(target="price", loss="mse", metrics=("mae", R2Score()))'
    ),
}


@pytest.mark.parametrize("what", SILENT)
def test_nothing_is_said_where_there_is_nothing_to_say(what: str) -> None:
    assert said(SILENT[what]) == []


@pytest.mark.parametrize("what", RAISED)
def test_every_fix_ends_what_was_said(what: str) -> None:
    document = drawn(RAISED[what][0])
    analysis = Analysis(document)
    (problem,) = analysis.problems
    for fix in problem.fixes:
        edit = fix.make(document)
        assert edit.changes, fix.label
        document.apply(edit)
        left = [each.code for each in analysis.problems]
        assert problem.code not in left, fix.label
        assert not analysis.has_errors, (fix.label, analysis.problems)
        document.apply(edit.inverse())
        assert analysis.problems == (problem,)


def test_biases_are_told_together_and_mended_together() -> None:
    document = drawn(
        'input(8, 8, 1, feature="scaled") > a: conv2d(4, 3) > batch_normalization > ReLU > b: conv2d(4, 3)'
        f" > batch_normalization > ReLU > flatten > dense(1) > {PRICE}"
    )
    analysis = Analysis(document)
    (problem,) = analysis.problems
    assert problem.node == node(document, "a").id
    assert problem.text.startswith("2 layers, a first,")
    (fix,) = problem.fixes
    assert fix.label == "Set use_bias=False on all 2"
    document.apply(fix.make(document))
    assert analysis.problems == ()


def test_an_edit_far_away_is_seen_by_the_check_that_looked_there() -> None:
    document = drawn(
        'input(20, dtype="int32", feature="words") > e: embedding(1000, 8) > c: conv1d(8, 3, padding="same")'
        f" > lstm(8) > dense(1) > {PRICE}"
    )
    analysis = Analysis(document)
    assert analysis.problems == ()
    document.apply(edits.set_params(document, node(document, "e").id, {"mask_zero": True}))
    (problem,) = analysis.problems
    assert (problem.code, problem.severity) == ("mask.lost", Severity.WARNING)
    assert analysis.problems_of(node(document, "c").id) == (problem,)
    document.apply(edits.set_params(document, node(document, "e").id, {"mask_zero": False}))
    assert analysis.problems == ()


def test_a_slice_of_nothing_is_an_error_where_it_is_taken() -> None:
    document = drawn(f'i: input(20, 4, feature="signal") > f: flatten > dense(1) > {PRICE}')
    wire = Edge(node(document, "i").id, "output", node(document, "f").id, "input")
    slicing = Node("sliced", "ops.get_item", "sliced", {"key": ":, 25:"})
    document.apply(edits.insert_on_edge(document, wire, slicing, "x", "output"))
    analysis = Analysis(document)
    (problem,) = analysis.problems_of("sliced")
    assert (problem.code, problem.severity, problem.node) == ("shape.empty", Severity.ERROR, "sliced")
    document.apply(problem.fixes[0].make(document))
    assert analysis.problems == ()


def codes(text: str, by: SplitBy) -> set[str]:
    document = graph(text)
    document.apply(edits.set_data(document, DataChoice(NpzSource("data.npz"), FEATURES, Split(by=by))))
    return {problem.code for problem in Analysis(document).problems}


def test_the_past_of_what_is_to_be_foretold_is_no_leak() -> None:
    learned = '> lstm(4) > dense(1) > output(target="next", loss="mean_squared_error")'
    assert codes(f'input(24, 1, feature="past") {learned}', SplitBy.TIME) == set()
    assert codes(f'input(24, 1, feature="around") {learned}', SplitBy.TIME) == {"data.leak"}


def test_classes_of_pixels_are_class_numbers() -> None:
    start = 'input(8, 8, 3, feature="picture") > conv2d(3, 1, activation="softmax") > '
    right = 'output(target="mask", loss="sparse_categorical_crossentropy", metrics=("accuracy",))'
    assert codes(start + right, SplitBy.RANDOM) == set()
    wrong = 'output(target="mask", loss="categorical_crossentropy")'
    assert "loss.labels" in codes(start + wrong, SplitBy.RANDOM)
