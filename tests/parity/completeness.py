"""Whether the catalogue declares what Keras has: every class, every argument, with Keras's own defaults and texts."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from studio.catalog.declaration import REQUIRED, Kind, Recipe
from studio.catalog.forms import Role
from studio.catalog.registry import CELLS, KINDS, RECIPES
from studio.core.values import Value
from tests.parity.oracle import OURS, keras, keras_class

LAYER_EXTRAS = {"trainable": True, "dtype": None, "activity_regularizer": None}
"""What a layer with **kwargs hands on to keras.layers.Layer, beside its name."""

STEPPED = {"zero_output_for_mask": False}
LAID_OUT: dict[str, Any] = {"data_format": None}
HIDDEN = {
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), STEPPED),
    **{f"ConvLSTM{rank}D": {"unroll": False, **STEPPED} for rank in (1, 2, 3)},
    **dict.fromkeys(("AutoContrast", "RandomBrightness", "RandomContrast", "Solarization"), LAID_OUT),
}
"""What else a layer takes as **kwargs, for the class that it is made from: keras.layers.RNN, or that of images."""

IGNORED = frozenset({"self", "name", "kwargs", "args"})

UNHEARD = {
    "HashedCrossing": ("trainable", "activity_regularizer"),
    "TextVectorization": ("trainable", "dtype"),
    "StringLookup": ("trainable", "dtype"),
    "IntegerLookup": ("trainable", "dtype"),
}
"""Arguments that a layer takes among its **kwargs and does not look at."""

NOT_OFFERED = {
    "ops.zeros_like.dtype": "an ops.cast says it",
    "ops.ones_like.dtype": "an ops.cast says it",
    "ops.cumsum.dtype": "an ops.cast says it",
    "ops.cumprod.dtype": "an ops.cast says it",
    "ops.prod.dtype": "an ops.cast says it",
    "ops.max.initial": "a number for empty tensors, which no drawing has",
    "ops.min.initial": "a number for empty tensors, which no drawing has",
    "ops.one_hot.sparse": "sparse tensors are not supported",
    "Dense.quantization_config": "quantizing is done to a trained model, by a way of its own",
    "Embedding.quantization_config": "quantizing is done to a trained model, by a way of its own",
    "EinsumDense.quantization_config": "quantizing is done to a trained model, by a way of its own",
    "EinsumDense.gptq_unpacked_column_size": "quantizing is done to a trained model, by a way of its own",
    "Embedding.weights": "weights are no part of a drawing",
    "Bidirectional.weights": "weights are no part of a drawing",
    "BatchNormalization.renorm_clipping": "a dictionary of three limits, for which there is no form yet",
    **{
        f"{cell}.activity_regularizer": "a penalty inside of the loop over the steps, which Keras cannot collect"
        for cell in ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")
    },
    "Muon.exclude_layers": "patterns of names that exist in the built model only",
    "ActivityRegularization.activity_regularizer": "it makes one of its own, and Keras refuses a second",
    **{
        f"{name}.sparse": "sparse tensors are not supported"
        for name in (
            "CategoryEncoding",
            "Discretization",
            "HashedCrossing",
            "Hashing",
            "IntegerLookup",
            "StringLookup",
            "TextVectorization",
        )
    },
    **{
        f"{name}.activity_regularizer": "there is no penalty on the numbers of words"
        for name in ("IntegerLookup", "StringLookup", "TextVectorization")
    },
    "TextVectorization.ragged": "ragged tensors are not supported",
    **{
        f"{name}.{argument}": "Keras takes it, and it changes nothing"
        for name, arguments in UNHEARD.items()
        for argument in arguments
    },
    "Input.sparse": "sparse tensors are not supported",
    "Input.ragged": "ragged tensors are not supported",
    "Input.batch_shape": "the same as shape and batch_size",
    "Input.tensor": "a tensor is no part of a drawing",
    "Input.optional": "every Input is bound to data",
}
"""Arguments that are not declared, and why."""

LATER = {
    "Lambda": "holds code: offered as a Custom layer, which runs only once its very text is trusted",
    **dict.fromkeys(("CutMix", "MixUp"), "changes the labels as well, which no layer in a model can"),
    "MaxNumBoundingBoxes": "changes boxes, which are labels and no part of a model",
    "Equalization": "hands on the very tensor that it gets, so that Keras cannot build a model with it (a cycle)",
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TorchModuleWrapper"), "holds code of another library, written by hand"),
    **dict.fromkeys(("Layer", "Wrapper", "InputSpec"), "others are made from it; it does nothing by itself"),
    "Pipeline": "a chain of layers is drawn as such, or as a block",
    "InputLayer": "made by Input",
    "glu": "halves the last axis, which Keras's own shapes do not know",
    "threshold": "has two required arguments, which a text cannot give",
    **dict.fromkeys(("STFT", "Initializer", "Regularizer", "Constraint", "Loss", "Metric"), "no choice in a form"),
    **dict.fromkeys(("LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap"), "wraps other optimizers"),
    **dict.fromkeys(("Mean", "Sum", "MeanMetricWrapper"), "measures nothing by itself"),
    "LearningRateSchedule": "nothing by itself",
    **dict.fromkeys(
        (
            "BackupAndRestore", "CSVLogger", "History", "ModelCheckpoint", "OrbaxCheckpoint", "ProgbarLogger",
            "RemoteMonitor", "TensorBoard",
        ),
        "the studio keeps records, checkpoints and curves itself",
    ),
    **dict.fromkeys(("Callback", "CallbackList"), "nothing by itself"),
    **dict.fromkeys(("LambdaCallback", "LearningRateScheduler"), "holds code"),
}  # fmt: skip
"""What Keras has and the catalogue has not, and why."""

HOMES = {
    Role.ACTIVATION: keras.activations,
    Role.INITIALIZER: keras.initializers,
    Role.REGULARIZER: keras.regularizers,
    Role.CONSTRAINT: keras.constraints,
    Role.LOSS: keras.losses,
    Role.METRIC: keras.metrics,
    Role.OPTIMIZER: keras.optimizers,
    Role.SCHEDULE: keras.optimizers.schedules,
    Role.CALLBACK: keras.callbacks,
}
FUNCTIONS = frozenset({"get", "serialize", "deserialize"})


def complaints() -> list[str]:
    """Everything that is missing, too much, or declared with another default than Keras's."""
    return [*_missing_classes(), *_wrong_arguments(), *_wrong_texts()]


