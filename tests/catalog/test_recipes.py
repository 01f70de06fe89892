"""What the params of optimizers, losses and metrics may be beside each other."""

from __future__ import annotations

import pytest

from studio.catalog.forms import Role
from studio.catalog.registry import in_role, refused
from studio.core.values import Inner, Params

REFUSED: tuple[tuple[Role, str, Params, dict[str, str]], ...] = (
    (
        Role.OPTIMIZER,
        "Adam",
        {"clipnorm": 1.0, "global_clipnorm": 1.0},
        {"global_clipnorm": "None, because clipnorm cuts the gradients already"},
    ),
    (Role.OPTIMIZER, "AdamW", {"weight_decay": None}, {"weight_decay": "a number, 0 or more"}),
    (Role.OPTIMIZER, "Lion", {"beta_1": 0.0}, {"beta_1": "a number above 0, at most 1"}),
    (
        Role.OPTIMIZER,
        "SGD",
        {"learning_rate": Inner("PiecewiseConstantDecay", {"boundaries": (100, 200), "values": (0.1, 0.01)})},
        {"learning_rate.values": "3 learning rates, one more than boundaries"},
    ),
    (Role.LOSS, "CategoricalGeneralizedCrossEntropy", {"q": 1.0}, {"q": "a number above 0 and below 1"}),
    (Role.METRIC, "Precision", {"thresholds": (0.2, 1.5)}, {"thresholds": "one or several numbers from 0 to 1"}),
    (Role.METRIC, "AUC", {"num_labels": 3}, {"num_labels": "None, or multi_label=True beside it"}),
    (
        Role.METRIC,
        "AUC",
        {"multi_label": True, "num_labels": 3, "label_weights": (1, 2)},
        {"label_weights": "3 weights, one for each of num_labels, or one for all"},
    ),
    (
        Role.LOSS,
        "CategoricalCrossentropy",
        {"from_logits": True, "axis": -2},
        {"axis": "-1, or counted from the front: with from_logits TensorFlow knows no other"},
    ),
    (
        Role.METRIC,
        "IoU",
        {"num_classes": 3, "target_class_ids": (0, 3)},
        {"target_class_ids": "classes from 0 to 2: num_classes is 3"},
    ),
    (Role.CALLBACK, "ReduceLROnPlateau", {"factor": 1.0}, {"factor": "a number from 0 and below 1"}),
)


@pytest.mark.parametrize(("role", "name", "params", "wanted"), REFUSED)
def test_what_keras_refuses_is_refused_with_what_is_wanted(
    role: Role, name: str, params: Params, wanted: dict[str, str]
) -> None:
    assert refused(in_role(role, name), params) == wanted


@pytest.mark.parametrize(
    ("role", "name", "params"),
    [
        (Role.OPTIMIZER, "Adam", {"clipnorm": 1.0, "clipvalue": None}),
        (Role.METRIC, "AUC", {"multi_label": True, "num_labels": 2, "label_weights": (1, 2)}),
        (Role.METRIC, "Precision", {"thresholds": 0.5}),
    ],
)
def test_what_goes_together_is_accepted(role: Role, name: str, params: Params) -> None:
    assert refused(in_role(role, name), params) == {}
