"""Having Keras load one of its own data sets, so that it is in Keras's cache: with progress, and an end on request."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
from keras.src.utils import file_utils

from studio.engine.downloading import Download, NotReached
from studio.engine.program import failure
from studio.engine.stopping import Stopped, StopSign
from studio.protocol.messages import Event, Failed, Fetch, Fetched, Unreachable


def run_fetch(request: Fetch, send: Callable[[Event], None], sign: StopSign) -> Fetched | Unreachable | Failed:
    """Load the data set, from the cache or from where Keras has it; what was downloaded stays in the cache."""
    try:
        sign.check()
        module: Any = getattr(keras.datasets, request.name)
        with _downloading(Download(request.run, send, sign)):
            module.load_data()
        return Fetched(request.run, False)
    except Stopped:
        return Fetched(request.run, True)
    except NotReached as error:
        return Unreachable(request.run, error.host, error.reason)
    except BaseException as error:  # a file that is broken, a disk that is full: no run may wait for ever
        return failure(request.run, error, Path())


@contextlib.contextmanager
def _downloading(download: Download) -> Iterator[None]:
    """Meanwhile, Keras downloads by way of this; `get_file` itself offers no hook."""
    before = file_utils.urlretrieve
    file_utils.urlretrieve = download
    try:
        yield
    finally:
        file_utils.urlretrieve = before
