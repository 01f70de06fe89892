"""Operations are found in what Keras says by the place of their call."""

from __future__ import annotations

from studio.program.operations import can_be_missing, placed


def test_calls_are_counted_in_the_order_of_keras_numbers() -> None:
    names = ["add_10", "dense", "add_2", "encoder/add_11", "encoder/add"]

    assert placed(names, {"dense", "add#0", "add#1"}) == {
        "add_2": "add#0",
        "add_10": "add#1",
        "encoder/add": "encoder/add#0",
        "encoder/add_11": "encoder/add#1",
    }


def test_operations_that_masks_are_made_of_are_left_out_where_there_are_more_than_were_drawn() -> None:
    assert placed(["any", "any_1"], {"any#0"}) == {}
    assert placed(["any"], {"any#0"}) == {"any": "any#0"}
    assert can_be_missing("encoder/not_equal#2")
    assert not can_be_missing("add#0")
