"""Core layers: Input, Output, Dense and their like."""

from __future__ import annotations

from studio.catalog.adaptation import LORA, adapted, check_lora
from studio.catalog.arguments import ANY, COMMON, activation, regularized, weight_arguments
from studio.catalog.checks import check_batch, too_few_axes, unknown_size
from studio.catalog.declaration import (
    INPUT,
    Family,
    Kind,
    Param,
    Ports,
    Weight,
)
from studio.catalog.dtypes import passed_dtype, result, variables
from studio.catalog.forms import Dims, Dtype, FeatureName, Integer, Number, Object, Objects, Role, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product


def _input(p: Settings) -> tuple[TensorSpec, ...]:
    return (TensorSpec((p["batch_size"], *p.dims("shape")), p.text("dtype")),)  # type: ignore[arg-type]  # checked form


def _output(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    return ()


def _no_ports(p: Settings) -> Ports:
    return ()


def _dense(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    shape = x.shape
    if len(shape) < 2:
        raise too_few_axes("Dense", 2, shape)
    if shape[-1] is None:
        raise unknown_size("Dense", "the size of the last axis", len(shape) - 1, shape)
    if p.values["lora_rank"] is not None:
        check_lora(p, "Dense", "kernel_constraint")
    return result(p, (*shape[:-1], p.whole("units")), x.masked)


def _dense_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    units, features = p.whole("units"), x.shape[-1]
    assert features is not None
    kernel, bias = Weight("kernel", (features, units)), Weight("bias", (units,))
    return adapted(p, variables(p, kernel, bias) if p.on("use_bias") else variables(p, kernel))


def _dense_cost(p: Settings, x: TensorSpec) -> int | None:
    elements = product(x.shape[1:])
    return None if elements is None else elements * p.whole("units")


def _masking(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    check_batch("Masking", x)
    return result(p, x.shape, True)


KINDS = (
    Kind(
        "Input",
        "keras.Input",
        "Input",
        Family.INPUT,
        "Where examples enter the model; bind it to a feature of your data and it takes the shape from there.",
        _input,
        params=(
            Param("shape", Dims(unknown=True), help="The shape of one example, without the batch axis.", start=(16,)),
            Param("batch_size", Integer(1, optional=True), None, "A fixed number of examples per batch.", True),
            Param("dtype", Dtype(optional=False), "float32", "What the numbers are."),
            Param("feature", FeatureName(), None, "The feature of the data that comes in here."),
        ),
        inputs=(),
        headline=("feature",),
    ),
    Kind(
        "Output",
        "",
        "Output",
        Family.INPUT,
        "Where predictions leave the model; bind it to a target and choose the loss.",
        _output,
        params=(
            Param("target", FeatureName(), None, "The feature of the data that is to be predicted."),
            Param("loss", Object(Role.LOSS, optional=True), None, "What training makes small."),
            Param("metrics", Objects(Role.METRIC), (), "What is measured beside the loss."),
            Param("loss_weight", Number(0.0), 1.0, "How much this output counts among several.", True),
        ),
        outputs=_no_ports,
        headline=("target", "loss"),
    ),
    Kind(
        "Dense",
        "keras.layers.Dense",
        "Dense",
        Family.CORE,
        "Connects every unit with every input: activation(input · kernel + bias) along the last axis.",
        _dense,
        params=(
            Param("units", Integer(1), help="The size of the output's last axis.", start=64),
            activation(None),
            Param("use_bias", Switch(), True, "Whether a bias is added."),
            *weight_arguments("kernel", "bias"),
            *regularized("activity"),
            *LORA,
            *COMMON,
        ),
        inputs=(INPUT,),
        weights=_dense_weights,
        multiply_adds=_dense_cost,
        headline=("units", "activation"),
    ),
    Kind(
        "Masking",
        "keras.layers.Masking",
        "Masking",
        Family.CORE,
        "Marks the steps that hold nothing but one value as padding, to be skipped by the layers behind.",
        _masking,
        params=(Param("mask_value", Number(), 0.0, "The value that stands for padding."), *ANY),
        headline=("mask_value",),
    ),
    Kind(
        "Identity",
        "keras.layers.Identity",
        "Identity",
        Family.CORE,
        "Hands its input on unchanged: a place for a name.",
        lambda p, x: (TensorSpec(x.shape, passed_dtype(p, x.dtype), x.masked),),
        params=ANY,
        takes_text=True,
    ),
)
