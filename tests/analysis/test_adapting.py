"""What is said of layers that learn from the training data, and of text where numbers are wanted."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature
from studio.document.document import Document
from tests.notation import graph, node

DATA = DataChoice(
    CsvSource("flats.csv"),
    (Feature("area", ("area",), (1,)), Feature("city", ("city",), (), "string"), Feature("rent", ("rent",), (1,))),
)
RENT = 'output(target="rent", loss="mse")'


def drawn(text: str) -> Document:
    document = graph(text)
    document.apply(edits.set_data(document, DATA))
    return document


def codes(document: Document, name: str) -> list[str]:
    analysis = Analysis(document)
    found = [problem.code for problem in analysis.problems_of(node(document, name).id)]
    analysis.close()
    return found


ADAPTED = f'area: input(1, feature="area") > x: normalization > dense(1) > {RENT}'


def test_a_layer_that_learns_before_training_says_so_as_a_hint() -> None:
    document = drawn(ADAPTED)
    analysis = Analysis(document)

    (problem,) = analysis.problems_of(node(document, "x").id)

    assert (problem.code, problem.severity) == ("adapt.pending", Severity.HINT)
    assert not analysis.has_errors
    analysis.close()


@pytest.mark.parametrize(
    "layer",
    [
        "normalization(mean=1.0, variance=2.0)",
        "discretization(bin_boundaries=(1.0, 2.0))",
        "integer_lookup(vocabulary=(1, 2))",
        "rescaling(2.0)",
    ],
)
def test_a_layer_that_has_learned_all_it_needs_says_nothing(layer: str) -> None:
    assert codes(drawn(f'input(1, feature="area") > x: {layer}'), "x") == ["structure.dangling"]


def test_an_input_without_a_feature_in_front_is_named_and_the_hint_follows_its_binding() -> None:
    document = drawn(ADAPTED.replace(', feature="area"', ""))
    analysis = Analysis(document)
    x, area = node(document, "x").id, node(document, "area").id

    (problem,) = analysis.problems_of(x)
    assert (problem.code, problem.also) == ("adapt.data", (area,))

    document.apply(edits.set_params(document, area, {"feature": "area"}))
    assert [each.code for each in analysis.problems_of(x)] == ["adapt.pending"]
    analysis.close()


def test_a_second_call_of_the_same_layer_says_nothing_of_its_own() -> None:
    document = drawn(f'{ADAPTED}; input(1, feature="area") > y: =x > dense(1)')

    assert "adapt.pending" not in codes(document, "y")


@pytest.mark.parametrize(
    "text",
    [
        f'b {{ input(1) > x: normalization > output }}; input(1, feature="area") > b > dense(1) > {RENT}',
        f'input(1, feature="area") > reshape((1, 1)) > time_distributed(Normalization()) > flatten > dense(1) > {RENT}',
    ],
)
def test_nobody_can_adapt_a_layer_inside_of_a_block_or_another_layer(text: str) -> None:
    document = drawn(text)
    analysis = Analysis(document)

    assert [problem.code for problem in analysis.problems if problem.severity is Severity.ERROR] == ["adapt.inside"]
    analysis.close()


@pytest.mark.parametrize(
    "layer", ["dense(2)", "category_encoding(4)", "embedding(9, 2)", "integer_lookup(vocabulary=(1, 2))"]
)
def test_text_that_reaches_a_layer_of_numbers_is_one_error_there(layer: str) -> None:
    document = drawn(f'input(1, feature="city", dtype="string") > x: {layer} > flatten > dense(1) > {RENT}')
    document.apply(
        edits.set_data(
            document, DataChoice(DATA.source, (Feature("city", ("city",), (1,), "string"), DATA.features[2]))
        )
    )
    analysis = Analysis(document)

    errors = [problem for problem in analysis.problems if problem.severity is Severity.ERROR]

    assert [(problem.code, problem.node) for problem in errors] == [("dtype.text", node(document, "x").id)]
    analysis.close()


def test_numbers_that_reach_a_layer_of_text_are_an_error() -> None:
    document = drawn('input(1, feature="area") > x: string_lookup(vocabulary=("a", "b"))')

    assert "dtype.text" in codes(document, "x")


def test_an_adapted_tf_idf_is_warned_of_since_its_saved_model_may_not_open_again() -> None:
    layer = 'text_vectorization(max_tokens=50, output_mode="tf_idf", pad_to_max_tokens=True)'
    document = drawn(f'input(feature="city", dtype="string", shape=()) > x: {layer} > dense(1) > {RENT}')
    analysis = Analysis(document)
    x = node(document, "x").id

    warning, hint = analysis.problems_of(x)
    assert (warning.code, warning.severity, hint.code) == ("adapt.reload", Severity.WARNING, "adapt.pending")

    document.apply(warning.fixes[0].make(document))
    assert [each.code for each in analysis.problems_of(x)] == ["adapt.pending"]
    analysis.close()


TOWN = Feature("town", ("town",), (), "int64", Encoding.CATEGORY, classes=("Oslo", "Rome"))


def test_a_category_is_handed_on_as_text_to_a_layer_that_reads_text_in_one_click() -> None:
    document = graph(
        f'in: input(feature="town", dtype="int64") > x: string_lookup > embedding(9, 2) > dense(1) > {RENT}'
    )
    document.apply(edits.set_data(document, DataChoice(DATA.source, (TOWN, DATA.features[2]))))
    analysis = Analysis(document)
    (problem,) = [problem for problem in analysis.problems if problem.severity is Severity.ERROR]

    (fix,) = problem.fixes
    document.apply(fix.make(document))

    assert fix.label == "Hand “town” on as text"
    assert not analysis.has_errors
    town = document.data.feature("town")
    assert town is not None
    assert (town.dtype, town.encoding, town.shape) == ("string", Encoding.NONE, ())
    assert node(document, "in").params["dtype"] == "string"
    analysis.close()


def test_text_that_is_encoded_after_all_becomes_numbers() -> None:
    text = Feature("town", ("town",), (), "string", classes=("Oslo", "Rome"))
    document = graph(f'input(feature="town", dtype="string", shape=()) > x: dense(1) > {RENT}')
    document.apply(edits.set_data(document, DataChoice(DATA.source, (text, DATA.features[2]))))
    analysis = Analysis(document)
    (problem,) = [problem for problem in analysis.problems if problem.severity is Severity.ERROR]

    document.apply(problem.fixes[0].make(document))

    town = document.data.feature("town")
    assert town is not None
    assert (town.dtype, town.encoding) == ("float32", Encoding.ONE_HOT)
    assert not analysis.has_errors
    analysis.close()