def _missing_classes() -> Iterator[str]:
    have = {keras_class(kind.path).__name__ for kind in (*KINDS.values(), *CELLS.values()) if kind.path}
    for value in vars(keras.layers).values():
        if inspect.isclass(value) and value.__name__ not in have and value.__name__ not in LATER:
            yield f"keras.layers.{value.__name__} is neither declared nor listed"
    for role, home in HOMES.items():
        have = {recipe.name for (each, _), recipe in RECIPES.items() if each is role}
        for name, value in vars(home).items():
            is_one = inspect.isfunction(value) if role is Role.ACTIVATION else inspect.isclass(value)
            known = value.__name__ in have or value.__name__ in LATER if is_one else True
            if not name.startswith("_") and name not in FUNCTIONS and not known:
                yield f"{home.__name__}.{value.__name__} is neither declared nor listed"
    stale = [name for name in LATER if name in KINDS or name in CELLS or any(name == known for _, known in RECIPES)]
    yield from (f"{name} is declared and listed as left out" for name in stale)


def _wrong_arguments() -> Iterator[str]:
    for made in (*KINDS.values(), *CELLS.values(), *dict.fromkeys(RECIPES.values())):
        if made.path and not (isinstance(made, Recipe) and made.role is Role.ACTIVATION):
            yield from _wrong_arguments_of(made)


def _wrong_arguments_of(made: Kind | Recipe) -> Iterator[str]:
    if isinstance(made, Kind) and made.is_operation:
        yield from _wrong_operands(made)
        return
    theirs = _signature(made)
    ours = {name: param.default for name, param in made.declared.items() if name not in OURS.get(made.name, ())}
    for name in sorted(theirs.keys() | ours.keys()):
        label = f"{made.name}.{name}"
        if name not in ours:
            if label not in NOT_OFFERED:
                yield f"{label} is not declared"
        elif name not in theirs:
            yield f"{label} is declared, and Keras has no such argument"
        elif not _same(ours[name], theirs[name]):
            yield f"{label} is {theirs[name]!r} in Keras and {ours[name]!r} here"
    required = [name for name, default in theirs.items() if default is inspect.Parameter.empty]
    if required != [name for name, default in ours.items() if default is REQUIRED]:
        yield f"{made.name} requires {required} in this order"


def _wrong_operands(kind: Kind) -> Iterator[str]:
    """An operation's arguments are its tensors, in their order, and its params."""
    theirs = dict(inspect.signature(keras_class(kind.path)).parameters)
    ports = [port.name for port in kind.inputs]
    for name in sorted({*ports, *kind.declared} - theirs.keys()):
        yield f"{kind.name}.{name} is declared, and Keras has no such argument"
    for name, parameter in theirs.items():
        param = kind.declared.get(name)
        if name in ports or name in IGNORED:
            continue
        if param is None:
            if f"{kind.name}.{name}" not in NOT_OFFERED:
                yield f"{kind.name}.{name} is not declared"
        elif not _same(param.default, parameter.default):
            yield f"{kind.name}.{name} is {parameter.default!r} in Keras and {param.default!r} here"
    if [name for name in theirs if name in ports] != ports:
        yield f"{kind.name} takes its tensors in another order"


def _signature(made: Kind | Recipe) -> dict[str, Any]:
    """The arguments that can be given and their defaults; what only goes on to keras.layers.Layer as well."""
    target = keras_class(made.path)
    parameters = inspect.signature(target).parameters
    theirs = {name: parameter.default for name, parameter in parameters.items() if name not in IGNORED}
    takes_more = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())
    if isinstance(made, Kind) and takes_more:
        theirs = {**LAYER_EXTRAS, **HIDDEN.get(made.name, {}), **theirs}
    if made.name == "Input":  # a function that asks for one of shape, batch_shape and tensor
        theirs["shape"], theirs["dtype"] = inspect.Parameter.empty, "float32"
    return theirs


def _same(ours: Value | object, theirs: object) -> bool:
    if ours is REQUIRED or theirs is inspect.Parameter.empty:
        return ours is REQUIRED and theirs is inspect.Parameter.empty
    return type(ours) is type(theirs) and ours == theirs


def _wrong_texts() -> Iterator[str]:
    for (role, text), recipe in RECIPES.items():
        if role in (Role.SCHEDULE, Role.CALLBACK) or not recipe.path or recipe.short is None:
            continue
        try:
            found = HOMES[role].get(text)
        except Exception as error:
            yield f"Keras takes no {role} “{text}”: {error}"
            continue
        name = getattr(found, "__name__", type(found).__name__)
        if name.replace("_", "").lower() != recipe.name.replace("_", "").lower():
            yield f"the {role} “{text}” is {name} in Keras and {recipe.name} here"
