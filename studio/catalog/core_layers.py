"""Core layers: Input, Output, Dense and their like."""

from __future__ import annotations

from studio.catalog.arguments import COMMON, activation, regularized, weight_arguments
from studio.catalog.declaration import (
    INPUT,
    OUTPUT,
    Family,
    Kind,
    Param,
    Ports,
    ShapeError,
    WantsKnown,
    WantsRank,
    Weight,
)
from studio.catalog.dtypes import compute_dtype
from studio.catalog.forms import Dims, Dtype, FeatureName, Integer, Number, Object, Objects, Role, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product, shape_text


def _input(p: Settings) -> tuple[TensorSpec, ...]:
    return (TensorSpec((p["batch_size"], *p.dims("shape")), p.text("dtype")),)  # type: ignore[arg-type]  # checked form


def _output(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    return ()


def _no_ports(p: Settings) -> Ports:
    return ()


def _dense(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    if len(x.shape) < 2:
        raise ShapeError(
            "shape.rank",
            f"Dense wants at least one axis beside the batch; it gets {shape_text(x.shape)}.",
            port="input",
            wants=WantsRank(2, None),
        )
    if x.shape[-1] is None:
        raise ShapeError(
            "shape.unknown",
            f"Dense needs to know the size of the last axis to make its weights; it gets {shape_text(x.shape)}.",
            port="input",
            wants=WantsKnown(len(x.shape) - 1),
        )
    return (TensorSpec((*x.shape[:-1], p.whole("units")), compute_dtype(p, x.dtype), x.masked),)


def _dense_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    units = p.whole("units")
    assert x.shape[-1] is not None
    kernel = Weight("kernel", (x.shape[-1], units))
    return (kernel, Weight("bias", (units,))) if p.on("use_bias") else (kernel,)


def _dense_cost(p: Settings, x: TensorSpec) -> int | None:
    elements = product(x.shape[1:])
    return None if elements is None else elements * p.whole("units")


KINDS = (
    Kind(
        "Input",
        "keras.Input",
        "Input",
        Family.INPUT,
        "Where examples enter the model; bind it to a feature of your data and it takes the shape from there.",
        _input,
        params=(
            Param("shape", Dims(unknown=True), help="The shape of one example, without the batch axis."),
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
            Param("units", Integer(1), help="The size of the output's last axis."),
            activation(None),
            Param("use_bias", Switch(), True, "Whether a bias is added."),
            *weight_arguments("kernel", "bias"),
            *regularized("activity"),
            Param("lora_rank", Integer(1, optional=True), None, "The rank of a low-rank adaptation.", True),
            Param("lora_alpha", Number(optional=True), None, "The scale of the low-rank adaptation.", True),
            *COMMON,
        ),
        inputs=(INPUT,),
        outputs=lambda p: (OUTPUT,),
        weights=_dense_weights,
        multiply_adds=_dense_cost,
        headline=("units", "activation"),
    ),
)
