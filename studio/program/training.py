"""`train()` and `evaluate()`: what `compile` and `fit` are told, and the order of the examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studio.catalog.forms import Role
from studio.document.data_choice import Encoding
from studio.document.encoded import encoded_shape
from studio.document.graph import Node
from studio.document.training_choice import TrainingChoice
from studio.program.bound import Bound, Data
from studio.program.layout import INDENT, Expression, Item, Line, array, call, lines, table
from studio.program.literals import Unwritable, keras_object, literal, objects, one_line, text


@dataclass(frozen=True, slots=True)
class Target:
    """An output of the model: the key by which Keras knows it and the Output node with its loss and metrics."""

    key: str
    node: Node


def batches_class(data: Data, *, shuffles: bool) -> Iterator[Line]:
    """The class that hands out batches."""
    targets = "next(iter(targets.values()))" if len(data.targets) > 1 else "targets"
    for line in f'''\
class Batches(keras.utils.PyDataset):
    """Batches of examples{", in an order for each epoch that SEED repeats" if shuffles else ""}."""

    def __init__(self, inputs, targets):
        super().__init__()
        self.inputs = inputs
        self.targets = targets
        self.order = np.arange(len({targets}))

    def __len__(self):
        return math.ceil(len(self.order) / BATCH_SIZE)

    def __getitem__(self, index):
        rows = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        inputs = {_rows("inputs", data.inputs)}
        targets = {_rows("targets", data.targets)}
        return inputs, targets'''.split("\n"):
        yield line, None
    if shuffles:
        yield "", None
        yield f"{INDENT}def shuffle(self, epoch, logs=None):", None
        order = "np.random.default_rng([SEED, epoch]).permutation(len(self.order))"
        yield f"{INDENT * 2}self.order = {order}", None


PREPARED = (
    "# Let loss and metrics make their variables now; the first step is traced twice otherwise.",
    "inputs, targets = batches[0]",
    "outputs = model(inputs, training=False)",
    "model.compute_loss(inputs, targets, outputs)",
    "model.compute_metrics(inputs, targets, outputs)",
)


def train(
    choice: TrainingChoice, data: Data, targets: tuple[Target, ...], *, is_stateful: bool, is_adapting: bool
) -> Iterator[Line]:
    """The function's lines. A stateful model must not see a batch before training does; layers adapt before all."""
    problems: list[Line] = []
    compiled = _compile(choice, targets, problems)
    callbacks = _callbacks(choice, problems)
    yield "def train(model, data, callbacks=()):", None
    first = "Adapt layers to the training inputs, compile" if is_adapting else "Compile"
    yield f'{INDENT}"""{first} the model, fit it and return its History."""', None
    yield from ((f"{INDENT}# {one_line(problem)}.", node) for problem, node in problems)
    if is_adapting and data.is_streamed:
        yield f"{INDENT}with naming_files(data):", None
        yield f'{INDENT * 2}adapt(model, *data["train"])', None
    elif is_adapting:
        inputs = '*data["train"]' if data.is_stored else 'data["train"][0]'
        yield f"{INDENT}adapt(model, {inputs})", None
    yield from lines(compiled, INDENT)
    yield f"{INDENT}model.optimizer.build(model.trainable_variables)", None
    weights = {"class_weight": 'balanced_weights(data["train"][1])'} if is_balanced(choice, data) else {}
    named = {**_validation(data), **weights}
    if data.is_streamed:
        yield from _fit_streamed(choice, callbacks, named, is_stateful)
        return
    if choice.shuffle or data.is_stored:
        yield f'{INDENT}batches = Batches(*data["train"])', None
        if choice.shuffle and not is_stateful:
            yield from ((f"{INDENT}{line}", None) for line in PREPARED)
        # `fit` would put the batches into yet another order, which depends on all that ever drew from `random`.
        shuffling = call("keras.callbacks.LambdaCallback", on_epoch_begin="batches.shuffle")
        given = array((shuffling, *callbacks, "*callbacks")) if choice.shuffle else _all(callbacks)
        fit = call("model.fit", "batches", epochs="EPOCHS", **named, callbacks=given, shuffle="False", verbose="2")
    else:
        yield f'{INDENT}inputs, targets = data["train"]', None
        fit = call(
            "model.fit",
            "inputs",
            "targets",
            batch_size="BATCH_SIZE",
            epochs="EPOCHS",
            **named,
            callbacks=_all(callbacks),
            shuffle="False",
            verbose="2",
        )
    yield from lines(fit, INDENT, "return ")


def evaluate(data: Data) -> Iterator[Line]:
    """The function's lines."""
    part = next(part for part in ("test", "validation", "train") if part in data.parts)
    article = {"test": "the test", "validation": "the validation", "train": "the training"}[part]
    yield "def evaluate(model, data):", None
    if data.parts_are_found:
        yield f'{INDENT}"""Return the loss and the metrics on examples that it has not seen, if any."""', None
        yield f'{INDENT}parts = ("test", "validation", "train")', None
        yield f"{INDENT}inputs, targets = next(data[part] for part in parts if part in data)", None
    else:
        yield f'{INDENT}"""Return the loss and the metrics on {article} examples."""', None
        yield f'{INDENT}inputs, targets = data["{part}"]', None
    examples: list[Item | Expression] = ["inputs", "targets", Item("BATCH_SIZE", "batch_size=")]
    if data.batches:
        examples = [f"{data.batches}(inputs, targets)"]
    evaluated = call("model.evaluate", *examples, verbose="0", return_dict="True")
    if data.is_streamed:
        yield f"{INDENT}with naming_files(data):", None
    yield from lines(evaluated, INDENT * 2 if data.is_streamed else INDENT, "return ")


