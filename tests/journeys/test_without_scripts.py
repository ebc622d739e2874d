"""JavaScript switched off: every step of the main job works as a plain form."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, LEVEL_2, REQUESTER, visitor
from tests.journeys.reports import address_packet

SUBJECT = "Monitor kedua tidak terdeteksi"


@pytest.fixture(scope="module")
def pages(browser: Browser, product: Product) -> Iterator[tuple[Page, Page, Page]]:
    opened = [visitor(browser, product.url, name, java_script_enabled=False) for name in (REQUESTER, LEVEL_1, LEVEL_2)]
    yield opened[0], opened[1], opened[2]
    for page in opened:
        page.context.close()


def test_the_whole_way_without_scripts(pages: tuple[Page, Page, Page]) -> None:
    requester, first, second = pages
    key = _report(requester)
    first.goto(f"/desk/t/{key}/")
    _take_and_undo(first)
    first.get_by_role("button", name=re.compile("Take it")).click()
    _write(first, key)
    requester.goto(f"/my/tickets/{key}/")
    expect(requester.locator("main")).to_contain_text("Kabel mana")
    requester.get_by_label("Your answer").fill("HDMI.")
    requester.get_by_role("button", name="Send", exact=True).click()
    expect(requester.locator("#conversation")).to_contain_text("HDMI.")
    _escalate(first, key)
    _resolve(second, key)
    requester.goto(f"/my/tickets/{key}/")
    requester.get_by_text("5 very good").click()
    requester.get_by_role("button", name="It works now").click()
    expect(requester.locator("main")).to_contain_text("Solved and closed.")


def _report(page: Page) -> str:
    page.goto("/tickets/new/")
    page.get_by_label(re.compile("What is happening")).fill(SUBJECT)
    page.get_by_label(re.compile("Tell us more")).fill("Sejak ganti docking.")
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_url(re.compile(r"/my/tickets/\w+-\d+/\?sent=1"))
    return re.search(r"(INC|REQ)-\d+", page.url)[0]  # type: ignore[index]


def _take_and_undo(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Take it")).click()
    expect(page.locator("#properties")).to_contain_text("Fitri")
    page.locator("#undo").get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("#prop-assignee summary")).to_contain_text("Nobody")
    expect(page.locator("#undo")).to_contain_text("Taken back")


def _write(page: Page, key: str) -> None:
    page.get_by_role("link", name=re.compile("^Internal note")).first.click()
    page.locator("#composer-note").fill("Docking tipe lama.")
    page.get_by_role("button", name=re.compile("Add internal note")).click()
    expect(page.locator("#timeline .msg-note")).to_contain_text("Docking tipe lama.")
    page.get_by_role("link", name=re.compile("Reply to Rina")).first.click()
    page.locator("#composer-reply").fill("Kabel mana yang dipakai?")
    page.locator("select[name=then]").select_option("requester")
    page.get_by_role("button", name=re.compile("Send to Rina")).click()
    expect(page.locator("#timeline .msg-agent")).to_contain_text("Kabel mana")
    expect(page.locator("#properties")).to_contain_text("Waiting for")


def _escalate(page: Page, key: str) -> None:
    page.goto(f"/desk/t/{key}/")
    page.get_by_role("link", name=re.compile("^Escalate")).click()
    page.get_by_role("button", name=re.compile("^Escalate")).click()
    expect(page.locator(".error-summary")).to_be_visible()
    address_packet(page)
    page.get_by_text("Needs access").click()
    page.get_by_label("What is asked").fill("Mohon cek port docking.")
    page.get_by_role("button", name=re.compile("^Escalate")).click()
    expect(page.locator("#undo")).to_contain_text("is with")


def _resolve(page: Page, key: str) -> None:
    page.goto(f"/desk/t/{key}/")
    page.get_by_role("button", name=re.compile("Take it")).click()
    page.get_by_role("link", name=re.compile("^Resolve")).click()
    page.get_by_label(re.compile("What was done")).fill("Firmware docking diperbarui.")
    page.get_by_label(re.compile("Root cause")).fill("Firmware lama.")
    page.get_by_role("button", name=re.compile("Resolve")).click()
    expect(page.locator("#properties")).to_contain_text("Resolved")
