"""Everything that people write in functional models, saved by Keras, drawn, exported, built again, and run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from studio.session.importing import imported

SIDE = 8
BATCH = 3
Builder = Callable[[], Any]


def stack() -> Any:
    return keras.Sequential(
        [keras.Input((6,)), layers.Dense(5, activation="relu"), layers.Dropout(0.3), layers.Dense(2)]
    )


def unnamed_stack() -> Any:
    model = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.build((None, SIDE, SIDE, 2))
    return model


def residual() -> Any:
    x = keras.Input((SIDE, SIDE, 3))
    y = layers.BatchNormalization()(layers.Conv2D(3, 3, padding="same", use_bias=False)(x))
    y = layers.Add()([x, layers.Activation("swish")(y)])
    return keras.Model(x, layers.GlobalAveragePooling2D()(y))


def operators() -> Any:
    x = keras.Input((4, 6))
    y = (2 * x - 1) / 3 + x**2
    y = 1.0 - ops.relu(y)
    z = ops.concatenate([y[:, 0], y[:, -1], ops.mean(y, axis=1), ops.max(y, axis=(1,))], axis=-1)
    return keras.Model(
        x, ops.softmax(ops.matmul(ops.expand_dims(z, 1), ops.transpose(ops.expand_dims(z, 1), (0, 2, 1))))
    )


def pieces() -> Any:
    x = keras.Input((9,))
    a, b, c = ops.split(x, 3, axis=-1)
    return keras.Model(x, ops.stack([a, ops.maximum(b, c), ops.where(a > 0, b, c)], axis=1)[..., None])


def hard_swish() -> Any:
    x = keras.Input((SIDE, SIDE, 2))
    y = layers.ReLU(6.0)(x + 3.0) * (1.0 / 6.0)
    return keras.Model(x, layers.Multiply()([x, y]))


def shared() -> Any:
    tower = layers.Dense(4, activation="tanh", name="tower")
    one, other = keras.Input((5,), name="one"), keras.Input((5,), name="other")
    return keras.Model([one, other], layers.Dot(axes=-1)([tower(one), tower(other)]))


def encoder_decoder() -> Any:
    source, target = keras.Input((7, 3)), keras.Input((5, 2))
    _, h, c = layers.LSTM(4, return_state=True)(source)
    y = layers.LSTM(4, return_sequences=True)(target, initial_state=[h, c])
    return keras.Model([source, target], layers.TimeDistributed(layers.Dense(2))(y))


def both_ways() -> Any:
    x = keras.Input((6, 3))
    y = layers.Bidirectional(layers.GRU(4, return_sequences=True), merge_mode="sum")(x)
    y = layers.Bidirectional(layers.LSTM(3), backward_layer=layers.LSTM(3, go_backwards=True, activation="relu"))(y)
    return keras.Model(x, layers.Dense(1)(y))


def cells() -> Any:
    x = keras.Input((6, 3))
    return keras.Model(x, layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)], return_sequences=True)(x))


def words() -> Any:
    x = keras.Input((9,), dtype="int32")
    y = layers.LSTM(4, return_sequences=True)(layers.Embedding(20, 5, mask_zero=True)(x))
    return keras.Model(x, layers.Dense(2, activation="softmax")(layers.GRU(3)(y)))


def attention() -> Any:
    x, y = keras.Input((6, 8)), keras.Input((4, 8))
    z, scores = layers.MultiHeadAttention(2, 4)(query=x, value=y, return_attention_scores=True)
    z = layers.LayerNormalization()(z + x)
    return keras.Model([x, y], [z, scores, layers.Attention()([x, y], use_causal_mask=True)])


def nested() -> Any:
    inside = keras.Input((4,))
    two = keras.Model(inside, [layers.Dense(3)(inside), layers.Dense(2)(inside)], name="two")
    stack = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="relu")], name="stack")
    x = keras.Input((4,))
    a, b = two(x)
    c, _ = two(stack(a))
    return keras.Model(x, {"first": layers.Concatenate()([a, b]), "second": c})


def frozen() -> Any:
    backbone = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Conv2D(4, 3), layers.Flatten()], name="backbone")
    backbone.trainable = False
    x = keras.Input((SIDE, SIDE, 3))
    return keras.Model(x, layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.01))(backbone(x)))


def objects() -> Any:
    x = keras.Input((6,))
    y = layers.Dense(
        4,
        activation="leaky_relu",
        kernel_initializer=keras.initializers.HeNormal(seed=3),
        bias_initializer=keras.initializers.Constant(0.1),
        kernel_constraint=keras.constraints.MaxNorm(2.0),
        activity_regularizer="l1",
    )(x)
    return keras.Model(x, layers.Activation(keras.activations.gelu)(layers.PReLU()(y)))


def several() -> Any:
    image, table = keras.Input((SIDE, SIDE, 1), name="image"), keras.Input((3,), name="table")
    y = layers.Flatten()(layers.SeparableConv2D(2, 3, depth_multiplier=2)(image))
    y = layers.Concatenate()([y, table])
    return keras.Model({"image": image, "table": table}, {"price": layers.Dense(1)(y), "kind": layers.Dense(3)(y)})


def joined_masks() -> Any:
    """Keras joins the masks with an operation that it calls `concatenate` too."""
    x = keras.Input((5,), dtype="int32")
    both = [layers.Embedding(10, 4, mask_zero=True)(x), layers.Embedding(10, 3, mask_zero=True)(x)]
    return keras.Model(x, layers.LSTM(3)(layers.Concatenate()(both)))


CONSTRUCTS: tuple[Builder, ...] = (
    stack, unnamed_stack, residual, operators, pieces, hard_swish, shared, encoder_decoder, both_ways, cells, words,
    attention, nested, frozen, objects, several, joined_masks,
)  # fmt: skip


def check(build: Builder, folder: Path) -> list[str]:
    """What is wrong with a model that went to the studio and came back; nothing if both give the same numbers."""
    keras.utils.set_random_seed(1)
    model = build()
    file = folder / f"{build.__name__}.keras"
    model.save(file)
    session, notes = imported(file)
    wrong = [f"note: {note}" for note in notes]
    space: dict[str, Any] = {"__name__": "exported", "__file__": str(file)}
    exec(compile(session.program().text, build.__name__, "exec"), space)
    again = space["build_model"]()
    for layer in model.layers:
        other = next((each for each in again.layers if each.name == layer.name), None)
        if layer.weights and other is None:
            return [*wrong, f"there is no layer {layer.name} any more"]
        if layer.weights:
            other.set_weights(layer.get_weights())
    if len(again.trainable_weights) != len(model.trainable_weights):
        wrong.append(f"{len(again.trainable_weights)} trainable, originally {len(model.trainable_weights)}")
    rng = np.random.default_rng(2)
    data = [
        rng.integers(0, 9, (BATCH, *x.shape[1:])) if "int" in x.dtype else rng.normal(size=(BATCH, *x.shape[1:]))
        for x in model.inputs
    ]
    for mine, its in zip(_outputs(again, data), _outputs(model, data), strict=True):
        if mine.shape != its.shape or not np.allclose(mine, its, atol=1e-6):
            wrong.append(f"gives other numbers, {mine.shape} and {its.shape}")
    return wrong


def _outputs(model: Any, data: list[Any]) -> list[Any]:
    """What a model gives, in the order in which its outputs were written down."""
    given, order = model(data, training=False), getattr(model, "_outputs_struct", None)
    return [given[key] for key in order] if isinstance(order, dict) else keras.tree.flatten(given)


def main() -> None:
    """Check every construct; print what is wrong as one line of JSON."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for build in CONSTRUCTS:
            try:
                found[build.__name__] = check(build, Path(folder))
            except Exception as error:
                found[build.__name__] = [f"{type(error).__name__}: {str(error)[:400]}"]
            keras.backend.clear_session()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
    sys.exit()
