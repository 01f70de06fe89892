"""What is done with frames and notes on the canvas: select one, put one in, type in it, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.document import edits
from studio.document.graph import Frame
from studio.gui.canvas import clipping
from studio.gui.canvas.frame_editor import FrameEditor
from studio.gui.canvas.items import rect

if TYPE_CHECKING:
    from studio.gui.canvas.canvas import Canvas


class FrameSteps:
    """Knows the selected frame or note; nodes and wires are not selected beside it."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._editor = FrameEditor(canvas)
        self._selected: str | None = None

    @property
    def is_selected(self) -> bool:
        """Whether a frame or note is."""
        return self._selected is not None

    def select(self, frame: str | None) -> None:
        """Show a frame or note as selected, or none."""
        self._selected = frame
        for id_, item in self._canvas.drawing.frames.items():
            item.set_selected(id_ == frame)

    def forget(self) -> None:
        """What was selected is not shown any more."""
        self._selected = None

    def follow(self) -> None:
        """What is gone is not selected."""
        if self._selected is not None and self._selected not in self._canvas.drawing.graph.frames:
            self._selected = None

    def delete(self) -> None:
        """Delete what is selected; what stands in it stays."""
        if self._selected is not None:
            self._canvas.do(edits.remove_frame(self._canvas.document, self._selected))

    def add(self, text: str) -> None:
        """Put a frame around the selected nodes, or an empty one, or a note, in the middle of the view."""
        canvas = self._canvas
        frame = clipping.new_frame(canvas.drawing, canvas.selection.nodes, canvas.visible_box().center, text)
        canvas.do(edits.put_frame(canvas.document, frame))
        self.select(frame.id)
        self.edit(frame.id)

    def edit(self, frame: str) -> None:
        """Let the user type a frame's title, or a note's text."""
        canvas = self._canvas
        item = canvas.drawing.frames[frame]
        area = canvas.viewportTransform().mapRect(rect(item.box)).toRect()

        def done(changed: Frame) -> None:
            if frame in canvas.drawing.graph.frames:
                canvas.do(edits.put_frame(canvas.document, changed))

        self._editor.edit(canvas.drawing.graph.frames[frame], area, canvas.scale_now, done)
