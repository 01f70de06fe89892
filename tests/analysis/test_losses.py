"""Loss, last activation, units and labels; targets and features."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.document import edits
from studio.document.data_choice import DataChoice
from tests.analysis.cases import drawn
from tests.notation import graph, node

SPARSE = "sparse_categorical_crossentropy"
HOT = "categorical_crossentropy"
BINARY = "binary_crossentropy"
MSE = "mean_squared_error"


def said(body: str, target: str, loss: str, entry: str = "numbers", shape: str = "3") -> dict[str, Severity]:
    """What is said about an Output behind `body`: severities by code."""
    written = loss if "(" in loss else repr(loss)
    document = drawn(f'input({shape}, feature="{entry}") > {body} > output(target="{target}", loss={written})')
    return {problem.code: problem.severity for problem in Analysis(document).problems}


@pytest.mark.parametrize(
    ("body", "target", "loss"),
    [
        ("dense(10, activation='softmax')", "digit", SPARSE),
        ("dense(12, activation='softmax')", "digit", SPARSE),
        ("dense(10) > softmax", "digit", SPARSE),
        ("dense(10) > activation('softmax') > dropout(0.1)", "digit", SPARSE),
        ("dense(10)", "digit", "SparseCategoricalCrossentropy(from_logits=True)"),
        ("dense(10, activation='softmax')", "one_hot", HOT),
        ("dense(10)", "one_hot", "CategoricalCrossentropy(from_logits=True)"),
        ("dense(1, activation='sigmoid')", "yes", BINARY),
        ("dense(1)", "yes", "BinaryCrossentropy(from_logits=True)"),
        ("dense(10, activation='sigmoid')", "one_hot", BINARY),
        ("dense(1)", "price", MSE),
        ("dense(1)", "plain_price", MSE),
        ("dense(1, activation='relu')", "price", MSE),
        ("dense(3)", "numbers", "mae"),
        ("reshape((5, 2)) > lstm(3, return_sequences=True) > dense(1)", "price", "CTC()"),
    ],
)
def test_what_goes_together_is_left_alone(body: str, target: str, loss: str) -> None:
    shape = "10" if "reshape" in body else "3"
    found = said(body, target, loss, shape=shape)
    assert {code for code in found if code.startswith("loss.")} == set()


@pytest.mark.parametrize(
    ("body", "target", "loss", "expected"),
    [
        ("dense(1, activation='softmax')", "yes", SPARSE, {"loss.single_unit", "loss.units"}),
        ("dense(1, activation='softmax')", "yes", BINARY, {"loss.single_unit"}),
        ("dense(1) > softmax", "price", MSE, {"loss.single_unit"}),
        ("dense(4, activation='softmax')", "digit", SPARSE, {"loss.units"}),
        ("dense(10, activation='softmax')", "one_hot", SPARSE, {"loss.labels"}),
        ("dense(10, activation='softmax')", "price", SPARSE, {"loss.labels"}),
        ("dense(10, activation='softmax')", "digit", HOT, {"loss.labels"}),
        ("dense(8, activation='softmax')", "one_hot", HOT, {"loss.units"}),
        ("dense(1, activation='sigmoid')", "digit", BINARY, {"loss.labels"}),
        ("dense(3, activation='sigmoid')", "one_hot", BINARY, {"loss.units"}),
        ("dense(10)", "digit", SPARSE, {"loss.logits"}),
        ("dense(10, activation='relu')", "digit", SPARSE, {"loss.logits"}),
        ("dense(1)", "yes", BINARY, {"loss.logits"}),
        (
            "dense(10, activation='softmax')",
            "digit",
            "SparseCategoricalCrossentropy(from_logits=True)",
            {"loss.logits"},
        ),
        ("dense(1, activation='sigmoid')", "yes", "BinaryCrossentropy(from_logits=True)", {"loss.logits"}),
        ("reshape((3,1)) > dense(10, activation='softmax')", "digit", SPARSE, {"loss.rank"}),
        ("reshape((3,1)) > dense(1)", "price", MSE, {"loss.rank"}),
        ("dense(4)", "price", MSE, {"loss.units"}),
        ("dense(2)", "plain_price", "huber", {"loss.rank"}),
    ],
)
def test_what_does_not_go_together_is_an_error(body: str, target: str, loss: str, expected: set[str]) -> None:
    found = said(body, target, loss)
    assert {code for code, severity in found.items() if severity is Severity.ERROR} == expected


@pytest.mark.parametrize(
    ("body", "target", "loss", "code"),
    [
        ("dense(10, activation='sigmoid')", "digit", SPARSE, "loss.activation"),
        ("dense(10, activation='softmax')", "one_hot", BINARY, "loss.activation"),
        ("dense(1, activation='sigmoid')", "price", MSE, "loss.range"),
        ("dense(1, activation='tanh')", "price", MSE, "loss.range"),
        ("dense(3, activation='softmax')", "numbers", MSE, "loss.range"),
        ("dense(3, activation='relu')", "numbers", MSE, "loss.range"),
        ("dense(1)", "digit", MSE, "loss.classes"),
    ],
)
def test_what_trains_but_is_hardly_meant_is_warned_about(body: str, target: str, loss: str, code: str) -> None:
    assert said(body, target, loss) == {code: Severity.WARNING}


def test_a_decoder_of_scaled_images_may_end_with_sigmoid() -> None:
    found = said("conv2d(1, 3, padding='same', activation='sigmoid')", "image", MSE, "image", "28,28,1")
    assert found == {}


def test_a_recurrent_layer_ends_with_tanh() -> None:
    document = drawn(
        'input(10, 2) > bidirectional(LSTM(1), merge_mode="sum") > o: output(target="price", loss="mean_squared_error")'
    )
    assert "loss.range" in [problem.code for problem in Analysis(document).problems_of(node(document, "o").id)]


def test_an_output_without_a_loss_is_an_error_unless_others_have_one() -> None:
    (alone,) = [p for p in Analysis(drawn("input(3) > dense(1) > output")).problems if p.code == "loss.missing"]
    assert alone.severity is Severity.ERROR
    document = drawn('x: input(3) > dense(1) > a: output; x > dense(1) > output(target="price", loss="mse")')
    (beside,) = [problem for problem in Analysis(document).problems if problem.code == "loss.missing"]
    assert (beside.severity, beside.node) == (Severity.WARNING, node(document, "a").id)


def test_a_loss_is_offered_that_goes_with_target_and_ending() -> None:
    document = drawn('input(3, feature="numbers") > dense(10, activation="softmax") > output(target="digit")')
    (found,) = Analysis(document).problems
    assert [fix.label for fix in found.fixes] == ["Use sparse_categorical_crossentropy"]


def test_targets_that_are_missing_or_unknown() -> None:
    assert said("dense(1)", "nothing", MSE) == {"target.unknown": Severity.ERROR}
    document = drawn('input(3, feature="numbers") > dense(1) > output(loss="mse")')
    assert [problem.code for problem in Analysis(document).problems] == ["target.missing"]


def test_the_label_is_not_judged_without_a_target() -> None:
    document = drawn('input(3, feature="numbers") > dense(1) > output(loss="sparse_categorical_crossentropy")')
    assert [problem.code for problem in Analysis(document).problems] == ["loss.logits", "target.missing"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("input(3)", "feature.missing"),
        ("input(3, feature='nothing')", "feature.unknown"),
        ("input(5, feature='numbers')", "feature.shape"),
        ("input(28, 28, feature='numbers')", "feature.shape"),
        ("input(3, dtype='int32', feature='numbers')", "feature.dtype"),
        ("input(3, dtype='string', feature='numbers')", "feature.dtype"),
    ],
)
def test_features_that_do_not_fit(entry: str, code: str) -> None:
    document = drawn(f'{entry} > flatten > dense(1) > output(target="price", loss="mse")')
    assert code in [problem.code for problem in Analysis(document).problems_of("n1")]


@pytest.mark.parametrize(
    "entry", ["input(None, feature='words')", "input(28,28, feature='image')", "input(1, feature='yes')"]
)
def test_features_that_keras_makes_fit(entry: str) -> None:
    document = drawn(f"{entry} > flatten")
    assert [p.code for p in Analysis(document).problems_of("n1")] == []


def test_an_input_without_a_shape_takes_its_features() -> None:
    document = graph("n: Input(feature='numbers') > d: dense(2)".replace("Input(", "input("))
    analysis = Analysis(document)
    assert [problem.code for problem in analysis.problems_of("n1")] == ["param.missing"]
    document.apply(edits.set_data(document, drawn("input(1)").data))
    assert analysis.problems_of("n1") == ()
    spec = analysis.outputs("n2")["output"]
    assert spec is not None
    assert spec.shape == (None, 2)


def test_no_data_is_said_once() -> None:
    document = drawn('input(3, feature="numbers") > dense(1) > output(target="price", loss="mse")')
    analysis = Analysis(document)
    assert analysis.problems == ()
    document.apply(edits.set_data(document, DataChoice()))
    assert [problem.code for problem in analysis.problems] == ["data.missing"]


def test_a_changed_activation_is_seen_at_the_output() -> None:
    document = drawn(f'input(3, feature="numbers") > d: dense(10) > identity > output(target="digit", loss="{SPARSE}")')
    analysis = Analysis(document)
    assert [problem.code for problem in analysis.problems] == ["loss.logits"]
    document.apply(edits.set_params(document, "n2", {"activation": "softmax"}))
    assert analysis.problems == ()
