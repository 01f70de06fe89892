"""Keras's configuration of one layer or object, as params that the catalogue declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.catalog.declaration import Kind, Param, Recipe
from studio.catalog.forms import Dtype, Form, Object, Objects, Rate, Role, refusal
from studio.catalog.registry import KINDS, KNOWN_NAMES, in_role
from studio.core.errors import EditRefused
from studio.core.values import Inner, Value, check_value
from studio.project.plain import Misfit, Plain

LAYER_ROLES = frozenset({Role.LAYER, Role.RECURRENT_LAYER, Role.CELL})
STANDARD = {"dtype": "float32", "data_format": "channels_last"}
"""What Keras writes for a param that was left to the defaults of the whole program."""
OTHER_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Class names in files that are other than the public ones. Source: keras.layers."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An object as Keras saves it: its class, where that comes from, its configuration."""

    module: str
    class_name: str
    config: Mapping[str, Plain]

    @property
    def is_public(self) -> bool:
        """Whether it is a layer or object of Keras's own, by its public place."""
        return self.module.split(".")[0] == "keras" and not self.module.startswith("keras.src.")


@dataclass(slots=True)
class Notes:
    """What was read and could not be kept, one sentence each."""

    texts: dict[str, None] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """Note it, once."""
        self.texts[text] = None


def saved(plain: Plain) -> Saved:
    """An object's parts. Raises Misfit for what is none."""
    if not isinstance(plain, dict) or not isinstance(plain.get("class_name"), str):
        raise Misfit("import.object", "an object with a class_name is expected.")
    config = plain.get("config")
    module = plain.get("module")
    return Saved(
        module if isinstance(module, str) else "", plain["class_name"], config if isinstance(config, dict) else {}
    )


def kind_of(layer: Saved) -> Kind | None:
    """The kind of a public layer, if the catalogue has it."""
    if layer.module not in ("keras.layers", ""):
        return None
    name = OTHER_NAMES.get(layer.class_name, layer.class_name)
    return next((kind for kind in (KINDS.get(name), KINDS.get(layer.class_name)) if kind is not None), None)


def params_of(made: Kind | Recipe, config: Mapping[str, Plain], notes: Notes, where: str) -> dict[str, Value]:
    """The params that differ from Keras's defaults."""
    params: dict[str, Value] = {}
    for name, param in made.declared.items():
        if name not in config:
            continue
        plain = config[name]
        value = _value(param, plain, notes, where)
        if _is_default(param, value, params) or (
            name in STANDARD and value == STANDARD[name] and param.default is None
        ):
            continue
        if refusal(param.form, value, KNOWN_NAMES) is not None:
            notes.say(f"{where}: {name} was left out, because {_short(plain)} does not fit there.")
            continue
        params[name] = value
    return params


def _value(param: Param, plain: Plain, notes: Notes, where: str) -> Value:
    match param.form:
        case Object(role):
            return keras_object(role, plain, notes, where)
        case Objects(role) if isinstance(plain, list):
            return tuple(keras_object(role, item, notes, where) for item in plain)
        case Rate() if isinstance(plain, dict):
            return keras_object(Role.SCHEDULE, plain, notes, where)
        case Dtype() if isinstance(plain, dict):
            name = saved(plain).config.get("name")
            return name if isinstance(name, str) else None
        case _:
            return _plain_value(param.form, plain)


def _plain_value(form: Form, plain: Plain) -> Value:
    """A plain value; lists become tuples, and a list of one stands for its item where only that fits."""
    value = _frozen(plain)
    if isinstance(value, tuple) and len(value) == 1 and refusal(form, value, KNOWN_NAMES) is not None:
        return value[0]
    return value


def _frozen(plain: Plain) -> Value:
    if isinstance(plain, list):
        return tuple(_frozen(item) for item in plain)
    if isinstance(plain, dict):
        return str(plain.get("class_name", "object"))
    try:
        check_value(plain)
    except EditRefused:
        return None
    return plain  # type: ignore[no-any-return]  # checked


def keras_object(role: Role, plain: Plain, notes: Notes, where: str) -> Value:
    """A Keras object: its short text where Keras takes one and no param differs, else the object."""
    if plain is None or isinstance(plain, str):
        return plain
    try:
        layer = saved(plain)
        made = in_role(role, OTHER_NAMES.get(layer.class_name, layer.class_name))
    except (Misfit, KeyError):
        notes.say(f"{where}: {_short(plain)} is nothing that the studio knows as {role}.")
        return None
    params = params_of(made, layer.config, notes, where)
    if isinstance(made, Recipe):
        return made.short if made.short and not params else Inner(made.name, params)
    return Inner(made.name, params)


def _is_default(param: Param, value: Value, params: Mapping[str, Value]) -> bool:
    """Whether a value says what Keras does without it; `params` are those before it."""
    if param.name == "backward_layer" and isinstance(value, Inner):
        return _turned(value) == params.get("layer")
    return _same(value, param.default) or (param.default is None and value == STANDARD.get(param.name, "linear"))


def _turned(layer: Inner) -> Inner:
    """A recurrent layer that goes the other way. Source: keras.layers.Bidirectional."""
    params = dict(layer.params)
    if not params.pop("go_backwards", False):
        params["go_backwards"] = True
    return Inner(layer.kind, params)


def _same(value: Value, default: object) -> bool:
    """Whether a value is Keras's default; numbers may be written as whole ones."""
    if isinstance(value, bool) or isinstance(default, bool):
        return value is default
    return value == default


def _short(plain: Plain) -> str:
    text = plain.get("class_name", "an object") if isinstance(plain, dict) else repr(plain)
    return text if len(text) <= 60 else text[:59] + "…"
