"""The whole application around a stand-in for the assistant, as in the tests of the chat."""

from tests.chat.conftest import assistant, client, serve, settings, words

__all__ = ["assistant", "client", "serve", "settings", "words"]
