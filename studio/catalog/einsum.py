"""EinsumDense: a Dense whose product is written as an equation.

Source: keras.layers.EinsumDense (`_analyze_einsum_string`). Keras takes the beginning of an equation for the whole and
believes the output_shape; what the product then cannot do is refused here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from studio.catalog.adaptation import LORA, adapted, check_lora
from studio.catalog.arguments import COMMON, activation, regularized, weight_arguments
from studio.catalog.checks import clash
from studio.catalog.declaration import Family, Kind, Param, ShapeError, WantsKnown, WantsRank, Weight
from studio.catalog.dtypes import result, variables
from studio.catalog.forms import Dims, Text
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

NAME = "EinsumDense"
EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


class Equation(NamedTuple):
    """The letters of an equation, and on which side of the input and the output further axes stand."""

    input: str
    kernel: str
    output: str
    left: bool
    right: bool


class Solved(NamedTuple):
    """The shapes of an equation for one input: what Keras says of the output, and the weights."""

    output: Shape
    kernel: Shape
    bias: Shape | None


def _wrong(text: str) -> ShapeError:
    return clash(NAME, "equation", text)


@lru_cache(256)
def parsed(text: str) -> Equation:
    """An equation taken apart. Raises ShapeError for one that Keras does not take, or that no product can follow."""
    found = EQUATION.fullmatch(text.replace(" ", ""))
    if found is None or " " in text:
        raise _wrong(f"“{text}” is no equation such as ab,bc->ac, ...x,xy->...y or ab...,bc->ac... Write it so.")
    left, given, right, kernel, out_left, output, out_right = found.groups()
    if (left, right) != (out_left, out_right) or (left and right) or (right and len(given) < 2):
        raise _wrong(f"in “{text}”, ... should stand at the same end of the input and of the output. Write it so.")
    for letters in (given, kernel, output):
        if len(set(letters)) != len(letters):
            raise _wrong(f"“{letters}” in “{text}” names an axis twice. Give each axis a letter of its own.")
    for letter in output:
        if letter not in given + kernel:
            raise _wrong(f"{letter} in “{text}” is in the output only. Add it to the kernel.")
    for letter in kernel:
        if letter not in given + output:
            raise _wrong(f"{letter} in “{text}” is in the kernel only. Add it to the input or to the output.")
    return Equation(given, kernel, output, bool(left), bool(right))


def _full_output(p: Settings, equation: Equation, shape: Shape) -> tuple[Shape, int]:
    """The output that Keras makes of output_shape, and how many axes the dots stand for."""
    elided = len(shape) - len(equation.input)
    if elided < 0 or (elided and not (equation.left or equation.right)):
        least = len(equation.input)
        raise ShapeError(
            "shape.rank",
            f"{NAME} is set to “{p['equation']}”, whose input has {least} axes{' or more' if elided < 0 else ''}; "
            f"it gets {shape_text(shape)}. Change the equation, or Reshape the input.",
            port="input",
            wants=WantsRank(least, None if equation.left or equation.right else least),
        )
    value = p["output_shape"]
    own: Shape = (value,) if isinstance(value, int) else p.dims("output_shape")
    before, after = (shape[1:elided], ()) if equation.left else ((), shape[len(shape) - elided :])
    full = (shape[0], *before, *own, *after)
    wanted = len(equation.output) + elided
    if len(full) != wanted:
        raise clash(
            NAME,
            "output_shape",
            f"the output of “{p['equation']}” has {wanted} axes for {shape_text(shape)}; output_shape gives "
            f"{shape_text(full)}. Give {len(own) + wanted - len(full)} sizes, without the batch.",
        )
    return full, elided


def solved(p: Settings, shape: Shape) -> Solved:
    """The shapes of the equation for this input. Raises ShapeError where they do not go together."""
    equation = parsed(p.text("equation"))
    full, elided = _full_output(p, equation, shape)
    shift = elided if equation.left else 0
    given = {letter: shape[at + shift] for at, letter in enumerate(equation.input)}
    out = {letter: full[at + shift] for at, letter in enumerate(equation.output)}
    for letter in equation.input:
        if letter in out and out[letter] is not None and out[letter] != given[letter]:
            raise clash(
                NAME,
                "output_shape",
                f"{letter} is {given[letter]} in the input {shape_text(shape)} and {out[letter]} in the output "
                f"{shape_text(full)}. Make them the same, or leave it None there.",
            )
    kernel = tuple(out[letter] if letter in out else given[letter] for letter in equation.kernel)
    if None in kernel:
        letter = equation.kernel[kernel.index(None)]
        if letter not in given:
            raise clash(NAME, "output_shape", f"the kernel needs the size of {letter}; write it in place of None.")
        raise ShapeError(
            "shape.unknown",
            f"{NAME} must know the size of {letter} to make its kernel; the input is {shape_text(shape)}, the output "
            f"{shape_text(full)}. Give the Input a fixed size there, or write it into output_shape.",
            port="input",
            wants=WantsKnown(equation.input.index(letter) + shift) if letter in equation.input else None,
        )
    return Solved(full, kernel, _bias(p, equation, out, 0 if equation.left else elided))


def _bias(p: Settings, equation: Equation, out: dict[str, int | None], behind: int) -> Shape | None:
    letters = p["bias_axes"]
    if not isinstance(letters, str):
        return None
    if not letters or any(letter not in out for letter in letters):
        raise clash(NAME, "bias_axes", f"“{letters}” should be letters of the output “{equation.output}”, or None.")
    first = min(equation.output.index(letter) for letter in letters)
    bias = tuple(out[letter] if letter in letters else 1 for letter in equation.output[first:])
    if None in bias:
        letter = equation.output[first + bias.index(None)]
        raise clash(NAME, "bias_axes", f"the size of {letter} is unknown, so there can be no bias along it.")
    return (*bias, *(1,) * behind)


def _infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    check_lora(p, NAME, "kernel_constraint")
    return result(p, solved(p, x.shape).output)


def _sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(size for size in shape if size is not None)


def _weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    found = solved(p, x.shape)
    made = [Weight("kernel", _sizes(found.kernel))]
    if found.bias is not None:
        made.append(Weight("bias", _sizes(found.bias)))
    return adapted(p, variables(p, *made))


def _cost(p: Settings, x: TensorSpec) -> int | None:
    """Every output element sums over the axes of the input and kernel that it does not have."""
    equation, shape = parsed(p.text("equation")), x.shape
    found = solved(p, shape)
    summed = [letter for letter in equation.input if letter not in equation.output]
    shift = len(shape) - len(equation.input) if equation.left else 0
    sizes = {letter: shape[at + shift] for at, letter in enumerate(equation.input)}
    known = [
        sizes[letter] if size is None and letter in sizes else size
        for letter, size in zip(equation.output, found.output[shift : shift + len(equation.output)], strict=True)
    ]
    whole = [*found.output[:shift], *known, *found.output[shift + len(known) :]]
    return product((*whole[1:], *(sizes[letter] for letter in summed)))


KINDS = (
    Kind(
        NAME,
        f"keras.layers.{NAME}",
        "Einsum dense",
        Family.CORE,
        "A dense layer along any axes: multiplies by a kernel as an equation says.",
        _infer,
        params=(
            Param(
                "equation",
                Text(examples=("abc,cd->abd", "...x,xy->...y", "ab,bc->ac", "abc,bcd->ad", "ab...,bc->ac...")),
                help="The axes of input, kernel and output as letters; ... stands for any number of axes.",
                start="...x,xy->...y",
            ),
            Param(
                "output_shape",
                Dims(unknown=True, single=True),
                help="The shape that comes out, without the batch and without what ... stands for.",
                start=(64,),
            ),
            activation(None),
            Param(
                "bias_axes",
                Text(optional=True, examples=("d", "y", "c", "bd")),
                None,
                "The axes of the output that have a bias; None has none.",
            ),
            *weight_arguments("kernel", "bias"),
            *regularized("activity"),
            *LORA,
            *COMMON,
        ),
        weights=_weights,
        multiply_adds=_cost,
        headline=("equation", "output_shape"),
    ),
)
