"""What people see in a browser: the page that holds the chat, and the same as plain pages."""

from web.pages.routes import setup

__all__ = ["setup"]
