"""The script is small, complete and typed, and reaches exactly the sites it may."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.chat.conftest import Serve
from tests.chat.family import Client
from web.keys import WORDS
from web.widget import script as assembly
from web.widget.routes import PATH
from web.widget.script import PARTS, STYLE_SHEETS, ScriptError
from web.widget.words import widget_words

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 20 * 1024
SITE = "https://www.example.org"
TSC = ROOT / ".cache" / "typescript" / "node_modules" / "typescript" / "bin" / "tsc"


async def test_with_style_and_words_it_has_at_most_20_kilobytes(client: Client) -> None:
    async with client.get(PATH, headers={"Accept-Encoding": "gzip"}, auto_decompress=False) as response:
        packed = await response.read()
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(packed) <= MOST_BYTES
    assert b"customElements.define" in gzip.decompress(packed)


async def test_a_browser_that_unpacks_nothing_gets_it_plain(client: Client) -> None:
    async with client.get(PATH, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert "customElements.define" in await response.text()


async def test_it_is_kept_for_minutes_and_not_sent_again_while_it_is_the_same(client: Client) -> None:
    async with client.get(PATH) as response:
        tag, kept = response.headers["ETag"], response.headers["Cache-Control"]
    assert int(re.findall(r"max-age=(\d+)", kept)[0]) <= 3600
    async with client.get(PATH, headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")


async def test_exactly_the_allowed_sites_may_run_it(serve: Serve) -> None:
    client = await serve(allowed_origins=(SITE,))
    for origin, allowed in ((SITE, SITE), ("https://evil.example", None)):
        async with client.get(PATH, headers={"Origin": origin}) as response:
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert {"Origin", "Accept-Encoding"} <= set(response.headers["Vary"].split(", "))


async def test_it_asks_no_other_site_and_makes_no_html_of_words(client: Client) -> None:
    code = assembly.script(widget_words(client.app[WORDS]))
    own = code.replace(client.app[WORDS].own["page"]["leave_to"], "")
    assert not re.search(r"https?://(?!999bsl)", own)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|cookie", own)


def test_every_style_sheet_of_the_parts_is_in_it() -> None:
    assert {str(path.relative_to(PARTS)) for path in PARTS.rglob("*.css")} == set(STYLE_SHEETS)


async def test_every_module_is_in_it(client: Client) -> None:
    code = assembly.script(widget_words(client.app[WORDS]))
    for path in PARTS.rglob("*.js"):
        for name in re.findall(
            r"^export (?:class|function|const) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert re.search(rf"\b(class|function|const) {name}\b", code), path.name


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        (
            'import { x } from "./b.js";\nexport const y = 1;\n',
            'import { y } from "./a.js";\nexport const x = 1;\n',
            "itself",
        ),
        ('import x from "./b.js";\n', "export const x = 1;\n", "not known"),
        ("export default 1;\n", "", "not known"),
    ],
)
def test_modules_that_cannot_be_put_together_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a: str, b: str, told: str
) -> None:
    (tmp_path / "a.js").write_text(a)
    (tmp_path / "b.js").write_text(b)
    monkeypatch.setattr(assembly, "ENTRY", tmp_path / "a.js")
    with pytest.raises(ScriptError, match=told):
        assembly.script({})


def test_the_modules_have_no_type_errors() -> None:
    node = shutil.which("node") or shutil.which("nodejs")
    assert node and TSC.exists(), "This needs Node and TypeScript: `python3 scripts/test_tools.py` installs both."
    checked = subprocess.run(
        [node, TSC, "-p", ROOT / "web" / "widget" / "tsconfig.json"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_every_part_has_an_acceptance_list_whose_tests_exist() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for part in (path for path in PARTS.iterdir() if path.is_dir()):
        lines = (part / "ACCEPTANCE.md").read_text(encoding="utf-8").splitlines()[1:]
        for line in lines:
            named = re.findall(r"`(test_\w+)`", line)
            assert named, f"{part.name}: no test shows this: {line}"
            assert not [name for name in named if f"def {name}(" not in tests], f"{part.name}: {line}"
