"""`python -m tests.desk_browser.screenshots`: the pictures of docs/desk.md, taken from the desk itself."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.server import running_site
from tests.desk_browser.learning import answers_by_colleagues, weeks_of_figures, weeks_of_questions
from tests.desk_browser.staff import hired, overnight
from web.keys import SETTINGS
from web.records.keys import load_keys
from web.records.tables import Tables

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE = {"width": 1100, "height": 760}
PAGES = {
    "desk-requests": "/desk/requests",
    "desk-item": "/desk/requests/{urgent}",
    "desk-week": "/desk/meetings?week={week}",
    "desk-questions": "/desk/questions",
    "desk-answer": "/desk/answers/{answer}",
    "desk-figures": "/desk/figures",
    "desk-switches": "/desk/switches",
}


def main() -> int:
    """Called as a program."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site, sync_playwright() as playwright:
        references, amira = overnight(site), hired(site, "manager")
        weeks_of_questions(site)
        weeks_of_figures(site, Tables(load_keys(site.app[SETTINGS])[0]))
        answer = answers_by_colleagues(site)
        times = site.run(site.meetings.times())
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        context = browser.new_context(base_url=site.address, viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
        amira.sign_in(context)
        page = context.new_page()
        week = f"{times[0][0].starts_at:%G-W%V}"
        for name, address in PAGES.items():
            page.goto(address.format(week=week, answer=answer, **references))
            page.screenshot(path=PICTURES / f"{name}.png")
            print(f"docs/pictures/{name}.png")  # noqa: T201
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
