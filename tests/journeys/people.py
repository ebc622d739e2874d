"""Signing in as one of the demonstration people, and looking at a page with axe."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "tuntas-demo"
DOMAIN = "arunika.example"
REQUESTER, OTHER_REQUESTER = "rina.wulandari", "hendra.gunadi"
LEVEL_1, LEVEL_1_COLLEAGUE, LEVEL_2 = "fitri.handayani", "ilham.tanjung", "bayu.pratama"
LEAD, MANAGER = "nadia.kusuma", "maya.hapsari"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# what passes is not gathered: half the time on a long page
AXE = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
# who has signed in at which product: typing a password sixty times proves no more than typing it once
_sessions: dict[tuple[str, str], Any] = {}


def visitor(
    browser: Browser,
    url: str,
    name: str,
    *,
    language: str = "en",
    theme: str = "light",
    width: int = 1440,
    **options: Any,
) -> Page:
    """A page of somebody who has signed in, in a browser of their own."""
    signed_in = (url, name)
    context: BrowserContext = browser.new_context(
        base_url=url, viewport={"width": width, "height": 900}, storage_state=_sessions.get(signed_in), **options
    )
    context.set_default_timeout(10_000)
    context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": url},
            {"name": "theme", "value": theme, "url": url},
            {"name": "send_delay", "value": "0", "url": url},
        ]
    )
    page = context.new_page()
    if signed_in in _sessions:
        return page
    page.goto("/login/")
    page.fill("input[name=login]", f"{name}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    _sessions[signed_in] = context.storage_state()
    return page


def check_access(page: Page) -> None:
    """axe finds nothing on the page as it stands."""
    page.wait_for_load_state("networkidle") if "/live/" not in page.content() else page.wait_for_timeout(300)
    result = Axe().run(page, options=AXE)
    found = [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result.response["violations"]
        for node in violation["nodes"][:3]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)
