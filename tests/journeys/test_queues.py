"""Lists in a real browser: many tickets changed and taken back, a preview beside the list, a filter kept as a view."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEAD, check_access, visitor
from tests.journeys.reports import complaints_of


@pytest.fixture(scope="module")
def lead(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, LEAD)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def test_a_selection_is_tagged_and_taken_back_as_one(lead: Page) -> None:
    lead.goto("/desk/q/service-desk/")
    for key in ("j", "x", "j", "x"):
        lead.keyboard.press(key)
    expect(lead.locator("[data-bulk]")).to_be_visible()
    check_access(lead)
    lead.get_by_label("More actions").click()
    lead.get_by_role("button", name="Add a tag").click()
    expect(lead.get_by_role("heading", name="Tag 2 tickets")).to_be_visible()
    check_access(lead)
    lead.get_by_role("textbox", name="Tag").fill("by journey")
    lead.keyboard.press("Enter")
    expect(lead.locator("#undo")).to_contain_text("2 tickets changed.")
    lead.keyboard.press("z")
    expect(lead.locator("#undo")).to_contain_text("2 tickets are as they were.")


def test_a_ticket_is_read_beside_the_list(lead: Page) -> None:
    lead.goto("/desk/q/service-desk/")
    lead.keyboard.press("j")
    lead.keyboard.press(" ")
    expect(lead.locator(".pv-title")).to_be_visible()
    check_access(lead)
    lead.locator(".li").nth(1).click()
    expect(lead.locator(".li").nth(1)).to_have_attribute("aria-current", "true")
    expect(lead).to_have_url(re.compile(r"t=(INC|REQ)-\d+"))
    lead.keyboard.press("o")
    expect(lead.locator("#preview")).to_be_focused()
    lead.keyboard.press("Escape")
    lead.keyboard.press("v")
    expect(lead.locator("table.q")).to_be_visible()


def test_a_filter_is_kept_as_a_view(lead: Page) -> None:
    lead.goto("/desk/v/my-teams/")
    lead.keyboard.press("f")
    lead.get_by_label("P4 Low").check(force=True)
    check_access(lead)
    lead.locator("#dialog button[type=submit]").click()
    expect(lead.locator(".filter")).to_contain_text("P4 Low")
    lead.get_by_role("link", name="Save as view").click()
    lead.locator("#id_name").fill("Small things")
    check_access(lead)
    lead.get_by_role("button", name="Save view").click()
    expect(lead.get_by_role("heading", name="Small things")).to_be_visible()
    expect(lead.locator(".side [id^=count-view-]").first).to_have_text(re.compile(r"^\d+\+?$"))


def test_from_ticket_to_ticket_as_they_stood_in_the_list(lead: Page) -> None:
    lead.goto("/desk/q/service-desk/")
    links = lead.locator("[data-row-link]")
    first, second = (str(links.nth(at).get_attribute("href")) for at in (0, 1))
    links.first.click()
    walk = lead.get_by_role("navigation", name="Tickets of the list")
    expect(walk).to_contain_text(re.compile(r"^1 of \d+"))
    walk.get_by_role("link", name="Next ticket of the list").click()
    lead.wait_for_url(re.compile(second))
    expect(walk).to_contain_text(re.compile(r"^2 of \d+"))
    walk.get_by_role("link", name="Previous ticket").click()
    lead.wait_for_url(re.compile(first))


def test_one_live_region_speaks_on_every_page(lead: Page) -> None:
    for address in ("/", "/desk/", "/desk/q/service-desk/?layout=split", "/desk/rules/", "/tickets/new/"):
        lead.goto(address)
        spoken = lead.locator("[aria-live]:not([aria-live=off]), [role=status], [role=log], output")
        assert [one.get_attribute("id") for one in spoken.all()] == ["announce"], address
