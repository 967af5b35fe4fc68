"""The chat as an element for any page: modules in parts/, handed out by web as one script with its words and style."""

from web.widget.routes import PATH as SCRIPT
from web.widget.routes import setup
from web.widget.script import style

__all__ = ["SCRIPT", "setup", "style"]
