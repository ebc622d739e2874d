"""A manager adds a holiday, sees what it would change, puts it in force; the ticket's deadline has moved."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, MANAGER, REQUESTER, check_access, visitor
from tests.journeys.reports import complaints_of, report, sideways

# a recount may wait for its worker, at the latest for the next beat
COUNTED = {"timeout": 40_000}


@pytest.fixture(scope="module")
def key(browser: Browser, product: Product) -> str:
    page = visitor(browser, product.url, REQUESTER)
    made = report(page, "Pemindai gudang tidak terbaca")
    page.context.close()
    return made


@pytest.fixture(scope="module")
def manager(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, MANAGER)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def deadlines(page: Page, key: str) -> list[str]:
    """When each promise on a ticket is due, as its page says."""
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#panel-clock time").first).to_be_visible()
    return [str(one.get_attribute("datetime")) for one in page.locator("#panel-clock time").all()]


def test_a_holiday_moves_a_deadline_once_it_is_in_force(manager: Page, key: str) -> None:
    before = deadlines(manager, key)
    said = manager.locator("#panel-clock").inner_text()
    calendar = next(name for name in ("Round the clock", "Office hours") if name in said)
    manager.goto("/desk/promises/")
    check_access(manager)
    manager.get_by_role("link", name=f"Edit {calendar}").click()
    check_access(manager)
    # the days on which the ticket is due: whichever they are, they are closed now
    fields = manager.locator(".cal-row-holiday input[type=date][value='']").all()
    rows = [str(field.get_attribute("name")) for field in fields][:3]
    assert len(rows) == 3
    for day, name in enumerate(rows):
        date = manager.evaluate(f"new Date(Date.now() + {day} * 864e5).toISOString().slice(0, 10)")
        manager.locator(f"[name='{name}']").fill(date)
        manager.locator(f"[name='{name.replace('-day', '-name')}']").fill(f"Office moves, day {day + 1}")
    manager.get_by_label("What changed, and why").fill("The office moves")
    manager.get_by_role("button", name="Show what would change").last.click()
    manager.wait_for_url(re.compile("/recounts/"))
    expect(manager.get_by_role("button", name="Put in force")).to_be_visible(**COUNTED)
    expect(manager.locator("main")).to_contain_text("would move")
    expect(manager.locator(".pr-diff")).to_contain_text("Office moves, day 1")
    check_access(manager)
    assert deadlines(manager, key) == before
    manager.go_back()
    manager.get_by_role("button", name="Put in force").click()
    expect(manager.locator("main")).to_contain_text("Put in force by Maya", **COUNTED)
    expect(manager.locator("main")).to_contain_text(re.compile("deadlines? moved"), **COUNTED)
    check_access(manager)
    assert deadlines(manager, key) != before


def test_a_policy_is_drafted_checked_and_shown_in_words(manager: Page) -> None:
    manager.goto("/desk/promises/policies/new/")
    check_access(manager)
    manager.get_by_label("Name (required)").fill("Warehouse at night")
    manager.get_by_role("button", name="Condition", exact=True).click()
    expect(manager.locator("#id_conditions-1-field")).to_be_focused()
    manager.select_option("#id_conditions-1-field", "service")
    manager.select_option("#id_conditions-1-value", "wms")
    manager.get_by_label("First reply, P1 Critical").fill("soon")
    manager.get_by_role("button", name="Check").last.click()
    expect(manager.locator(".error-summary")).to_contain_text("Write a time")
    expect(manager.locator(".in-words")).to_contain_text(re.compile("service is \\w+"))
    manager.get_by_label("First reply, P1 Critical").fill("10m")
    manager.get_by_role("button", name="Show what would change").click()
    expect(manager.get_by_role("button", name="Put in force")).to_be_visible(**COUNTED)
    expect(manager.locator("main")).to_contain_text("A first version")
    manager.goto("/desk/promises/")
    expect(manager.locator("main")).to_contain_text("Warehouse at night")


def test_who_only_reads_finds_no_buttons(browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, LEVEL_1, width=390)
    page.goto("/desk/promises/")
    expect(page.get_by_role("link", name="New policy")).to_have_count(0)
    check_access(page)
    assert not sideways(page)
    page.context.close()
