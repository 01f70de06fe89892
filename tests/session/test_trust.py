"""Trust is for one very text, is kept in the user's settings, and is what every way of running code asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.session.trust import Trust, Untrusted, fingerprint, sources
from tests.custom_layers import CODE, drawn


def test_a_text_is_trusted_from_then_on(tmp_path: Path) -> None:
    Trust(tmp_path / "trusted.json").add(CODE)
    assert Trust(tmp_path / "trusted.json").has(CODE)


def test_another_text_is_not_trusted_however_like(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "trusted.json")
    trust.add(CODE)
    assert not trust.has(CODE + " ")


def test_trust_can_be_taken_back(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "trusted.json")
    trust.add(CODE)
    trust.take_back(CODE)
    assert not trust.has(CODE)
    assert not Trust(tmp_path / "trusted.json").has(CODE)


def test_the_file_holds_fingerprints_and_no_code(tmp_path: Path) -> None:
    Trust(tmp_path / "trusted.json").add(CODE)
    kept = (tmp_path / "trusted.json").read_text()
    assert fingerprint(CODE) in kept
    assert "class" not in kept


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"sha256": 3}', b"\xff", b"[" * 100_000])
def test_a_file_that_cannot_be_read_trusts_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trusted.json").write_bytes(content)
    assert not Trust(tmp_path / "trusted.json").has(CODE)


def test_two_windows_add_to_each_others_decisions(tmp_path: Path) -> None:
    first, second = Trust(tmp_path / "trusted.json"), Trust(tmp_path / "trusted.json")
    first.add("a")
    second.add("b")
    assert Trust(tmp_path / "trusted.json").has("a")
    assert Trust(tmp_path / "trusted.json").has("b")


def test_what_is_not_trusted_is_named_by_its_first_line() -> None:
    trust = Trust()
    trust.add("import keras")
    trust.require(["import keras"])
    with pytest.raises(Untrusted, match="class Evil"):
        trust.require(["import keras", "\n\nclass Evil: pass"])


def test_a_projects_texts_are_listed_once_with_their_nodes() -> None:
    assert sources(drawn("first", "second")) == {CODE: ["first", "second"]}
