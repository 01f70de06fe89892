"""Downloads in the place of Keras's own: told of, ended on request, and never left half done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from studio.engine.downloading import Download, NotReached
from studio.engine.stopping import Stopped, StopSign
from studio.protocol.messages import Event, Fetching

CONTENT = bytes(range(256)) * 400


class Files(BaseHTTPRequestHandler):
    """Gives one file, and breaks off another."""

    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:5_000] if self.path == "/broken" else CONTENT)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_file_is_there_when_it_is_whole(server: str, tmp_path: Path) -> None:
    told: list[Event] = []
    Download("r", told.append, StopSign())(f"{server}/data.npz", str(tmp_path / "kept.npz"))
    assert (tmp_path / "kept.npz").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["kept.npz"]
    assert told[-1] == Fetching("r", "data.npz", len(CONTENT), len(CONTENT))


def test_a_download_that_is_stopped_leaves_nothing_new_and_takes_nothing_away(server: str, tmp_path: Path) -> None:
    (tmp_path / "kept.npz").write_bytes(b"mine")
    sign = StopSign()
    sign.ask_to_stop()
    with pytest.raises(Stopped):
        Download("r", lambda event: None, sign)(f"{server}/data.npz", str(tmp_path / "kept.npz"))
    assert (tmp_path / "kept.npz").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("{server}/missing", "404"),
        ("{server}/broken", "broke off after 5,000 of 102,400 bytes"),
        ("http://127.0.0.1:9/data.npz", "Connection refused"),
    ],
)
def test_who_is_not_reached_is_named_with_the_reason(server: str, tmp_path: Path, url: str, reason: str) -> None:
    with pytest.raises(NotReached, match=reason) as failed:
        Download("r", lambda event: None, StopSign())(url.format(server=server), str(tmp_path / "kept.npz"))
    assert failed.value.host == "127.0.0.1"
    assert not list(tmp_path.iterdir())
