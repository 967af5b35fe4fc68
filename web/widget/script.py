"""Puts the modules, their style and the words together, once, when web starts: one request is all a slow phone makes.

The modules are plain ones, which a browser could load one by one. Each becomes a function of its own that returns what
it exports, so that no name of one can meet a name of another; what is left out are comments and indentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PARTS = Path(__file__).parent / "parts"
ENTRY = PARTS / "element" / "review-chat.js"
SERVED = PARTS / "served.js"  # no file: what is served with the modules

# The order is that of the cascade.
STYLE_SHEETS = (
    "element/tokens.css",
    "help/help.css",
    "leave/leave.css",
    "log/log.css",
    "choices/choices.css",
    "meeting/card.css",
    "reply/reply.css",
    "composer/composer.css",
    "menu/menu.css",
    "launcher/launcher.css",
    "element/frame.css",
)

_IMPORT = re.compile(r'^import \{ ([^}]*) \} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|function|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ ]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
_INDENTATION = re.compile(r"\n\s*")


class ScriptError(Exception):
    """A module is written in a way that can't be put together; the text names it."""


def style() -> str:
    """The style of all parts."""
    return _squeezed("\n".join((PARTS / name).read_text(encoding="utf-8") for name in STYLE_SHEETS))


def script(words: Mapping[str, Any]) -> str:
    """The whole script, with `words` and the style in it. Raises ScriptError."""
    served = f"const WORDS={_literal(words)};const STYLE={_literal(style())};return {{WORDS, STYLE}};"
    modules = {SERVED: served}
    _collect(ENTRY, modules, [])
    names = {path: f"m{number}" for number, path in enumerate(modules)}
    functions = [f"const {names[path]}=(()=>{{{_linked(path, code, names)}}})();" for path, code in modules.items()]
    return "\n".join(functions) + "\n"


def _collect(path: Path, modules: dict[Path, str], under_way: list[Path]) -> None:
    """Add the module at `path` to `modules`, after all that it imports."""
    if path in modules:
        return
    if path in under_way:
        raise ScriptError(f"{path.name} imports itself, by way of {under_way[-1].name}.")
    code = path.read_text(encoding="utf-8")
    for _names, target in _IMPORT.findall(code):
        _collect((path.parent / target).resolve(), modules, [*under_way, path])
    exported = _EXPORT.findall(code)
    body = _squeezed(_EXPORT.sub("", code))
    if re.search(r"^(export|import) ", _IMPORT.sub("", body), re.MULTILINE):
        raise ScriptError(f"{path.name} imports or exports in a way that is not known here.")
    modules[path] = f"{body}\nreturn {{{', '.join(exported)}}};" if exported else body


def _linked(path: Path, code: str, names: Mapping[Path, str]) -> str:
    """The code with its imports taken from the functions before it."""

    def taken(match: re.Match[str]) -> str:
        return f"const {{{match[1]}}}={names[(path.parent / match[2]).resolve()]};\n"

    return _IMPORT.sub(taken, code)


def _squeezed(code: str) -> str:
    return _INDENTATION.sub("\n", _COMMENT.sub("", code)).strip()


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
