"""A process that saves a project again and again until it is killed; run by `test_kill_during_save.py`."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from studio.core.files import write_atomic

NODES = 1000


def content(version: int) -> bytes:
    """About 200 kB of JSON: what a project of a thousand nodes looks like; its checksum stands on the last line."""
    nodes = [
        {
            "id": f"n{index:09d}",
            "kind": "Conv2D",
            "name": f"conv2d_{index}_{version}",
            "params": {"activation": "relu", "filters": 32 + version % 7, "kernel_size": [3, 3], "padding": "same"},
            "position": [index * 180.0, version % 100 * 1.5],
        }
        for index in range(NODES)
    ]
    body = json.dumps({"format": 1, "nodes": nodes, "version": version}).encode()
    return body + b"\n%d" % zlib.crc32(body)


def version_of(saved: bytes) -> int:
    """The version that `saved` holds. Raises ValueError if it is not one whole version."""
    body, _, checksum = saved.rpartition(b"\n")
    if not checksum.isdigit() or int(checksum) != zlib.crc32(body):
        raise ValueError(f"{len(saved)} bytes are not a whole version")
    version: int = json.loads(body)["version"]
    return version


def save_safely(path: Path, saved: bytes) -> None:
    """Save as the studio does."""
    write_atomic(path, saved, keep_backup=True)


def save_naively(path: Path, saved: bytes) -> None:
    """Save as most programs do; the control of the experiment."""
    path.write_bytes(saved)


WAYS: dict[str, Callable[[Path, bytes], None]] = {"safely": save_safely, "naively": save_naively}


def main() -> None:
    """Save for ever; print a line once the first version is on the disk."""
    save, path = WAYS[sys.argv[1]], Path(sys.argv[2])
    versions = [content(version) for version in range(5)]
    save(path, versions[0])
    print("saving", flush=True)
    while True:
        for version in versions:
            save(path, version)


if __name__ == "__main__":
    main()
