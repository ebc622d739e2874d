"""A call is written down by keyboard alone, before the caller has finished the sentence."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEAD, LEVEL_1, check_access, visitor
from tests.journeys.reports import complaints_of

MOST_ACTIONS = 12


class Keyboard:
    """Counts what the hands do: a key, or a text typed in one go."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.actions += 1
        self.page.keyboard.type(text)


def _template(browser: Browser, product: Product) -> None:
    lead = visitor(browser, product.url, LEAD)
    lead.goto("/desk/phone-templates/new/")
    lead.fill("#id_name", "Printer")
    lead.fill("#id_subject", "Printer prints nothing")
    lead.fill("#id_description", "Which printer?\n")
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_role("heading", name="Printer")).to_be_visible()
    check_access(lead)
    lead.context.close()


def test_a_call_takes_under_twelve_key_actions(browser: Browser, product: Product) -> None:
    _template(browser, product)
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    page.goto("/desk/q/service-desk/")
    keys = Keyboard(page)
    keys.press("c")
    page.wait_for_url("**/desk/new/", wait_until="load")
    expect(page.locator("#id_requester")).to_be_focused()
    keys.type("rina wul")
    keys.press("Enter")
    expect(page.locator("#caller-card")).to_contain_text("Rina Wulandari")
    expect(page.locator("#phone-templates button").first).to_be_focused()
    keys.press("1")
    expect(page.locator("#id_description")).to_be_focused()
    keys.type("Lantai 3.")
    check_access(page)
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/t/INC-\d+/"))
    expect(page.locator("main h1")).to_contain_text("Printer prints nothing")
    expect(page.locator("#prop-assignee summary")).to_contain_text("Fitri")
    assert keys.actions < MOST_ACTIONS
    page.context.close()
    assert not said


def test_a_number_in_any_spelling_and_the_arrows_find_the_caller(browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, LEVEL_1, width=390)
    page.goto("/desk/new/")
    page.keyboard.type("an")
    options = page.locator("#callers [role=option]")
    expect(options.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#id_requester")).to_have_attribute(
        "aria-activedescendant", str(options.nth(1).get_attribute("id"))
    )
    check_access(page)
    page.keyboard.press("Escape")
    expect(options.nth(1)).to_be_hidden()
    expect(page.locator("#id_requester")).to_be_focused()
    page.context.close()
