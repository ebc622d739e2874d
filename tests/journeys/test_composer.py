"""Writing at the desk: a reply that waits, what lands meanwhile, and what the composer offers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, check_access, visitor
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
    assert said == []


def wait_before_leaving(page: Page, product: Product, seconds: int) -> None:
    page.context.add_cookies([{"name": "send_delay", "value": str(seconds), "url": product.url}])


def test_a_reply_waits_comes_back_and_leaves(fitri: Page, product: Product, key: str) -> None:
    wait_before_leaving(fitri, product, 20)
    fitri.goto(f"/desk/t/{key}/")
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
