"""A real browser in front of a real server; what a browser must never report fails every test that sees it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Playwright, Route, sync_playwright

from tests.browser.host import Host, running_host
from tests.browser.server import Site, running_site

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",  # as root, which is what containers are
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "These tests need the browser Chromium, and none was found. Install it with `apt-get install chromium` as root "
    "or `python -m playwright install chromium`, or set CHROMIUM to where it is."
)

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "locale": "en-GB",
    "timezone_id": "Europe/London",
}


@pytest.fixture(scope="package")
def words() -> dict[str, Any]:
    """The words of the pages."""
    page: dict[str, Any] = yaml.safe_load((ROOT / "data" / "words.yml").read_text(encoding="utf-8"))["page"]
    return page


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """Another website, which may show the chat."""
    with running_host() as host:
        yield host


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Site]:
    """The service on a free port, with nothing said yet."""
    with running_site(tmp_path_factory.mktemp("site"), (host.address,)) as site:
        yield site


# Not for the whole session: while Playwright's synchronous interface is open no other test could run an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of CHROMIUM, the machine or Playwright; fails, and never skips, where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
    except Error as error:
        pytest.fail(f"{NO_BROWSER}\n{error.message}", pytrace=False)


@dataclass
class Watch:
    """What a browser saw that must never happen."""

    foreign: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Nothing came from elsewhere, nothing broke the content security policy, no script failed."""
        assert not self.foreign, f"asked another site: {self.foreign}"
        assert not self.violations, f"broke the content security policy: {self.violations}"
        assert not self.errors, f"a script failed: {self.errors}"
        assert not self.dialogs, f"opened a dialog: {self.dialogs}"


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: Site, host: Host, words: dict[str, Any]) -> Iterator[NewContext]:
    """Makes browser contexts (options as Playwright's `new_context`) that are watched."""
    watch, contexts = Watch(), []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site.address, **(PHONE | options))
        contexts.append(context)
        keep_watch(context, watch, (site.address, host.address), words["leave_to"])
        return context

    yield make
    for context in contexts:
        context.close()
    watch.check()


def keep_watch(context: BrowserContext, watch: Watch, ours: tuple[str, ...], way_out: str) -> None:
    """Report to `watch`; `way_out`, where leaving leads, is answered here instead of by the internet."""
    known = {urlsplit(address).netloc for address in ours}

    def elsewhere(route: Route) -> None:
        if route.request.url.startswith(way_out):
            route.fulfill(content_type="text/html", body="<!doctype html><title>Elsewhere</title><p>Elsewhere</p>")
        else:
            watch.foreign.append(route.request.url)
            route.abort()

    def dismissed(dialog: Dialog) -> None:
        watch.dialogs.append(dialog.message)
        dialog.dismiss()

    context.route(lambda url: urlsplit(url).netloc not in known, elsewhere)
    context.expose_binding("reportViolation", lambda _source, what: watch.violations.append(what))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => reportViolation(`${event.effectiveDirective} ${event.blockedURI}`))"
    )
    context.on("weberror", lambda error: watch.errors.append(str(error.error)))
    context.on("dialog", dismissed)
    context.set_default_timeout(15_000)


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A phone's page."""
    return new_context().new_page()
