"""Pasted and dropped files; language and theme switches that stay on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of

# real DataTransfer events, with a picture the browser draws itself
GIVE = """async ([selector, kind, name]) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], name, { type: "image/png" }));
  const shared = { bubbles: true, cancelable: true };
  const target = document.querySelector(selector);
  if (kind === "paste") target.dispatchEvent(new ClipboardEvent("paste", { ...shared, clipboardData: data }));
  else {
    for (const step of ["dragover", "drop"]) {
      target.dispatchEvent(new DragEvent(step, { ...shared, dataTransfer: data }));
    }
  }
}"""


@pytest.fixture(scope="module")
def requester(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, REQUESTER)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def test_a_pasted_picture_and_a_dropped_file_travel_with_the_report(requester: Page) -> None:
    page = requester
    page.goto("/tickets/new/")
    page.get_by_label(re.compile("What is happening")).fill("Tangkapan layar terlampir")
    page.get_by_label(re.compile("Tell us more")).fill("Lihat gambar.")
    page.evaluate(GIVE, ["#id_description", "paste", "image.png"])
    expect(page.locator("[data-files] input[name=attachments]")).to_have_count(1)
    page.evaluate(GIVE, [".drop", "drop", "kabel.png"])
    expect(page.locator("[data-files] input[name=attachments]")).to_have_count(2)
    expect(page.locator("[data-files]")).to_contain_text("kabel.png")
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_url(re.compile("sent=1"))
    for name in ("image.png", "kabel.png"):
        expect(page.locator("#conversation")).to_contain_text(name)
    link = page.locator("#conversation a[href^='/attachments/']").first.get_attribute("href")
    assert page.request.get(str(link)).headers["content-type"] == "image/png"


def test_the_language_switch_stays_on_the_page(requester: Page) -> None:
    page = requester
    page.goto("/search?q=vpn")
    page.get_by_role("button", name=re.compile("Bahasa Indonesia")).click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    assert page.url.endswith("/search?q=vpn")
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/search?q=vpn")


def test_the_theme_switch_stays_on_the_page_and_is_remembered(browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, LEVEL_1)
    page.goto("/desk/q/service-desk/?f=mine")
    page.locator("details.menu-d:has([data-theme-to]) > summary").click()
    page.locator("[data-theme-to=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith("?f=mine")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.context.close()
