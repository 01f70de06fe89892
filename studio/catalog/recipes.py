"""Small Keras objects by role: activations, initializers, regularizers, constraints."""

from __future__ import annotations

from studio.catalog.arguments import COMMON, SEED
from studio.catalog.declaration import Param, Recipe
from studio.catalog.forms import Axes, Choice, Entries, EntryKind, Number, Role

DTYPE = COMMON[1]
GAIN = Param("gain", Number(), 1.0, "What the result is multiplied by.")
SOME_AXES = Entries(EntryKind.WHOLE, optional=True)
INPUT_AXES = Param("input_axes", SOME_AXES, None, "Which axes of the weight count as inputs.", True)
OUTPUT_AXES = Param("output_axes", SOME_AXES, None, "Which axes of the weight count as outputs.", True)
FANS = (INPUT_AXES, OUTPUT_AXES)


def _activation(name: str, summary: str, *aliases: str) -> Recipe:
    return Recipe(name, f"keras.activations.{name}", Role.ACTIVATION, summary, short=name, aliases=aliases)


def _activation_layer(name: str, summary: str, *params: Param) -> Recipe:
    """A layer that stands for an activation with params of its own."""
    return Recipe(name, f"keras.layers.{name}", Role.ACTIVATION, summary, (*params, DTYPE))


def _initializer(name: str, short: str | None, summary: str, *params: Param, aliases: tuple[str, ...] = ()) -> Recipe:
    return Recipe(name, f"keras.initializers.{name}", Role.INITIALIZER, summary, params, short, aliases)


def _regularizer(name: str, short: str, summary: str, *params: Param) -> Recipe:
    return Recipe(name, f"keras.regularizers.{name}", Role.REGULARIZER, summary, params, short)


def _constraint(name: str, short: str, summary: str, *params: Param) -> Recipe:
    return Recipe(name, f"keras.constraints.{name}", Role.CONSTRAINT, summary, params, short)


ACTIVATIONS = (
    _activation("relu", "Keeps what is positive, 0 otherwise."),
    _activation("sigmoid", "Squeezes everything between 0 and 1."),
    _activation("softmax", "Turns scores into shares that add up to 1."),
    _activation("tanh", "Squeezes everything between −1 and 1."),
    _activation("linear", "Changes nothing."),
    _activation("gelu", "A smooth relu, usual in transformers."),
    _activation("silu", "x · sigmoid(x), a smooth relu.", "swish"),
    _activation("elu", "A relu that bends smoothly towards −1."),
    _activation("selu", "An elu scaled so that mean and variance stay."),
    _activation("leaky_relu", "A relu that lets a fifth of what is negative through."),
    _activation("relu6", "A relu cut at 6."),
    _activation("softplus", "A smooth relu: log(1 + eˣ)."),
    _activation("softsign", "x / (1 + |x|), a slower tanh."),
    _activation("exponential", "eˣ."),
    _activation("mish", "x · tanh(softplus(x)), a smooth relu."),
    _activation("hard_sigmoid", "A sigmoid of straight lines: fast."),
    _activation("hard_silu", "A silu of straight lines: fast.", "hard_swish"),
    _activation("hard_tanh", "A tanh of straight lines: fast."),
    _activation("celu", "An elu whose slope has no kink."),
    _activation("log_sigmoid", "The logarithm of the sigmoid."),
    _activation("log_softmax", "The logarithm of softmax."),
    _activation("sparsemax", "A softmax that gives exact zeros."),
    _activation("sparse_plus", "A softplus with exact zeros."),
    _activation("sparse_sigmoid", "A sigmoid with exact zeros and ones."),
    _activation("squareplus", "(x + √(x² + 4)) / 2, a smooth relu."),
    _activation("hard_shrink", "Sets what lies between −0.5 and 0.5 to 0."),
    _activation("soft_shrink", "Pulls everything 0.5 towards 0."),
    _activation("tanh_shrink", "x − tanh(x)."),
    _activation_layer(
        "ReLU",
        "relu with a slope, a threshold and a largest value.",
        Param("max_value", Number(0, optional=True), None, "What larger values are cut to; None cuts nothing."),
        Param("negative_slope", Number(0), 0.0, "What negative values are multiplied by."),
        Param("threshold", Number(0), 0.0, "Where positive begins."),
    ),
    _activation_layer(
        "LeakyReLU",
        "leaky_relu with a slope of your choice.",
        Param("negative_slope", Number(0), 0.3, "What negative values are multiplied by."),
    ),
    _activation_layer(
        "ELU", "elu with an end of your choice.", Param("alpha", Number(), 1.0, "Where large negative values end.")
    ),
)

