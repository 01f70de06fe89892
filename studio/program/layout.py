"""Lines of Python no longer than 88 characters where brackets allow it, broken the way `ruff format` breaks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from studio.document.graph import NodeId

WIDTH = 88
INDENT = "    "

Line: TypeAlias = tuple[str, "NodeId | None"]
"""One line of a program and the node that it stands for, if any."""


@dataclass(frozen=True, slots=True)
class Item:
    """One element between brackets: an optional `name=` or `"key": ` in front, and the node it stands for."""

    expression: Expression
    prefix: str = ""
    node: NodeId | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between brackets: on one line if it fits, or else one item on each line, each with a comma.

    `head` ends with the opening bracket. `after` follows the closing one: the call of a layer just made. A single item
    keeps its comma where `lone_comma` is set: `(1,)`. `clause` makes a comprehension of a single item: `for x in y`.
    """

    head: str
    items: tuple[Item, ...]
    tail: str = ")"
    after: Expression = ""
    lone_comma: bool = False
    clause: str = ""


Expression: TypeAlias = str | Group


def call(function: str, *arguments: Item | Expression, **named: Expression) -> Group:
    """A call, its plain arguments first."""
    items = [argument if isinstance(argument, Item) else Item(argument) for argument in arguments]
    items += [Item(value, f"{name}=") for name, value in named.items()]
    return Group(f"{function}(", tuple(items))


def array(items: Iterable[Item | Expression]) -> Group:
    """A list."""
    return Group("[", tuple(item if isinstance(item, Item) else Item(item) for item in items), "]")


def table(items: Iterable[tuple[str, Expression, NodeId | None]]) -> Group:
    """A dict of text keys, given as they stand in the program."""
    return Group("{", tuple(Item(value, f"{key}: ", node) for key, value, node in items), "}")


def prefixed(prefix: str, expression: Expression) -> Expression:
    """The expression behind `prefix`."""
    return prefix + expression if isinstance(expression, str) else replace(expression, head=prefix + expression.head)


def flat(expression: Expression) -> str:
    """The expression on one line."""
    if isinstance(expression, str):
        return expression
    inside = ", ".join(item.prefix + flat(item.expression) for item in expression.items)
    if expression.lone_comma and len(expression.items) == 1:
        inside += ","
    if expression.clause:
        inside += f" {expression.clause}"
    return f"{expression.head}{inside}{expression.tail}{flat(expression.after)}"


def lines(
    expression: Expression, indent: str, prefix: str = "", suffix: str = "", node: NodeId | None = None
) -> Iterator[Line]:
    """The expression between `prefix` and `suffix`, in as few lines as fit; lines of an item belong to its node."""
    whole = f"{indent}{prefix}{flat(expression)}{suffix}"
    if isinstance(expression, str) or not expression.items or (len(whole) <= WIDTH and not _has_nodes(expression)):
        yield whole, node
        return
    yield f"{indent}{prefix}{expression.head}", node
    inner = indent + INDENT
    if expression.clause:
        yield from _comprehension(expression, inner, node)
    else:
        for item in expression.items:
            yield from lines(item.expression, inner, item.prefix, ",", item.node or node)
    yield from lines(expression.after, indent, expression.tail, suffix, node)


def _comprehension(expression: Group, indent: str, node: NodeId | None) -> Iterator[Line]:
    """What stands between the brackets of a comprehension: on one line if it fits, or else with the clause below."""
    item = expression.items[0]
    whole = f"{indent}{item.prefix}{flat(item.expression)} {expression.clause}"
    if len(whole) <= WIDTH:
        yield whole, node
        return
    yield from lines(item.expression, indent, item.prefix, "", item.node or node)
    yield f"{indent}{expression.clause}", node


def _has_nodes(expression: Expression) -> bool:
    """Whether items stand for nodes of their own, so that each wants its line."""
    if isinstance(expression, str):
        return False
    return any(item.node is not None or _has_nodes(item.expression) for item in expression.items)
