"""Two convolution branches on made-up pictures: the shape of a program that the studio writes."""

import json

import keras
import numpy as np

EPOCHS = 3
STEPS = 20
SEED = 42
BATCH_SIZE = 16


def load_data():
    rng = np.random.default_rng(SEED)
    pictures = rng.random((STEPS * BATCH_SIZE + 64, 8, 8, 1), dtype="float32")
    targets = (pictures.sum(axis=(1, 2, 3)) > 32).astype("int32")
    split = STEPS * BATCH_SIZE
    return {
        "train": (pictures[:split], targets[:split]),
        "validation": (pictures[split:], targets[split:]),
    }


def build_model():
    keras.utils.set_random_seed(SEED)
    image = keras.Input((8, 8, 1), name="image")
    fine = keras.layers.Conv2D(4, 3, activation="relu", name="fine")(image)
    coarse = keras.layers.Conv2D(4, 5, padding="same", name="coarse")(image)
    fine = keras.layers.Flatten(name="flat_fine")(fine)
    coarse = keras.layers.Flatten(name="flat_coarse")(coarse)
    both = keras.layers.Concatenate(name="both")([fine, coarse])
    both = keras.layers.BatchNormalization(name="norm")(both)
    both = keras.layers.Dropout(0.3, name="drop")(both)
    answer = keras.layers.Dense(2, activation="softmax", name="answer")(both)
    return keras.Model(image, answer)


def train(model, data, callbacks=()):
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    inputs, targets = data["train"]
    return model.fit(
        inputs,
        targets,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        validation_data=data["validation"],
        callbacks=list(callbacks),
        verbose=2,
    )


def evaluate(model, data):
    inputs, targets = data["validation"]
    return model.evaluate(inputs, targets, return_dict=True, verbose=0)


def main():
    data = load_data()
    model = build_model()
    history = train(model, data)
    print(evaluate(model, data))
    print(json.dumps(history.history))


if __name__ == "__main__":
    main()
