"""Having Keras load one of its own data sets, so that it is in Keras's cache: with progress, and an end on request."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
from keras.src.utils import file_utils

from studio.core.errors import FileRefused
from studio.engine.downloading import Download, NotReached
from studio.engine.excerpting import save_excerpt
from studio.engine.program import failure
from studio.engine.stopping import Stopped, StopSign
from studio.protocol.messages import Event, Failed, Fetch, Fetched, Unreachable

log = logging.getLogger(__name__)


def run_fetch(request: Fetch, send: Callable[[Event], None], sign: StopSign) -> Fetched | Unreachable | Failed:
    """Load the data set, from the cache or from where Keras has it; what was downloaded stays in the cache."""
    try:
        sign.check()
        module: Any = getattr(keras.datasets, request.name)
        with _downloading(Download(request.run, send, sign) if request.download else _not_agreed_to):
            train, test = module.load_data()
        sign.check()
        try:
            save_excerpt(train, test, request.classes, request.steps, Path(request.excerpt))
        except FileRefused:  # then there is nothing to be seen, but the data is there
            log.warning("no excerpt of %s could be written", request.name, exc_info=True)
        return Fetched(request.run, False)
    except Stopped:
        return Fetched(request.run, True)
    except NotReached as error:
        return Unreachable(request.run, error.host, error.reason)
    except BaseException as error:  # a file that is broken, a disk that is full: no run may wait for ever
        return failure(request.run, error, Path())


def _not_agreed_to(url: str, path: str, reporthook: object = None) -> None:
    raise Stopped


@contextlib.contextmanager
def _downloading(download: Callable[[str, str], None]) -> Iterator[None]:
    """Meanwhile, Keras downloads by way of this; `get_file` itself offers no hook."""
    before = file_utils.urlretrieve
    file_utils.urlretrieve = download
    try:
        yield
    finally:
        file_utils.urlretrieve = before
