"""Good models of many sorts, of which nothing is to be said but hints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from studio.document import edits
from studio.document.document import Document
from tests.mistakes.data import DATA
from tests.notation import graph

SPARSE = 'output(target="digit", loss="sparse_categorical_crossentropy", metrics=("accuracy",))'
PRICE = 'output(target="price", loss="mse", metrics=("mae",))'
YES = 'output(target="yes", loss="binary_crossentropy", metrics=("accuracy", AUC()))'


def _drawn(text: str) -> Document:
    document = graph(text)
    document.apply(edits.set_data(document, DATA))
    return document


def _residual() -> str:
    """A ResNet of three stages, with projections where the width changes."""
    stem = 'conv2d(16, 7, strides=2, padding="same", use_bias=False)'
    lines = [f'input(64, 64, 3, feature="photo") > {stem} > batch_normalization > r0: ReLU']
    for at, (width, strides) in enumerate(((16, 1), (32, 2), (64, 2)), 1):
        before = f"r{at - 1}"
        conv = f'conv2d({width}, 3, padding="same", use_bias=False)'
        first = f'conv2d({width}, 3, strides={strides}, padding="same", use_bias=False)'
        skip = f"conv2d({width}, 1, strides={strides}, use_bias=False)"
        lines.append(f"{before} > {first} > batch_normalization > ReLU > {conv} > batch_normalization > s{at}: add")
        lines.append(f"{before} > {skip} > batch_normalization > s{at} > r{at}: ReLU")
    lines.append(f'r3 > global_average_pooling2d > dense(10, activation="softmax") > {SPARSE}')
    return "\n".join(lines)


def _unet() -> str:
    conv = 'conv2d({0}, 3, padding="same", activation="relu") > conv2d({0}, 3, padding="same", activation="relu")'
    down = [conv.format(8), conv.format(16), conv.format(32)]
    return f"""
        input(64, 64, 3, feature="photo") > {down[0]} > a: identity
        a > max_pooling2d > {down[1]} > b: identity
        b > max_pooling2d > {down[2]} > dropout(0.2) > conv2d_transpose(16, 2, strides=2) > j: concatenate; b > j
        j > {conv.format(16)} > conv2d_transpose(8, 2, strides=2) > k: concatenate; a > k
        k > {conv.format(8)} > conv2d(3, 1, activation="softmax")
            > output(target="regions", loss="sparse_categorical_crossentropy", metrics=("accuracy",))
    """


def _transformer() -> str:
    block = """
        x{0} > m{0}: multi_head_attention(4, 8, dropout=0.1); x{0} > m{0}@value; m{0} > dropout(0.1) > a{0}: add
        x{0} > a{0} > n{0}: layer_normalization
        n{0} > dense(128, activation="gelu") > dense(32) > dropout(0.1) > f{0}: add; n{0} > f{0}
        f{0} > x{1}: layer_normalization
    """
    return f"""
        input(40, dtype="int32", feature="tokens") > x0: embedding(10000, 32, mask_zero=True)
        {block.format(0, 1)}{block.format(1, 2)}
        x2 > global_average_pooling1d > dense(32, activation="relu") > dropout(0.1)
            > dense(1, activation="sigmoid") > {YES}
    """


TEXTS: Mapping[str, str] = {
    "a multilayer perceptron": f'input(8, feature="numbers") > dense(64, activation="relu") > dropout(0.3)'
    f' > dense(32, activation="relu") > dense(1) > {PRICE}',
    "softmax regression": f'input(784, feature="pixels") > dense(10, activation="softmax") > {SPARSE}',
    "a small convolutional network": f'input(28, 28, 1, feature="image") > conv2d(32, 3, activation="relu")'
    ' > max_pooling2d > conv2d(64, 3, activation="relu") > max_pooling2d > flatten > dropout(0.5)'
    f' > dense(10, activation="softmax") > {SPARSE}',
    "VGG": 'input(64, 64, 3, feature="photo") > '
    + "".join(f'conv2d({width}, 3, padding="same", activation="relu") > max_pooling2d > ' for width in (16, 32, 64))
    + f'flatten > dense(128, activation="relu") > dropout(0.5) > dense(10, activation="softmax") > {SPARSE}',
    "scores instead of softmax": 'input(28, 28, 1, feature="image") > flatten > dense(64, activation="relu")'
    ' > dense(10) > output(target="digit", loss=SparseCategoricalCrossentropy(from_logits=True))',
    "pixels rescaled in the model": 'input(64, 64, 3, feature="raw_photo") > rescaling(0.00392157)'
    f' > conv2d(8, 3, activation="relu") > global_average_pooling2d > dense(10, activation="softmax") > {SPARSE}',
    "squeeze and excitation": 'input(28, 28, 1, feature="image") > x: conv2d(16, 3, padding="same", activation="relu")'
    ' > global_average_pooling2d(keepdims=True) > dense(4, activation="relu") > dense(16, activation="sigmoid")'
    f' > m: multiply; x > m > global_average_pooling2d > dense(10, activation="softmax") > {SPARSE}',
    "depthwise separable": 'input(64, 64, 3, feature="photo") > conv2d(16, 3, strides=2, use_bias=False)'
    ' > batch_normalization > ReLU(max_value=6.0) > depthwise_conv2d(3, padding="same", use_bias=False)'
    " > batch_normalization > ReLU(max_value=6.0) > conv2d(24, 1, use_bias=False) > batch_normalization"
    f" > conv2d(48, 1, use_bias=False) > batch_normalization > ReLU(max_value=6.0) > global_average_pooling2d"
    f' > dense(10, activation="softmax") > {SPARSE}',
    "two LSTMs": 'input(100, 6, feature="signal") > lstm(32, return_sequences=True) > dropout(0.2) > lstm(16)'
    f" > dense(1) > {PRICE}",
    "a bidirectional reader": 'input(40, dtype="int32", feature="tokens") > embedding(10000, 32, mask_zero=True)'
    f' > bidirectional(LSTM(16)) > dense(16, activation="relu") > dense(1, activation="sigmoid") > {YES}',
    "a next word": 'input(40, dtype="int32", feature="tokens") > embedding(10000, 32) > gru(64, return_sequences=True)'
    ' > dense(10000, activation="softmax") > output(target="next", loss="sparse_categorical_crossentropy")',
    "a sequence autoencoder": 'input(100, 6, feature="signal") > lstm(16) > repeat_vector(100)'
    ' > lstm(16, return_sequences=True) > time_distributed(Dense(6)) > output(target="signal", loss="mse")',
    "an encoder and a decoder": """
        input(40, dtype="int32", feature="tokens") > embedding(10000, 16) > e: lstm(32, return_state=True)
        input(30, 6, feature="short") > d: lstm(32, return_sequences=True)
        e.state_h > d@initial_state; e.state_c > d@initial_state
        d > global_average_pooling1d > j: concatenate; e > j > dense(1) > output(target="price", loss="mse")
    """,
    "an autoencoder with a narrow code": 'input(784, feature="pixels") > dense(128, activation="relu") > dense(8)'
    ' > dense(128, activation="relu") > dense(784, activation="sigmoid")'
    ' > output(target="pixels", loss="binary_crossentropy")',
    "a convolutional autoencoder": 'input(28, 28, 1, feature="image")'
    ' > conv2d(16, 3, strides=2, padding="same", activation="relu")'
    ' > conv2d_transpose(16, 3, strides=2, padding="same", activation="relu")'
    ' > conv2d(1, 3, padding="same", activation="sigmoid") > output(target="image", loss="binary_crossentropy")',
    "a generator": 'input(8, feature="numbers") > dense(784, use_bias=False) > batch_normalization > LeakyReLU'
    ' > reshape((7, 7, 16)) > conv2d_transpose(8, 5, strides=2, padding="same", use_bias=False)'
    ' > batch_normalization > LeakyReLU > conv2d_transpose(1, 5, strides=2, padding="same", activation="sigmoid")'
    ' > output(target="image", loss="mse")',
    "a discriminator": 'input(28, 28, 1, feature="image") > conv2d(16, 5, strides=2, padding="same") > LeakyReLU'
    ' > dropout(0.3) > conv2d(32, 5, strides=2, padding="same") > LeakyReLU > dropout(0.3) > flatten > dense(1)'
    ' > output(target="yes", loss=BinaryCrossentropy(from_logits=True))',
    "wide and deep": f"""
        x: input(8, feature="numbers") > dense(32, activation="relu") > dense(16, activation="relu") > j: concatenate
        x > j; input(5, feature="city_hot") > j > dense(1) > {PRICE}
    """,
    "an embedded category": f"""
        input(dtype="int64", feature="city") > embedding(5, 3) > j: concatenate
        input(8, feature="numbers") > j > dense(16, activation="relu") > dense(1) > {PRICE}
    """,
    "twins": f"""
        input(8, feature="numbers") > a: dense(16, activation="relu") > s: subtract
        input(8, feature="others") > b: =a > s > dense(1, activation="sigmoid") > {YES}
    """,
    "two tasks": f"""
        input(64, 64, 3, feature="photo") > conv2d(16, 3, activation="relu") > x: global_average_pooling2d
        x > dense(10, activation="softmax") > {SPARSE}; x > dense(1) > {PRICE}
    """,
    "tags": 'input(28, 28, 1, feature="image") > flatten > dense(32, activation="relu")'
    ' > dense(6, activation="sigmoid")'
    ' > output(target="tags", loss="binary_crossentropy", metrics=(BinaryAccuracy(),))',
    "a temporal convolution": 'input(100, 6, feature="signal") > '
    + "".join(f'conv1d(16, 3, padding="causal", dilation_rate={2**at}, activation="relu") > ' for at in range(4))
    + f"global_max_pooling1d > dense(1) > {PRICE}",
    "fine tuning": 'input(64, 64, 3, feature="photo") > conv2d(16, 3, activation="relu", trainable=False)'
    f' > conv2d(16, 3, activation="relu", trainable=False) > global_average_pooling2d > dense(10, activation="softmax")'
    f" > {SPARSE}",
    "a residual network": _residual(),
    "a U-Net": _unet(),
    "a transformer": _transformer(),
}

GOOD: Mapping[str, Callable[[], Document]] = {name: partial(_drawn, text) for name, text in TEXTS.items()}
"""How each is drawn."""
