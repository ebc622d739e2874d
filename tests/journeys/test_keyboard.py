"""A morning's work without touching the mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report


@pytest.fixture(scope="module")
def key(browser: Browser, product: Product) -> str:
    page = visitor(browser, product.url, REQUESTER)
    made = report(page)
    page.context.close()
    return made


@pytest.fixture(scope="module")
def agent(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def test_the_queue_is_walked_and_a_row_is_opened(agent: Page) -> None:
    agent.goto("/desk/q/service-desk/")
    links = agent.locator("[data-row-link]")
    agent.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    agent.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    agent.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    agent.keyboard.press("x")
    expect(agent.locator("[data-bulk]")).to_be_visible()
    agent.keyboard.press("x")
    expect(agent.locator("[data-bulk]")).to_be_hidden()
    wanted = links.nth(0).get_attribute("href")
    agent.keyboard.press("Enter")
    agent.wait_for_url(re.compile(re.escape(str(wanted))))


def test_several_are_taken_and_given_back_with_two_keys(agent: Page) -> None:
    agent.goto("/desk/q/service-desk/?f=unassigned")
    links = agent.locator("[data-row-link]")
    taken = str(links.nth(0).get_attribute("href"))
    agent.keyboard.press("j")
    agent.keyboard.press("x")
    agent.keyboard.press("Shift+I")
    expect(agent.locator("#undo")).to_contain_text("yours now")
    agent.wait_for_load_state()
    agent.keyboard.press("z")
    expect(agent.locator("#undo")).to_contain_text("as it was")
    agent.goto(taken)
    expect(agent.locator("#prop-assignee summary")).to_contain_text("Nobody")


def test_taking_is_one_key_and_so_is_taking_it_back(agent: Page, key: str) -> None:
    agent.goto(f"/desk/t/{key}/")
    agent.keyboard.press("Shift+I")
    expect(agent.locator("#prop-assignee summary")).to_contain_text("Fitri")
    agent.keyboard.press("z")
    expect(agent.locator("#prop-assignee summary")).to_contain_text("Nobody")
    expect(agent.locator("#ticket-actions")).to_contain_text("Take it")


def test_escape_leaves_the_editor_and_keeps_the_draft(agent: Page, key: str) -> None:
    agent.goto(f"/desk/t/{key}/")
    agent.keyboard.press("n")
    note = agent.locator("#composer-note")
    expect(note).to_be_focused()
    agent.keyboard.type("rn jekz?")
    expect(note).to_have_value("rn jekz?")
    agent.keyboard.press("Escape")
    expect(note).to_be_hidden()
    agent.keyboard.press("r")
    expect(agent.locator("#composer-reply")).to_be_focused()
    expect(agent.locator("#composer-reply")).to_have_value("")
    agent.keyboard.type("Halo Bu Rina.")
    agent.keyboard.press("Escape")
    agent.keyboard.press("n")
    expect(note).to_have_value("rn jekz?")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#timeline .msg-note")).to_contain_text("rn jekz?")
    expect(agent.locator("#timeline .msg-agent")).to_have_count(0)


def test_the_draft_is_on_the_server(agent: Page, key: str) -> None:
    agent.goto(f"/desk/t/{key}/")
    with agent.expect_response(re.compile("/draft/")):
        agent.keyboard.press("r")
        agent.keyboard.press("Control+a")
        agent.keyboard.type("Halo lagi.")
    agent.goto(f"/desk/t/{key}/?write=reply")
    expect(agent.locator("#composer-reply")).to_have_value("Halo lagi.")


def test_focus_comes_back_to_what_opened_the_dialog(agent: Page, key: str) -> None:
    agent.goto(f"/desk/t/{key}/")
    agent.keyboard.press("e")
    dialog = agent.locator("#dialog")
    expect(dialog).to_contain_text("What happens next")
    assert agent.evaluate("document.getElementById('dialog').contains(document.activeElement)")
    agent.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(agent.get_by_role("link", name=re.compile("^Escalate"))).to_be_focused()


def test_a_changed_property_keeps_the_focus(agent: Page, key: str) -> None:
    agent.goto(f"/desk/t/{key}/")
    agent.keyboard.press("p")
    agent.locator("#prop-priority button.menu-i", has_text="P3").press("Enter")
    expect(agent.locator("#undo")).to_contain_text("Priority: P3")
    expect(agent.locator("#prop-priority summary")).to_be_focused()


def test_the_list_of_keys_and_the_switch_that_turns_them_off(agent: Page, key: str) -> None:
    agent.goto("/desk/q/service-desk/")
    agent.keyboard.press("?")
    dialog = agent.locator("#dialog")
    expect(dialog).to_contain_text("Keyboard shortcuts")
    dialog.locator("[data-keys-switch]").uncheck()
    agent.keyboard.press("Escape")
    agent.keyboard.press("j")
    expect(agent.locator(".is-cursor")).to_have_count(0)
    agent.goto(f"/desk/t/{key}/")
    agent.keyboard.press("n")
    expect(agent.locator("#composer-note")).to_be_hidden()
    agent.goto("/desk/q/service-desk/")
    agent.locator(".hints [data-keys-help]").click()
    dialog.locator("[data-keys-switch]").check()
    agent.keyboard.press("Escape")
    expect(agent.locator(".hints [data-keys-help]")).to_be_focused()
    agent.keyboard.press("j")
    expect(agent.locator(".is-cursor")).to_have_count(1)
