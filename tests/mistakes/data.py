"""The data that the mistakes are made with: one feature of every sort."""

from __future__ import annotations

from studio.document.data_choice import DataChoice, Encoding, Feature, NpzSource

TEN = tuple("0123456789")
CITIES = ("Bergen", "Bonn", "Graz", "Oslo", "Turin")
COLUMNS = tuple("abcdefgh")

FEATURES = (
    Feature("image", ("image",), (28, 28, 1), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("raw_image", ("image",), (28, 28, 1), span=(0.0, 255.0)),
    Feature("gray", ("gray",), (28, 28), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("pixels", ("pixels",), (784,), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("small", ("small",), (25, 25, 1), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("photo", ("photo",), (64, 64, 3), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("raw_photo", ("photo",), (64, 64, 3), span=(0.0, 255.0)),
    Feature("photos", ("photos",), (None, None, 3), "float32", Encoding.SCALE, 1 / 255, span=(0.0, 255.0)),
    Feature("volume", ("volume",), (16, 16, 16, 1), span=(0.0, 1.0)),
    Feature("mask", ("mask",), (64, 64, 1), span=(0.0, 1.0)),
    Feature("regions", ("regions",), (64, 64), "int64", Encoding.CATEGORY, classes=("road", "sky", "tree")),
    Feature("digit", ("digit",), (), "int64", Encoding.CATEGORY, classes=TEN),
    Feature("digit_hot", ("digit",), (), "float32", Encoding.ONE_HOT, classes=TEN),
    Feature("city", ("city",), (), "int64", Encoding.CATEGORY, classes=CITIES),
    Feature("city_hot", ("city",), (), "float32", Encoding.ONE_HOT, classes=CITIES),
    Feature("yes", ("yes",), (), "int64", Encoding.CATEGORY, classes=("no", "yes")),
    Feature("tags", ("tags",), (6,), span=(0.0, 1.0)),
    Feature("numbers", COLUMNS, (8,), "float32", Encoding.STANDARDIZE, span=(-40.0, 90_000.0)),
    Feature("raw_numbers", COLUMNS, (8,), span=(-40.0, 90_000.0)),
    Feature("others", ("others",), (8,), span=(-1.0, 1.0)),
    Feature("three", ("three",), (3,), span=(-1.0, 1.0)),
    Feature("rows", ("area", "rooms", "price"), (3,), "float32", Encoding.STANDARDIZE, span=(1.0, 900.0)),
    Feature("price", ("price",), (1,), span=(10.0, 900.0)),
    Feature("tokens", ("tokens",), (40,), "int32", span=(0.0, 9999.0)),
    Feature("next", ("next",), (40,), "int64", span=(0.0, 9999.0)),
    Feature("text", ("text",), (), "string"),
    Feature("signal", ("signal",), (100, 6), span=(-3.0, 3.0)),
    Feature("short", ("short",), (30, 6), span=(-3.0, 3.0)),
    Feature("narrow", ("narrow",), (30, 4), span=(-3.0, 3.0)),
    Feature("lengths", ("lengths",), (None, 6), span=(-3.0, 3.0)),
)
DATA = DataChoice(NpzSource("data.npz"), FEATURES)
