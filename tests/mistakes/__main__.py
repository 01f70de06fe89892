"""Print how the studio does on every mistake: `python -m tests.mistakes`."""

from __future__ import annotations

from tests.mistakes.judging import judge, table
from tests.mistakes.reading import mistakes


def main() -> None:
    """Judge, and print the table."""
    print(table([judge(mistake) for mistake in mistakes()]))


if __name__ == "__main__":
    main()
