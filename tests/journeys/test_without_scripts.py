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


def test_the_operations_work_as_plain_pages(pages: tuple[Page, Page, Page]) -> None:
    requester, page, _second = pages
    key, again = _report(requester), _report(requester)
    page.goto(f"/desk/t/{key}/")
    page.locator("#tag-add").fill("docking")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-tags")).to_contain_text("docking")
    page.get_by_role("button", name="Take off the tag docking").click()
    expect(page.locator("#ticket-tags")).not_to_contain_text("docking")
    _by_more(page, "Log time", {"#id_minutes": "30"}, "Save")
    _by_more(page, "Snooze", {"#id_note": "Tunggu kabel."}, "Snooze")
    page.goto(f"/desk/t/{key}/")
    _by_more(page, "Add a checklist", {}, "Add")
    _by_more(page, "Link a ticket", {"#id_other": again}, "Link")
    page.goto(f"/desk/t/{key}/side/")
    for what in ("30 min", again.split("-")[1]):
        expect(page.locator("main")).to_contain_text(what)
    page.get_by_role("button", name=re.compile("^Tick off")).first.click()
    expect(page.locator("#undo")).to_contain_text("Done:")
    _by_more(page, "Merge into another ticket", {"#id_into": again}, "Go on")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("#merged-away")).to_contain_text(again)
    page.get_by_role("button", name="Take the merge back").click()
    expect(page.locator("#merged-away")).not_to_contain_text(again)


def _by_more(page: Page, entry: str, typed: dict[str, str], button: str) -> None:
    page.locator("#ticket-more > summary").click()
    page.locator("#ticket-more").get_by_role("link", name=entry).click()
    for field, text in typed.items():
        page.locator(field).fill(text)
    page.locator("main").get_by_role("button", name=button).first.click()
