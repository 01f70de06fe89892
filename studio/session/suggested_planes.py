"""How a suggested model gives a value for each pixel: down to what an image shows, and up again to where (a U-Net).

Source: Ronneberger, Fischer and Brox 2015, with sizes that are rounded up on the way down and cut on the way up.
"""

from __future__ import annotations

from collections.abc import Sequence

from studio.session.sketch import Sketch, Stream

MOST_HALVINGS = 3
SMALLEST_SIDE = 8
"""A plane is halved as long as its sides are at least this."""


def plane(
    sketch: Sketch, images: Sequence[Stream], beside: Sequence[Stream], places: tuple[int, int], filters: int
) -> Stream:
    """Features for each place, from images, and from vectors that hold for the whole image."""
    sized = [
        image if image.shape[:2] == images[0].shape[:2] else _resized(sketch, image, images[0].shape)
        for image in images
    ]
    stream = sketch.add("Concatenate", *sized) if len(sized) > 1 else sized[0]
    skipped: list[Stream] = []
    while len(skipped) < MOST_HALVINGS and min(stream.shape[:2]) >= SMALLEST_SIDE:
        stream = _convolved(sketch, stream, filters)
        skipped.append(stream)
        stream = sketch.add("MaxPooling2D", stream, padding="same")
        filters *= 2
    if beside:
        stream = sketch.add("Concatenate", stream, *(_spread(sketch, each, stream.shape) for each in beside))
    stream = _convolved(sketch, stream, filters)
    for other in reversed(skipped):
        filters //= 2
        stream = _cut(sketch, sketch.add("Conv2DTranspose", stream, filters=filters, kernel_size=2, strides=2), other)
        stream = _convolved(sketch, sketch.add("Concatenate", stream, other), filters)
    return stream if stream.shape[:2] == places else _resized(sketch, stream, places)


def _convolved(sketch: Sketch, stream: Stream, filters: int) -> Stream:
    return sketch.add("Conv2D", stream, filters=filters, kernel_size=3, padding="same", activation="relu")


def _resized(sketch: Sketch, stream: Stream, shape: Sequence[int]) -> Stream:
    return sketch.add("Resizing", stream, height=shape[0], width=shape[1])


def _cut(sketch: Sketch, stream: Stream, other: Stream) -> Stream:
    """A plane without the row and the column that rounding up has added."""
    over = tuple(have - wanted for have, wanted in zip(stream.shape[:2], other.shape[:2], strict=True))
    if not any(over):
        return stream
    return sketch.add("Cropping2D", stream, cropping=((0, over[0]), (0, over[1])))


def _spread(sketch: Sketch, vector: Stream, shape: Sequence[int]) -> Stream:
    """A vector, the same at each place of a plane."""
    height, width = shape[:2]
    repeated = sketch.add("RepeatVector", vector, n=height * width)
    return sketch.add("Reshape", repeated, target_shape=(height, width, *vector.shape))
