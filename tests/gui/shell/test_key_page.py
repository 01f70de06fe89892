"""The manual's page of keys says what the table of actions and the dialog of keys say.

`pytest tests/gui/shell/test_key_page.py --regenerate` writes it again; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.gui.shell.actions import ACTIONS, MENUS
from studio.gui.shell.help import CANVAS_KEYS

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"
FINDS = next(action.shortcut for action in ACTIONS if action.id == "search")
HEAD = f"""# Keys

Every action is in a menu too, and `{FINDS}` finds it by its name. Where a text field has the focus, the keys of text
are the field's: `Ctrl+Z` takes back what is being typed there, and belongs to the drawing again once that is entered.
"""


def page() -> str:
    """The page as the tables have it."""
    parts = [HEAD]
    for menu in MENUS:
        rows = [
            f"| {keys(action.shortcut)} | {action.text.rstrip('…')} | {action.help} |"
            for action in ACTIONS
            if action.menu == menu and action.shortcut
        ]
        if rows:
            parts.append("\n".join([f"## {menu}\n", "| keys | action | |", "| --- | --- | --- |", *rows]) + "\n")
    rows = [f"| {keys(names)} | {text}. |" for names, text in CANVAS_KEYS]
    parts.append("\n".join(["## On the canvas\n", "| keys | |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def keys(written: str) -> str:
    return ", ".join(f"`{each}`" for each in written.split(", "))


def test_the_page_of_keys_is_what_the_tables_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--regenerate", default=False):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()
