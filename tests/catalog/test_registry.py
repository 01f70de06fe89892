"""Kinds and recipes by name, and what they refuse inside of each other."""

from __future__ import annotations

import pytest

from studio.catalog.declaration import Family
from studio.catalog.forms import Role
from studio.catalog.registry import KINDS, KNOWN_NAMES, RECIPES, recipe, refused, starting_object, starting_params
from studio.core.values import Inner, Params


def test_the_palette_is_in_the_order_of_the_families() -> None:
    order = [list(Family).index(kind.family) for kind in KINDS.values()]

    assert order == sorted(order)


def test_a_recipe_is_found_by_its_name_its_short_name_and_its_aliases() -> None:
    names = ("MeanSquaredError", "mean_squared_error", "mse")
    found = {found[0].name for name in names if (found := recipe(Role.LOSS, name)) is not None}

    assert found == {"MeanSquaredError"}


def test_a_recipe_comes_with_the_params_that_were_set() -> None:
    found = recipe(Role.OPTIMIZER, Inner("SGD", {"momentum": 0.9}))

    assert found is not None
    assert (found[0].path, found[1]) == ("keras.optimizers.SGD", {"momentum": 0.9})


@pytest.mark.parametrize("value", [None, 3, "no such thing", Inner("NoSuchThing")])
def test_what_is_no_recipe_is_none(value: None | int | str | Inner) -> None:
    assert recipe(Role.OPTIMIZER, value) is None


def test_names_do_not_clash_within_a_role() -> None:
    for (role, name), found in RECIPES.items():
        assert found.role is role
        assert name in found.names


def test_starting_values_are_those_of_the_params_without_default() -> None:
    assert starting_params("Conv2D") == {"filters": 32, "kernel_size": 3}
    assert starting_params("Add") == {}
    assert starting_object(Role.RECURRENT_LAYER, "LSTM") == Inner("LSTM", {"units": 64})
    assert starting_object(Role.LOSS, "huber") == Inner("Huber", {})


@pytest.mark.parametrize(
    ("kind", "params", "where"),
    [
        ("Dense", {}, {"units"}),
        ("Dense", {"units": 0}, {"units"}),
        ("Dense", {"units": 4, "unitz": 3}, {"unitz"}),
        ("Dense", {"units": 4, "activation": "rely"}, {"activation"}),
        ("Dense", {"units": 4, "kernel_initializer": Inner("HeNormal", {"seed": "x"})}, {"kernel_initializer.seed"}),
        ("Dense", {"units": 4, "kernel_initializer": "Constant"}, {"kernel_initializer"}),
        ("Dense", {"units": 4, "kernel_initializer": Inner("Constant", {"value": 2.0})}, set()),
        ("Bidirectional", {"layer": Inner("LSTM", {"units": -1})}, {"layer.units"}),
        ("Bidirectional", {"layer": "LSTM"}, {"layer"}),
        ("Bidirectional", {"layer": Inner("Dense", {"units": 3})}, {"layer"}),
        ("TimeDistributed", {"layer": Inner("TimeDistributed", {"layer": Inner("Dense")})}, {"layer.layer.units"}),
        ("Output", {"metrics": ("accuracy", Inner("IoU"))}, {"metrics.num_classes", "metrics.target_class_ids"}),
    ],
)
def test_params_are_looked_at_inside_of_each_other(kind: str, params: Params, where: set[str]) -> None:
    assert refused(KINDS[kind], params).keys() == where


def test_a_schedule_can_stand_for_a_learning_rate() -> None:
    adam = RECIPES[Role.OPTIMIZER, "adam"]
    schedule = starting_object(Role.SCHEDULE, "CosineDecay")

    assert refused(adam, {"learning_rate": schedule}) == {}
    assert refused(adam, {"learning_rate": 0.01}) == {}
    assert refused(adam, {"learning_rate": -1.0}).keys() == {"learning_rate"}
    assert refused(adam, {"learning_rate": Inner("CosineDecay")}).keys() == {
        "learning_rate.initial_learning_rate",
        "learning_rate.decay_steps",
    }


def test_only_layers_with_one_tensor_in_can_be_distributed_over_time() -> None:
    assert {"Dense", "LSTM", "Bidirectional", "Conv2D"} <= KNOWN_NAMES[Role.LAYER]
    assert KNOWN_NAMES[Role.LAYER].isdisjoint({"Input", "Output", "Add", "MultiHeadAttention"})
