"""Writing at the desk: a reply that waits, what lands meanwhile, and what the composer offers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEAD, LEVEL_1, LEVEL_1_COLLEAGUE, REQUESTER, check_access, visitor
from tests.journeys.reports import complaints_of, report

LEFT_WITHIN_MS = 20_000


@pytest.fixture
def key(browser: Browser, product: Product) -> str:
    page = visitor(browser, product.url, REQUESTER)
    made = report(page)
    page.context.close()
    return made


@pytest.fixture
def fitri(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page
    page.context.close()
    # a panel that asks anew breaks off its last question: htmx says so, and it is no complaint
    assert [line for line in said if "htmx:sendAbort" not in line and "htmx:afterRequest" not in line] == []


def show(page: Page, key: str) -> None:
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#panel-requester")).to_contain_text("Rina")


def wait_before_leaving(page: Page, product: Product, seconds: int) -> None:
    page.context.add_cookies([{"name": "send_delay", "value": str(seconds), "url": product.url}])


def test_a_reply_waits_comes_back_and_leaves(fitri: Page, product: Product, key: str) -> None:
    wait_before_leaving(fitri, product, 20)
    show(fitri, key)
    fitri.keyboard.press("r")
    fitri.locator("#composer-reply").fill("Halo Rina, **coba** sambungkan lagi.")
    fitri.keyboard.press("Control+Enter")
    leaving = fitri.locator(".msg-leaving")
    expect(leaving).to_contain_text(re.compile(r"Reply goes to Rina in \d+ s"))
    expect(fitri.locator("#composer-reply")).to_be_hidden()
    check_access(fitri)
    fitri.keyboard.press("z")
    expect(fitri.locator("#composer-reply")).to_be_visible()
    expect(fitri.locator("#composer-reply")).to_have_value("Halo Rina, **coba** sambungkan lagi.")
    expect(leaving).to_have_count(0)
    wait_before_leaving(fitri, product, 1)
    fitri.locator("#composer-reply").press("Control+Enter")
    expect(fitri.locator(".msg-agent:not(.msg-leaving)")).to_contain_text("Sent to Rina", timeout=LEFT_WITHIN_MS)
    expect(leaving).to_have_count(0)


def write_saved_reply(browser: Browser, product: Product) -> None:
    lead = visitor(browser, product.url, LEAD)
    lead.goto("/desk/reply-templates/new/")
    lead.fill("input[name=name]", f"Restart {time.time_ns()}")
    lead.fill("textarea[name=body_en]", "Dear {requester}, restart it once.")
    lead.fill("textarea[name=body_id]", "Halo {requester}, mulai ulang sekali.")
    lead.get_by_role("button", name="Save").click()
    lead.wait_for_url(re.compile("/desk/reply-templates/$"))
    lead.context.close()


def test_a_saved_reply_goes_where_the_cursor_is_and_nothing_is_sent(
    fitri: Page, browser: Browser, product: Product, key: str
) -> None:
    write_saved_reply(browser, product)
    show(fitri, key)
    fitri.keyboard.press("r")
    field = fitri.locator("#composer-reply")
    field.fill("Halo")
    field.press("Enter")
    field.press_sequentially(";")
    dialog = fitri.locator("#dialog")
    expect(dialog.locator("[data-canned]").first).to_be_visible()
    expect(dialog.locator("#canned-search")).to_be_focused()
    check_access(fitri)
    fitri.keyboard.type("zzzz")
    expect(dialog.locator("[data-canned-none]")).to_be_visible()
    dialog.locator("#canned-search").fill("")
    fitri.keyboard.press("ArrowDown")
    fitri.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"^Halo\n[^;]"))
    expect(fitri.locator("#timeline .msg-agent")).to_have_count(0)
    field.fill("tebal")
    field.select_text()
    fitri.locator("#composer-reply").locator("xpath=ancestor::form").get_by_role("button", name="Bold").click()
    expect(field).to_have_value("**tebal**")
    fitri.get_by_role("button", name="Preview").first.click()
    expect(fitri.locator("#composer-reply-preview strong")).to_have_text("tebal")
    check_access(fitri)


def test_what_lands_while_writing_is_seen_before_it_is_sent(
    fitri: Page, browser: Browser, product: Product, key: str
) -> None:
    show(fitri, key)
    fitri.keyboard.press("r")
    fitri.locator("#composer-reply").fill("Sudah kami cek.")
    ilham = visitor(browser, product.url, LEVEL_1_COLLEAGUE)
    ilham.goto(f"/desk/t/{key}/?write=reply")
    ilham.locator("#composer-reply").fill("Kami sedang mengecek.")
    ilham.locator("#composer-reply").press("Control+Enter")
    banner = fitri.locator("[data-landed]")
    expect(banner).to_contain_text("1 new message above", timeout=LEFT_WITHIN_MS)
    check_access(fitri)
    fitri.locator("#composer-reply").press("Control+Enter")
    expect(banner).to_be_hidden()
    expect(fitri.locator("#composer-reply")).to_have_value("Sudah kami cek.")
    fitri.locator("#composer-reply").press("Control+Enter")
    expect(fitri.locator(".msg-agent")).to_have_count(2)
    ilham.context.close()


def test_a_colleague_is_mentioned_by_the_keyboard(fitri: Page, key: str) -> None:
    show(fitri, key)
    fitri.keyboard.press("n")
    field = fitri.locator("#composer-note")
    field.press_sequentially("Tolong cek @ilh")
    expect(fitri.locator("#mentions [aria-selected=true]")).to_contain_text("Ilham")
    check_access(fitri)
    field.press("Enter")
    expect(field).to_have_value("Tolong cek @ilham.tanjung ")
    field.press_sequentially(f"lihat #{key.partition('-')[2]}")
    expect(fitri.locator("#mentions")).to_contain_text(key)
    field.press("Tab")
    expect(field).to_have_value(f"Tolong cek @ilham.tanjung lihat {key} ")
    field.press_sequentially("dan jangan bagikan alamat gateway cadangan")
    field.press("Control+Enter")
    expect(fitri.locator(".msg-note a", has_text=key)).to_be_visible()
    fitri.keyboard.press("r")
    fitri.locator("#composer-reply").fill("lihat di sini\ndan jangan bagikan alamat gateway cadangan")
    expect(fitri.locator("form:not([hidden]) [data-composer-hint]")).to_contain_text("words of an internal note")