INITIALIZERS = (
    _initializer(
        "GlorotUniform", "glorot_uniform", "Uniform, scaled by inputs and outputs: Keras's usual choice.", SEED, *FANS
    ),
    _initializer("GlorotNormal", "glorot_normal", "Normal, scaled by inputs and outputs.", SEED, *FANS),
    _initializer("HeUniform", "he_uniform", "Uniform, scaled by inputs: made for relu.", SEED, *FANS),
    _initializer("HeNormal", "he_normal", "Normal, scaled by inputs: made for relu.", SEED, *FANS),
    _initializer("LecunUniform", "lecun_uniform", "Uniform, scaled by inputs: made for selu.", SEED, *FANS),
    _initializer("LecunNormal", "lecun_normal", "Normal, scaled by inputs: made for selu.", SEED, *FANS),
    _initializer("Zeros", "zeros", "All 0.", aliases=("zero",)),
    _initializer("Ones", "ones", "All 1.", aliases=("one",)),
    _initializer("Constant", None, "All the same.", Param("value", Number(), 0.0, "The number.")),
    _initializer(
        "RandomUniform",
        "random_uniform",
        "Uniform between two numbers.",
        Param("minval", Number(), -0.05, "The smallest."),
        Param("maxval", Number(), 0.05, "The largest."),
        SEED,
        aliases=("uniform",),
    ),
    _initializer(
        "RandomNormal",
        "random_normal",
        "Normal around a mean.",
        Param("mean", Number(), 0.0, "The mean."),
        Param("stddev", Number(), 0.05, "The standard deviation."),
        SEED,
        aliases=("normal",),
    ),
    _initializer(
        "TruncatedNormal",
        "truncated_normal",
        "Normal, without what lies far from the mean.",
        Param("mean", Number(), 0.0, "The mean."),
        Param("stddev", Number(), 0.05, "The standard deviation."),
        SEED,
    ),
    _initializer(
        "VarianceScaling",
        "variance_scaling",
        "Scaled by inputs or outputs as you choose.",
        Param("scale", Number(0, above=True), 1.0, "What the variance is multiplied by."),
        Param("mode", Choice(("fan_in", "fan_out", "fan_avg")), "fan_in", "What it is divided by."),
        Param(
            "distribution",
            Choice(("truncated_normal", "untruncated_normal", "uniform")),
            "truncated_normal",
            "What is drawn from.",
        ),
        SEED,
        *FANS,
    ),
    _initializer(
        "Orthogonal",
        "orthogonal",
        "An orthogonal matrix: usual for recurrent weights.",
        GAIN,
        SEED,
        aliases=("OrthogonalInitializer",),
    ),
    _initializer(
        "Identity", "identity", "The identity matrix; square weights only.", GAIN, aliases=("IdentityInitializer",)
    ),
)

REGULARIZERS = (
    _regularizer(
        "L1", "l1", "A price on absolute values: makes weights zero.", Param("l1", Number(0), 0.01, "The price.")
    ),
    _regularizer("L2", "l2", "A price on squares: keeps weights small.", Param("l2", Number(0), 0.01, "The price.")),
    _regularizer(
        "L1L2",
        "l1l2",
        "Both prices.",
        Param("l1", Number(0), 0.0, "The price on absolute values."),
        Param("l2", Number(0), 0.0, "The price on squares."),
    ),
    _regularizer(
        "OrthogonalRegularizer",
        "orthogonal_regularizer",
        "A price on rows or columns that are not orthogonal.",
        Param("factor", Number(0), 0.01, "The price."),
        Param("mode", Choice(("rows", "columns")), "rows", "What should be orthogonal."),
    ),
)

AXIS = Param("axis", Axes(several=True), 0, "The axes along which lengths are measured.")

CONSTRAINTS = (
    _constraint(
        "MaxNorm",
        "max_norm",
        "Weight vectors no longer than a limit.",
        Param("max_value", Number(0), 2, "The limit."),
        AXIS,
    ),
    _constraint("NonNeg", "non_neg", "No weight below 0."),
    _constraint("UnitNorm", "unit_norm", "Weight vectors of length 1.", AXIS),
    _constraint(
        "MinMaxNorm",
        "min_max_norm",
        "Weight vectors between two lengths.",
        Param("min_value", Number(0), 0.0, "The shortest."),
        Param("max_value", Number(0), 1.0, "The longest."),
        Param("rate", Number(0, 1), 1.0, "How strictly, from 0 to 1."),
        AXIS,
    ),
)

RECIPES = (*ACTIVATIONS, *INITIALIZERS, *REGULARIZERS, *CONSTRAINTS)
