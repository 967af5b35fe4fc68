"""How fast the chat is in a browser on a slow phone: the processor slowed four times, the line that of 3G.

The service runs with a stand-in for the assistant, which answers at once: what is measured is everything else between
the script tag and what somebody sees. Each round is a new browser session on another site's page, with nothing kept.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from rich.table import Table

from bench.report import DISTURBED
from tests.browser.chat import ANSWERED
from tests.browser.conftest import PHONE, launch
from tests.browser.embedded_states import Embedded, page_with_the_line
from tests.browser.host import running_host
from tests.browser.server import running_site

ROUNDS = 5
SLOWER = 4  # times slower than this machine
MOST_USABLE_MS = 2000.0
MOST_ROUND_TRIPS = 2
MOST_PAINT_MS = 100.0
MOST_TASK_MS = 100.0


@dataclass(frozen=True)
class Line:
    """A network as Chromium's developer tools imitate it."""

    name: str
    latency_ms: float
    down: int  # bytes a second
    up: int


FAST_3G = Line("Fast 3G", 562.5, 180_000, 84_375)
SLOW_3G = Line("Slow 3G", 2000.0, 50_000, 50_000)

# Notes long tasks from the beginning, and when a message of the assistant was drawn after its answer had arrived.
OBSERVE = """
window.seen = {tasks: [], painted: 0};
new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((task) => task.duration)))
  .observe({type: 'longtask', buffered: true});
"""
USABLE = """() => {
  const chat = document.querySelector('review-chat')?.shadowRoot?.querySelector('.launcher');
  if (!chat) return null;
  const script = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/review-chat.js'));
  return performance.now() - script.startTime;
}"""
PAINT = """() => new Promise((done) => {
  const list = document.querySelector('review-chat').shadowRoot.querySelector('#log ol');
  new MutationObserver(() => {
    if (!list.querySelector('.message:not(.message--family)')) return;
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const answers = performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/messages'));
        done(performance.now() - answers.at(-1).responseEnd);
      };
      channel.port2.postMessage(null); });
  }).observe(list, {childList: true});
})"""


@dataclass(frozen=True)
class Figure:
    """One thing that was measured in each round, and what it may be at most."""

    title: str
    unit: str
    most: float
    values: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one, as everywhere in the comparison: what else the machine does disturbs single rounds."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool:
        """Whether the promise was kept."""
        return self.median <= self.most


def measure(say: Callable[[str], None]) -> list[Figure]:
    """Measure everything; `say` is told what is under way."""
    usable: list[float] = []
    paints: list[float] = []
    tasks: list[float] = []
    trips: list[float] = []
    hidden: list[float] = []
    with _visited() as (browser, address, whole):
        for number in range(ROUNDS):
            say(f"In the browser: round {number + 1} of {ROUNDS}")
            with _page(browser, FAST_3G) as page:
                usable.append(_until_usable(page, address))
                paints.append(_until_painted(page))
                tasks.append(max(page.evaluate("seen.tasks"), default=0.0))
            with _page(browser, SLOW_3G) as page:
                trips.append(_round_trips(page, address))
            with _page(browser, FAST_3G) as page:
                hidden.append(_number_missing_without_script(page, whole))
    return [
        Figure("Script tag to usable, Fast 3G", "ms", MOST_USABLE_MS, usable),
        Figure("Round trips from the script tag to the first words, Slow 3G", "", MOST_ROUND_TRIPS, trips),
        Figure("Phone number not there before any script", "", 0, hidden),
        Figure("An answer's arrival to its paint", "ms", MOST_PAINT_MS, paints),
        Figure("Longest task", "ms", MOST_TASK_MS, tasks),
    ]


@contextmanager
def _visited() -> Iterator[tuple[Browser, str, str]]:
    """The browser, the address of another site's page with the chat, and that of the whole page."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_host() as host,
        running_site(Path(data), (host.address,)) as site,
        sync_playwright() as playwright,
    ):
        address = page_with_the_line(host, site)
        browser = launch(playwright)
        yield browser, address, f"{site.address}/"
        browser.close()


@contextmanager
def _page(browser: Browser, line: Line) -> Iterator[Page]:
    """A page of a phone with nothing kept, on a slow processor and line."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _conditions(line))
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page
    context.close()


def _conditions(line: Line) -> dict[str, Any]:
    return {
        "offline": False,
        "latency": line.latency_ms,
        "downloadThroughput": line.down,
        "uploadThroughput": line.up,
    }


def _until_usable(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    return float(page.wait_for_function(USABLE, polling=10, timeout=30_000).json_value())


def _until_painted(page: Page) -> float:
    chat = Embedded(page)
    chat.launcher.click()
    chat.field.fill(ANSWERED)
    painted = page.evaluate_handle(f"() => {{ window.paint = ({PAINT})() }}")
    painted.dispose()
    page.keyboard.press("Enter")
    return float(page.evaluate("window.paint"))


def _round_trips(page: Page, address: str) -> float:
    """Requests that had to be waited for one after the other until the first words stand there."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    Embedded(page).start(address)
    return float(len(asked) - 1)  # without the page itself


def _number_missing_without_script(page: Page, address: str) -> float:
    page.route("**/review-chat.js", lambda route: route.abort())
    page.goto(address)
    return float(not page.locator("a[href^='tel:']").first.is_visible())


def as_table(figures: Sequence[Figure]) -> Table:
    """For a terminal."""
    table = Table(title=f"In the browser, processor slowed {SLOWER} times, {ROUNDS} rounds")
    for heading in ("", "median", "worst", "at most", ""):
        table.add_column(heading)
    for row in rows(figures):
        table.add_row(*row)
    return table


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """One row a figure."""
    return [
        (
            figure.title,
            f"{figure.median:.0f} {figure.unit}".strip(),
            f"{max(figure.values):.0f} {figure.unit}".strip(),
            f"{figure.most:.0f} {figure.unit}".strip(),
            "met" if figure.met else "not met",
        )
        for figure in figures
    ]


def disturbance() -> str:
    """What to say if something else keeps the machine busy now; empty if it is left alone."""
    busy = psutil.cpu_percent(interval=2) / 100 * (psutil.cpu_count() or 1)
    if busy < DISTURBED:
        return ""
    return f"Something else kept {busy:.1f} cores busy: measure again on a machine left alone."


def as_markdown(figures: Sequence[Figure], day: str, machine: str, disturbed: str) -> str:
    """For the documentation."""
    head = ("", "median", "worst", "at most", "")
    table = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows(figures))]
    lines = [
        "# Speed in the browser",
        "",
        "Written by `make bench` (alone: `make bench ONLY=browser`): Chromium on another site's page with nothing",
        f"kept, its processor slowed {SLOWER} times, a stand-in answering at once, {ROUNDS} rounds.",
        "",
        *table,
        "",
        f"Measured on {day}: {machine}. {disturbed}".rstrip(),
    ]
    return "\n".join(lines) + "\n"
