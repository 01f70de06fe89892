"""Every problem code is explained, and no code is explained that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from studio.session.data_location import Reason

ROOT = Path(__file__).resolve().parents[2]
GROUPS = (
    "structure|port|kind|name|param|shape|share|block|depth|loss|target|feature|data|node|stack|merge|mask|recurrent|"
    "size|train|adapt|embedding|metric|dtype|custom|image"
)
READING = "csv|json|parquet|excel|table|npz|folder|file"
ASKING = ("feature_edits", "fetching")
"""Where else data is refused than in modules called after it."""
OWN = frozenset({"param.missing", "param.refused", "param.unknown"})
"""The codes of params that are not those of a certain one."""


def test_the_page_of_problems_names_exactly_the_codes_there_are() -> None:
    sources = [path for package in ("analysis", "catalog") for path in (ROOT / "studio" / package).rglob("*.py")]
    used = {code for path in sources for code in re.findall(rf'"((?:{GROUPS})\.[a-z_]+)"', path.read_text())}
    used = {code for code in used if not code.startswith("param.") or code in OWN}
    used |= {"param.NAME"} if any('f"param.{' in path.read_text() for path in sources) else set()
    drawing = (ROOT / "docs" / "problems.md").read_text().partition("## Edits that are refused")[0]
    before, _, behind = drawing.partition("## Reading data")
    pages = before + behind.partition("\n## ")[2]
    explained = re.findall(rf"^\| `((?:{GROUPS})\.\w+)` \|", pages, re.MULTILINE)
    assert sorted(explained) == sorted(used)


def test_the_page_of_problems_names_exactly_what_reading_data_refuses() -> None:
    session = [
        *(ROOT / "studio" / "session").glob("data_*.py"),
        *(ROOT / "studio" / "session" / f"{name}.py" for name in ASKING),
    ]
    sources = [*(ROOT / "studio" / "data").glob("*.py"), *session]
    used = {code for path in sources for code in re.findall(rf'"((?:{READING}|data)\.[a-z_]+)"', path.read_text())}
    used |= {f"data.{reason}" for reason in Reason} - {"data.missing"}
    page = (ROOT / "docs" / "problems.md").read_text().partition("## Reading data")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+\.\w+)` \|", page, re.MULTILINE)) == sorted(used)


def test_the_page_of_problems_names_exactly_what_the_check_of_the_data_finds() -> None:
    session = ROOT / "studio" / "session"
    sources = [*(session / "findings").glob("*.py"), session / "preflight.py"]
    used = {code for path in sources for code in re.findall(r'"(examples\.[a-z_]+)"', path.read_text())}
    explained = re.findall(r"^\| `(examples\.\w+)` \|", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(used)


def test_the_page_of_problems_names_exactly_the_edits_that_are_refused() -> None:
    sources = [path.read_text() for path in (ROOT / "studio").rglob("*.py")]
    used = {code for text in sources for code in re.findall(r'EditRefused\(\s*"([a-z_]+\.[a-z_]+)"', text)}
    page = (ROOT / "docs" / "problems.md").read_text().partition("## Edits that are refused")[2]
    rows = re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE)
    assert sorted(code for row in rows for code in re.findall(r"`([^`]+)`", row)) == sorted(used)


def test_every_reason_is_given_for_a_code_there_is_and_every_loss_and_lint_has_one() -> None:
    listed = re.findall(r"^\| `(\w+\.\w+)` \|", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE)
    pages = [path.read_text() for path in (ROOT / "docs" / "problems").glob("*.md")]
    headings = [line for page in pages for line in re.findall(r"^### (.+)$", page, re.MULTILINE)]
    reasoned = [code for heading in headings for code in heading.split(", ")]
    assert set(reasoned) <= set(listed)
    assert len(set(reasoned)) == len(reasoned)
    wanted = {
        code for code in listed if code.split(".")[0] in ("loss", "metric", "stack", "merge", "mask", "recurrent")
    }
    assert wanted <= set(reasoned)
