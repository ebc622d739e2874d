"""A menu that somebody has open does not shut because the ticket changed meanwhile."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import report


def test_an_open_menu_outlives_a_change_of_the_ticket(browser: Browser, product: Product) -> None:
    reporter = visitor(browser, product.url, REQUESTER)
    key = report(reporter, "Layar berkedip")
    page = visitor(browser, product.url, LEVEL_1)
    page.goto(f"/desk/t/{key}/")
    menu = page.locator("#ticket-more")
    menu.locator("summary").click()
    page.evaluate("document.getElementById('ticket-more').dataset.old = '1'")
    reporter.goto(f"/my/tickets/{key}/")
    reporter.get_by_label("Your answer").fill("Masih berkedip.")
    reporter.get_by_role("button", name="Send").click()
    # drawn anew, and still open
    expect(page.locator("#ticket-more:not([data-old])[open]")).to_be_visible(timeout=20_000)
    reporter.context.close()
    page.context.close()