def is_balanced(choice: TrainingChoice, data: Data) -> bool:
    """Whether classes are weighed: Keras can where there is one output, with one class for each example."""
    if not choice.balanced or not data.is_known or len(data.targets) != 1:
        return False
    feature = data.targets[0].feature
    shape = encoded_shape(feature)
    match feature.encoding:
        case Encoding.CATEGORY:
            return shape in ((), (1,))
        case Encoding.ONE_HOT:
            return len(shape) == 1
        case _:
            return False


def _validation(data: Data) -> dict[str, Expression]:
    """What `fit` is told of the validation part."""
    is_certain = "validation" in data.parts
    if not is_certain and not data.parts_are_found:
        return {}
    if not data.batches:
        examples = 'data["validation"]' if is_certain else 'data.get("validation")'
        return {"validation_data": examples, "validation_batch_size": "BATCH_SIZE"}
    read = f'{data.batches}(*data["validation"])'
    return {"validation_data": read if is_certain else f'{read} if "validation" in data else None'}


def _fit_streamed(
    choice: TrainingChoice, callbacks: list[Expression], named: dict[str, Expression], is_stateful: bool
) -> Iterator[Line]:
    """The rest of `train`, where files are read meanwhile; `tf.data` puts examples in order, and not `fit`."""
    shuffling = ", shuffles=True" if choice.shuffle else ""
    yield f'{INDENT}examples = batches(*data["train"]{shuffling})', None
    yield f"{INDENT}with naming_files(data):", None
    if choice.shuffle and not is_stateful:
        prepared = (line.replace("batches[0]", "next(iter(examples))") for line in PREPARED)
        yield from ((f"{INDENT * 2}{line}", None) for line in prepared)
    given = _all(callbacks)
    fit = call("model.fit", "examples", epochs="EPOCHS", **named, callbacks=given, shuffle="False", verbose="2")
    yield from lines(fit, INDENT * 2, "return ")


def _all(callbacks: list[Expression]) -> Expression:
    return array((*callbacks, "*callbacks")) if callbacks else "list(callbacks)"


def _rows(name: str, bounds: tuple[Bound, ...]) -> str:
    one = "pick({}, rows)" if any(bound.is_text for bound in bounds) else "{}[rows]"
    if len(bounds) > 1:
        return f"{{name: {one.format('values')} for name, values in self.{name}.items()}}"
    return one.format(f"self.{name}")


def _compile(choice: TrainingChoice, targets: tuple[Target, ...], problems: list[Line]) -> Expression:
    """The call of `compile`. Keras wants a weight for every loss as soon as one has a weight."""
    learned = [target for target in targets if target.node.params.get("loss") is not None]
    problems += [(f"{target.node.name} has no loss", target.node.id) for target in targets if target not in learned]
    weights = [target.node.params.get("loss_weight", 1.0) for target in learned]
    written: dict[str, list[tuple[Target, Expression | None]]] = {
        "loss": [(target, _attempt(target, "loss", Role.LOSS, problems)) for target in learned],
        "metrics": [(target, _attempt(target, "metrics", Role.METRIC, problems)) for target in targets],
        "loss_weights": [
            (target, repr(weight) if isinstance(weight, (int, float)) else "1.0")
            for target, weight in zip(learned, weights, strict=True)
            if any(each != 1 for each in weights)
        ],
    }
    arguments = [Item(_optimizer(choice, problems), "optimizer=")]
    for argument, expressions in written.items():
        values = [(target, expression) for target, expression in expressions if expression is not None]
        if values and len(targets) == 1:
            target, expression = values[0]
            arguments.append(Item(expression, f"{argument}=", target.node.id))
        elif values:
            rows = ((text(target.key), expression, target.node.id) for target, expression in values)
            arguments.append(Item(table(rows), f"{argument}="))
    return call("model.compile", *arguments)


def _attempt(target: Target, param: str, role: Role, problems: list[Line]) -> Expression | None:
    """What stands under `param` of an Output, if anything does that can be written."""
    value = target.node.params.get(param)
    if value is None or value == ():
        return None
    try:
        return objects(value, role) if isinstance(value, tuple) else literal(value, role)
    except Unwritable as error:
        problems.append((f"A {role} of {target.node.name} is left out: {error.reason}", target.node.id))
        return None


def _optimizer(choice: TrainingChoice, problems: list[Line]) -> Expression:
    try:
        return keras_object(choice.optimizer.kind, choice.optimizer.params, Role.OPTIMIZER)
    except Unwritable as error:
        problems.append((f"The optimizer is left out: {error.reason}", None))
        return text("adam")


def _callbacks(choice: TrainingChoice, problems: list[Line]) -> list[Expression]:
    made: list[Expression] = []
    for callback in choice.callbacks:
        try:
            made.append(keras_object(callback.kind, callback.params, Role.CALLBACK))
        except Unwritable as error:
            problems.append((f"A callback is left out: {error.reason}", None))
    return made
