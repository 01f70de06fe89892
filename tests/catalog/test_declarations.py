"""Every declaration is whole: it can be shown, filled in, asked, and never breaks."""

from __future__ import annotations

import random

import pytest

from studio.catalog.declaration import REQUIRED, Kind, Param, Recipe, ShapeError
from studio.catalog.forms import refusal
from studio.catalog.registry import KINDS, KNOWN_NAMES, RECIPES, refused, starting_params
from studio.core.tensors import TensorSpec
from tests.parity.drawing import Case, draw_case

RECIPE_LIST = tuple(dict.fromkeys(RECIPES.values()))
EVERYTHING: tuple[Kind | Recipe, ...] = (*KINDS.values(), *RECIPE_LIST)


def _params(made: Kind | Recipe) -> tuple[Param, ...]:
    return (*made.params, *made.call) if isinstance(made, Kind) else made.params


@pytest.mark.parametrize("made", EVERYTHING, ids=lambda made: made.name)
def test_a_declaration_says_what_it_and_each_param_is(made: Kind | Recipe) -> None:
    assert made.summary.endswith(".")
    for param in _params(made):
        assert param.help.endswith("."), param.name
    names = [param.name for param in _params(made)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("made", EVERYTHING, ids=lambda made: made.name)
def test_defaults_and_starting_values_fit_their_own_forms(made: Kind | Recipe) -> None:
    for param in _params(made):
        value = param.start if param.default is REQUIRED else param.default
        assert refusal(param.form, value, KNOWN_NAMES) is None, param.name


@pytest.mark.parametrize("name", KINDS)
def test_a_card_shows_params_that_exist(name: str) -> None:
    kind = KINDS[name]

    assert {*kind.headline} <= {param.name for param in _params(kind)}


@pytest.mark.parametrize("name", KINDS)
def test_a_fresh_node_has_nothing_to_complain_about(name: str) -> None:
    assert refused(KINDS[name], starting_params(name)) == {}


@pytest.mark.parametrize("name", KINDS)
def test_ports_have_names_of_their_own_and_optional_ones_come_last(name: str) -> None:
    kind = KINDS[name]
    outputs = kind.outputs(kind.settings(starting_params(name)))

    for ports in (kind.inputs, outputs):
        assert len({port.name for port in ports}) == len(ports)
    optional = [port.optional for port in kind.inputs]
    assert optional == sorted(optional)


@pytest.mark.parametrize("name", KINDS)
def test_a_rule_answers_anything_with_one_spec_per_port_or_a_sentence(name: str) -> None:
    kind = KINDS[name]
    rng = random.Random(name)
    for _ in range(150):
        case = draw_case(kind, rng)
        answer = _answer(kind, case)
        if isinstance(answer, ShapeError):
            _check_refusal(kind, answer)
        else:
            _check_outputs(kind, case, answer)


def _answer(kind: Kind, case: Case) -> tuple[TensorSpec, ...] | ShapeError:
    try:
        return kind.infer(kind.settings(case.params, case.call), *case.wired)
    except ShapeError as error:
        return error


def _check_refusal(kind: Kind, error: ShapeError) -> None:
    assert error.text.endswith("."), error.text
    assert error.code.partition(".")[0] in ("shape", "param", "dtype", "custom", "kind"), error.code
    assert error.param is None or kind.param(error.param) is not None, error.param
    assert error.port is None or kind.input(error.port) is not None, error.port


def _check_outputs(kind: Kind, case: Case, outputs: tuple[TensorSpec, ...]) -> None:
    settings = kind.settings(case.params, case.call)
    assert len(outputs) == len(kind.outputs(settings))
    assert all(size > 0 for weight in kind.weights(settings, *case.wired) for size in weight.shape)
    cost = kind.multiply_adds(settings, *case.wired)
    assert cost is None or cost >= 0
