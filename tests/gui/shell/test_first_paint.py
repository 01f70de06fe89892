"""What the first painting of the window has to wait for, in a fresh process."""

from __future__ import annotations

from pathlib import Path

from benchmarks import startup


def test_nothing_heavy_is_imported_before_the_first_painting(tmp_path: Path) -> None:
    ours = f"PROJECT = {str(startup.PROJECT)!r}\n{startup.OURS}"
    assert startup.cpu_ms(ours, str(tmp_path)) > 0  # fails with the names of what was imported
