"""The chat as an element for any page: modules in parts/, handed out by web as one script with its words and style."""

from web.widget.routes import setup
from web.widget.script import STYLE_SHEETS, style

__all__ = ["STYLE_SHEETS", "setup", "style"]
