"""`make screenshots`: a picture of every state, light and dark, on a phone and on a desktop, to be looked at."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import PHONE, launch
from tests.browser.embedded_states import EMBEDDED, Embedded, page_with_the_line
from tests.browser.host import Host, running_host
from tests.browser.server import Site, running_site
from tests.browser.states import STATES, at

FOLDER = Path(__file__).resolve().parents[2] / "results" / "screenshots"
SCREENS: dict[str, dict[str, Any]] = {
    "phone": PHONE,
    "desktop": PHONE | {"viewport": {"width": 1280, "height": 800}},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

Reach = Callable[[Page], None]


def states(host: Host, site: Site) -> Iterator[tuple[str, Reach]]:
    """Every state with its name, on the pages and on another site."""
    yield from STATES.items()
    yield "embed", at("/embed")
    address = page_with_the_line(host, site)
    for name, reach in EMBEDDED.items():
        yield f"embedded, {name}", lambda page, reach=reach: reach(Embedded(page), address)  # type: ignore[misc]


def picture(browser: Browser, site: Site, reach: Reach, path: Path, **options: Any) -> None:
    """Reach the state in a browser of its own, and take its picture."""
    context = browser.new_context(base_url=site.address, **options)
    page = context.new_page()
    reach(page)
    page.wait_for_timeout(150)
    page.screenshot(path=path)
    page.unroute_all(behavior="ignoreErrors")
    context.close()


def main(only: str = "") -> int:
    """Write the pictures of all states whose names hold `only`; says where."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_host() as host,
        running_site(Path(data), (host.address,)) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        wanted = [(name, reach) for name, reach in states(host, site) if only in name]
        for name, reach in wanted:
            for screen, options in SCREENS.items():
                for scheme in SCHEMES:
                    path = FOLDER / f"{name.replace(', ', '-').replace(' ', '_')}-{screen}-{scheme}.png"
                    picture(browser, site, reach, path, **options, color_scheme=scheme)
        browser.close()
    print(f"{len(wanted) * len(SCREENS) * len(SCHEMES)} pictures in {FOLDER}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
