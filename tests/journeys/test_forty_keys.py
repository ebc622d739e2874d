"""Forty keys without a mouse: five tickets triaged, a note, a reply, undo; the focus is asked for along the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report

TRIAGED = 5


@pytest.fixture(scope="module")
def desk(browser: Browser, product: Product) -> Iterator[tuple[Page, list[str]]]:
    asker = visitor(browser, product.url, REQUESTER)
    keys = [report(asker) for _ in range(TRIAGED)]
    asker.context.close()
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page, keys
    page.context.close()
    # going on at once cuts background requests short, which htmx reports as an error
    assert not [text for text in said if "htmx:sendAbort" not in text and "htmx:afterRequest" not in text]


def _go(page: Page, address: str) -> None:
    """To another page once this one has had its answers: a request cut short is reported on the console."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.goto(address)


def _take_and_rank(page: Page, key: str) -> None:
    """Four keys for each ticket: take it, open the priorities, choose one, and back where one was."""
    _go(page, f"/desk/t/{key}/")
    page.keyboard.press("Shift+I")
    expect(page.locator("#prop-assignee summary")).to_contain_text("Fitri")
    page.keyboard.press("p")
    expect(page.locator("#prop-priority details, details#prop-priority").first).to_have_attribute("open", "")
    page.locator("#prop-priority button.menu-i", has_text="P3").press("Enter")
    expect(page.locator("#undo")).to_contain_text("Priority: P3")
    expect(page.locator("#prop-priority summary")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#prop-priority summary")).not_to_contain_text("P3")
    expect(page.locator("#prop-priority summary")).to_be_focused()


def test_five_tickets_are_triaged(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    for key in keys:
        _take_and_rank(page, key)


def test_note_reply_and_escalation_go_without_the_mouse(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    _go(page, f"/desk/t/{keys[0]}/")
    page.keyboard.press("n")
    expect(page.locator("#composer-note")).to_be_focused()
    page.keyboard.type("Checked the switch.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .msg-note")).to_contain_text("Checked the switch.")
    expect(page.locator("#composer-note")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("#composer-reply")).to_be_focused()
    page.keyboard.type("We are looking into it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .msg-agent")).to_contain_text("We are looking into it.")
    expect(page.locator("#composer-reply")).to_be_hidden()
    page.keyboard.press("e")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("What happens next")
    assert page.evaluate("document.getElementById('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=re.compile("^Escalate"))).to_be_focused()
    page.keyboard.press("Shift+R")
    expect(dialog).to_contain_text("Resolve")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=re.compile("^Resolve"))).to_be_focused()


def test_an_older_step_is_taken_back_in_the_history(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    _go(page, f"/desk/t/{keys[1]}/")
    page.keyboard.press("p")
    page.locator("#prop-priority button.menu-i", has_text="P1").press("Enter")
    expect(page.locator("#prop-priority summary")).to_contain_text("P1")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.reload()
    step = page.locator("#timeline [id^=undo-]").last
    if not step.is_visible():
        page.locator("#timeline .ev-group > summary").last.press("Enter")
    step.press("Enter")
    expect(page.locator("#prop-priority summary")).not_to_contain_text("P1")
    expect(page.locator("body")).not_to_be_focused()


def test_other_keys_are_chosen_and_the_hints_follow(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    _go(page, "/me/keys/")
    page.get_by_label("Internal note", exact=True).press("q")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_contain_text("Saved")
    _go(page, f"/desk/t/{keys[0]}/")
    expect(page.locator('[data-compose="note"]').first).to_have_attribute("aria-keyshortcuts", "Q")
    page.keyboard.press("n")
    expect(page.locator("#composer-note")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator("#composer-note")).to_be_focused()
    _go(page, "/me/keys/")
    page.get_by_role("button", name="All keys as usual").press("Enter")
    expect(page.get_by_label("Internal note", exact=True)).to_have_value("N")


def test_the_next_row_has_the_focus_after_some_were_taken(desk: tuple[Page, list[str]]) -> None:
    page, _keys = desk
    _go(page, "/desk/q/service-desk/?f=unassigned")
    following = str(page.locator("[data-row-link]").nth(1).get_attribute("href"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+I")
    expect(page.locator("#undo")).to_contain_text("yours now")
    expect(page.locator(f'[data-row-link][href="{following}"]')).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(page.locator("#undo")).to_contain_text("as it was")
