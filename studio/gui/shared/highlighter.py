"""Python in the theme's colors, by Pygments."""

from __future__ import annotations

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType
from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from studio.catalog.declaration import Family
from studio.gui.shared.theme import Tokens

TRIPLE = '"""'
INSIDE = 1


class PythonHighlighter(QSyntaxHighlighter):
    """Colors block by block; a block's state says whether it ends inside a docstring."""

    def __init__(self, document: QTextDocument, t: Tokens) -> None:
        super().__init__(document)
        self._lexer = PythonLexer(stripnl=False, ensurenl=False)
        self._formats: dict[_TokenType, QTextCharFormat] = {}
        self._quotes = QRegularExpression(TRIPLE)
        self.paint_with(t)

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        self._formats = {
            Comment: _format(t.muted, italic=True),
            Keyword: _format(t.accent, bold=True),
            String: _format(t.success),
            Number: _format(t.warning),
            Name.Builtin: _format(t.families[Family.ATTENTION]),
            Name.Function: _format(t.hint),
            Name.Class: _format(t.hint, bold=True),
        }
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Color one line."""
        inside = self.previousBlockState() == INSIDE
        quotes = text.count(TRIPLE)
        if inside or (quotes % 2 and text.lstrip().startswith(TRIPLE)):
            self.setFormat(0, len(text), self._formats[String])
            self.setCurrentBlockState(INSIDE if inside != bool(quotes % 2) else 0)
            return
        self.setCurrentBlockState(0)
        for at, token, word in self._lexer.get_tokens_unprocessed(text):
            made = next((self._formats[kind] for kind in self._formats if token in kind), None)
            if made is not None:
                self.setFormat(at, len(word), made)


def _format(color: QColor, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color)
    made.setFontItalic(italic)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made
