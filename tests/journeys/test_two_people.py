"""Two agents on one ticket, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, LEVEL_1_COLLEAGUE, REQUESTER, visitor
from tests.journeys.reports import address_packet, complaints_of, report

SEEN_WITHIN_MS = 5_000


@pytest.fixture(scope="module")
def agents(browser: Browser, product: Product) -> Iterator[tuple[Page, Page]]:
    pages = visitor(browser, product.url, LEVEL_1), visitor(browser, product.url, LEVEL_1_COLLEAGUE)
    said = [complaints_of(page) for page in pages]
    yield pages
    for page in pages:
        page.context.close()
    assert said == [[], []]


@pytest.fixture
def key(browser: Browser, product: Product) -> str:
    page = visitor(browser, product.url, REQUESTER)
    made = report(page)
    page.context.close()
    return made


def choose(page: Page, name: str, label: str) -> None:
    page.locator(f"#prop-{name} summary").click()
    page.locator(f"#prop-{name} button.menu-i", has_text=label).click()


def test_a_change_by_one_is_on_the_others_page_without_a_reload(agents: tuple[Page, Page], key: str) -> None:
    fitri, ilham = agents
    for page in agents:
        page.goto(f"/desk/t/{key}/")
        expect(page.locator("#panel-requester")).to_contain_text("Rina")
    ilham.get_by_role("link", name=re.compile("^Internal note")).first.click()
    ilham.locator("#composer-note").fill("Saya sedang menulis ini.")
    choose(fitri, "priority", "P1")
    expect(ilham.locator("#prop-priority summary")).to_contain_text("P1", timeout=SEEN_WITHIN_MS)
    expect(ilham.locator("#composer-note")).to_have_value("Saya sedang menulis ini.")
    expect(ilham.locator("#ticket-actions")).to_contain_text("Resolve")
    expect(fitri.locator("#undo")).to_contain_text("Priority: P1")
    fitri.locator("h1").click()
    fitri.keyboard.press("z")
    expect(fitri.locator("#prop-priority summary")).not_to_contain_text("P1", timeout=SEEN_WITHIN_MS)
    expect(fitri.locator("#undo .undo")).to_have_count(0)
    expect(ilham.locator("#prop-priority summary")).not_to_contain_text("P1", timeout=SEEN_WITHIN_MS)


def test_a_stale_choice_says_who_changed_what_and_can_be_made_anyway(agents: tuple[Page, Page], key: str) -> None:
    fitri, ilham = agents
    fitri.goto(f"/desk/t/{key}/")
    with_old_form(ilham, key)
    choose(fitri, "priority", "P1")
    expect(fitri.locator("#prop-priority summary")).to_contain_text("P1")
    choose(ilham, "priority", "P4")
    conflict = ilham.locator("[data-conflict]")
    expect(conflict).to_contain_text("Fitri")
    expect(conflict).to_contain_text("set the priority")
    conflict.get_by_role("button", name=re.compile("anyway")).click()
    expect(ilham.locator("#prop-priority summary")).to_contain_text("P4")


def test_a_stale_escalation_keeps_what_was_typed_and_can_be_sent_anyway(agents: tuple[Page, Page], key: str) -> None:
    fitri, ilham = agents
    fitri.goto(f"/desk/t/{key}/")
    with_old_form(ilham, key)
    ilham.get_by_role("link", name=re.compile("^Escalate")).click()
    dialog = ilham.locator("#dialog")
    address_packet(dialog)
    dialog.get_by_text("Needs access").click()
    dialog.get_by_label("What is asked").fill("Mohon cek switch lantai 3.")
    choose(fitri, "priority", "P1")
    expect(fitri.locator("#prop-priority summary")).to_contain_text("P1")
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    expect(dialog).to_contain_text("Fitri")
    expect(dialog.get_by_label("What is asked")).to_have_value("Mohon cek switch lantai 3.")
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    expect(ilham.locator("#undo")).to_contain_text("is with")


def with_old_form(page: Page, key: str) -> None:
    """A page whose network brings it no news: its forms stay as they were drawn."""
    page.route(re.compile("/live/|/changes/"), lambda route: route.abort())
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#panel-requester")).to_contain_text("Rina")
