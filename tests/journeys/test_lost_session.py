"""The session ends while somebody writes: nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import DOMAIN, LEVEL_1, PASSWORD, REQUESTER, visitor
from tests.journeys.reports import report


def end_session(page: Page) -> None:
    names = [cookie["name"] for cookie in page.context.cookies() if "session" in cookie["name"]]
    assert names
    for name in names:
        page.context.clear_cookies(name=name)


def test_the_agent_signs_in_over_the_page_and_sends(browser: Browser, product: Product) -> None:
    requester, page = (visitor(browser, product.url, name) for name in (REQUESTER, LEVEL_1))
    key = report(requester)
    page.goto(f"/desk/t/{key}/?write=reply")
    page.locator("#composer-reply").fill("Bu Rina, sudah saya ganti rolnya.")
    end_session(page)
    page.locator("#composer-reply").press("Control+Enter")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("what you typed is still here")
    expect(page.locator("#composer-reply")).to_have_value("Bu Rina, sudah saya ganti rolnya.")
    dialog.locator("input[name=login]").fill(f"{LEVEL_1}@{DOMAIN}")
    dialog.locator("input[name=password]").fill("salah")
    dialog.locator("input[name=password]").press("Enter")
    expect(dialog.locator("[data-sign-in-error]")).to_be_visible()
    dialog.locator("input[name=password]").fill(PASSWORD)
    dialog.locator("input[name=password]").press("Enter")
    expect(dialog).not_to_be_visible()
    expect(page.locator("#composer-reply")).to_have_value("Bu Rina, sudah saya ganti rolnya.")
    page.get_by_role("button", name=re.compile("Send to Rina")).click()
    expect(page.locator("#timeline .msg-agent")).to_have_count(1)
    expect(page.locator("#timeline .msg-agent")).to_contain_text("sudah saya ganti rolnya")
    for one in (requester, page):
        one.context.close()


def test_the_requesters_report_is_back_after_signing_in(browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, REQUESTER, java_script_enabled=False)
    page.goto("/tickets/new/")
    page.get_by_label(re.compile("What is happening")).fill("Layar biru waktu rapat")
    page.get_by_label(re.compile("Tell us more")).fill("Tiga kali hari ini, kode 0x9F.")
    end_session(page)
    page.get_by_role("button", name="Send to IT").click()
    page.fill("input[name=login]", f"{REQUESTER}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/tickets/new/"))
    expect(page.get_by_label(re.compile("What is happening"))).to_have_value("Layar biru waktu rapat")
    expect(page.get_by_label(re.compile("Tell us more"))).to_have_value("Tiga kali hari ini, kode 0x9F.")
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_url(re.compile("sent=1"))
    page.context.close()
