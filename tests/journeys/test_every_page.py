"""Every page of every role, in both themes and languages: axe, the console, and no scrolling sideways."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import AXE, AXE_AGAIN, LEVEL_1, LEVEL_2, MANAGER, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report, sideways

ADMIN = "dimas.anggoro"
WIDTHS = (1440, 390, 320)
# what each role has, without the pages another role has shown already
PAGES = {
    REQUESTER: [
        "/",
        "/tickets/new/",
        "/my/tickets/",
        "/my/tickets/{own}/",
        "/my/tickets/{own}/print/",
        "/kb/",
        "{article}",
        "/search?q=vpn",
        "/search?q=tidakadasamasekali",
        "/status/",
        "/roster/service-desk/",
        "/me/preferences/",
        "/nothing-here/",
    ],
    LEVEL_1: [
        "/desk/",
        "/desk/q/service-desk/",
        "/desk/q/service-desk/?f=mine",
        "/desk/t/{own}/",
        "/desk/t/{own}/?write=reply",
        "/desk/t/{own}/?write=note",
        "/desk/t/{own}/escalate/",
        "/desk/t/{own}/resolution/",
        "/desk/t/{own}/waiting/",
        "/desk/t/{own}/vendor/",
        "/desk/t/{own}/summon/",
        "/desk/tiers/",
        "/desk/t/{own}/bugs/",
        "/desk/t/{own}/helpers/invite/",
        "/desk/t/{own}/rules/",
        "/desk/t/{own}/tags/",
        "/desk/t/{own}/snooze/",
        "/desk/t/{own}/time/log/",
        "/desk/t/{own}/followers/add/",
        "/desk/t/{own}/checklists/add/",
        "/desk/t/{own}/print/",
        "/desk/checklists/",
        "/desk/macros/",
        "/desk/macros/new/",
        "/desk/t/{own}/macros/",
        "/desk/plans/",
        "/desk/new/",
        "/desk/updates/",
        "/desk/roster/",
        "/desk/roster/service-desk/",
        "/desk/training/",
        "/me/calendar/",
    ],
    LEVEL_2: ["/desk/", "/desk/q/network-access/"],
    MANAGER: [
        "/desk/dashboard/",
        "/desk/rules/",
        "/desk/rules/1/",
        "/desk/rules/1/edit/",
        "/desk/rules/new/",
        "/desk/rules/import/",
        "/desk/rules/dry-runs/",
        "/desk/tiers/edit/",
        "/desk/tiers/versions/1/",
        "/desk/tiers/services/accounts/",
        "/desk/roster/service-desk/plan/",
        "/desk/roster/service-desk/weekly/new/",
        "/desk/roster/service-desk/rota/",
        "/desk/training/",
        "/desk/training/sessions/1/",
        "/desk/training/needs/1/",
        "/desk/checklists/new/",
        "/desk/macros/1/",
        "/desk/plans/new/",
        "/desk/time/",
        "/desk/promises/",
        "/desk/promises/calendars/new/",
        "/desk/promises/policies/new/",
        "/desk/vendors/",
        "/desk/vendors/new/",
        "/desk/vendors/1/",
        "/desk/vendors/1/contracts/new/",
        "/desk/major/",
        "/desk/major/1/",
        "/desk/major/1/review/",
        "/desk/major/2/promote/",
    ],
    ADMIN: ["/mail/"],
}


@pytest.fixture(scope="module")
def places(browser: Browser, product: Product) -> dict[str, str]:
    """A ticket and an article that are there in every demonstration."""
    page = visitor(browser, product.url, REQUESTER)
    own = report(page, "Laptop tidak mau menyala sejak pembaruan tadi malam")
    page.goto("/kb/")
    link = page.locator("main a[href^='/kb/']").first.get_attribute("href")
    page.context.close()
    return {"own": own, "article": str(link)}


def dress(page: Page, url: str, language: str, theme: str) -> None:
    chosen = {"django_language": language, "theme": theme}
    page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in chosen.items()])


def look_at(page: Page, address: str, options: dict[str, Any] = AXE) -> list[str]:
    """axe at the width it was opened in, then every width."""
    page.goto(address)
    # the panels that a page fetches for itself belong to it
    expect(page.locator(".htmx-request")).to_have_count(0)
    found = Axe().run(page, options=options).response["violations"]
    wrong = [f"{address} {row['id']}: {node['html'][:160]}" for row in found for node in row["nodes"][:3]]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += filter(None, [sideways(page)])
    return wrong


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("id", "dark", 390)])
@pytest.mark.parametrize("role", PAGES)
def test_every_page_of(
    role: str, language: str, theme: str, width: int, browser: Browser, product: Product, places: dict[str, str]
) -> None:
    page = visitor(browser, product.url, role, language=language, theme=theme)
    said = complaints_of(page)
    wrong = []
    for address in PAGES[role]:
        dress(page, product.url, language, theme)
        page.set_viewport_size({"width": width, "height": 900})
        wrong += look_at(page, address.format(**places), AXE if theme == "light" else AXE_AGAIN)
        assert page.locator("html").get_attribute("lang") == language, address
        if not address.endswith("/print/"):  # paper is black on white, whatever the theme
            assert page.locator("html").get_attribute("data-bs-theme") == theme, address
    page.context.close()
    assert not wrong + said, "\n".join(wrong + said)


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("id", "dark", 390)])
def test_the_way_in_and_out(language: str, theme: str, width: int, page: Page, product: Product) -> None:
    page.goto("/login/")
    dress(page, product.url, language, theme)
    page.set_viewport_size({"width": width, "height": 900})
    assert not look_at(page, "/login/")
