"""Data outside of a project's folder that this user never had read: read only once the user has agreed to its path."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import DataRefused
from studio.session.data_location import Reason, paths_of, question, users_read_paths
from studio.session.session import Session

SWITCH = "--read-data"


def check_location(session: Session, *, agreed: bool) -> None:
    """Raise DataRefused if a project's data is not there, or would be read from where the user never had it read.

    What lies in the project's own folder came with it. With `agreed`, the paths are known from now on.
    """
    data, known = session.document.data, users_read_paths()
    base = session.path.parent if session.path is not None else Path.cwd()
    asked = question(data, base, known)
    if asked is None:
        return
    if asked.reason is not Reason.STRANGE:
        raise asked.refusal()
    paths = paths_of(data.source, base)
    if agreed:
        known.add(paths)
        return
    home = base.resolve()
    outside = next((path for path in paths if not path.resolve().is_relative_to(home)), None)
    if outside is not None:
        raise DataRefused(
            "data.strange",
            f"This project reads {outside}, which was never read here before.",
            f"Say {SWITCH} if you know where the project comes from.",
        )
