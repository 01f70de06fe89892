"""Arrays of pixels as images of Qt's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray


def image_of(pixels: NDArray[Any]) -> QImage:
    """An image of pixels (height, width, channel; uint8): one channel is grey, three are RGB, four RGBA.

    Of other channels the first is shown.
    """
    import numpy as np

    height, width, channels = pixels.shape
    form = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}.get(channels)
    if form is None:
        form, channels = QImage.Format.Format_Grayscale8, 1
    content = np.ascontiguousarray(pixels[..., :channels]).tobytes()
    return QImage(content, width, height, width * channels, form).copy()  # its own memory, not that of `content`


def fitted(image: QImage, side_px: int) -> QImage:
    """As large as fits into a square; what is small grows without being blurred."""
    grows = max(image.width(), image.height()) < side_px
    how = Qt.TransformationMode.FastTransformation if grows else Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio, how)
