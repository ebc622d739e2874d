"""A macro by its key, and its undo; a picture pasted into a reply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import report
from tests.journeys.test_pictures_and_switches import GIVE


@pytest.fixture(scope="module")
def desk(browser: Browser, product: Product) -> Iterator[tuple[Page, str]]:
    asker = visitor(browser, product.url, REQUESTER)
    key = report(asker)
    asker.context.close()
    page = visitor(browser, product.url, LEVEL_1)
    yield page, key
    page.context.close()


def test_one_key_one_press_and_one_key_back(desk: tuple[Page, str]) -> None:
    page, key = desk
    page.goto(f"/desk/t/{key}/")
    page.keyboard.press("m")
    row = page.locator("#dialog [data-pick]", has_text="Ask for a screenshot and wait")
    expect(row).to_contain_text("set it waiting")
    row.press("Enter")
    expect(page.locator("#undo")).to_contain_text("is done.")
    expect(page.locator("#prop-assignee summary")).to_contain_text("Fitri")
    expect(page.locator("#timeline")).to_contain_text("ran the macro Ask for a screenshot and wait")
    page.keyboard.press("z")
    expect(page.locator("#prop-assignee summary")).not_to_contain_text("Fitri")
    expect(page.locator("#timeline")).not_to_contain_text("picture of the whole screen")


def test_a_pasted_picture_stands_where_the_cursor_was_and_in_the_preview(desk: tuple[Page, str]) -> None:
    page, key = desk
    page.goto(f"/desk/t/{key}/?write=note")
    field = page.locator("#composer-note")
    field.fill("Before\nafter")
    field.evaluate("field => { field.focus(); field.setSelectionRange(7, 7); }")
    page.evaluate(GIVE, ["#composer-note", "paste", "screen.png"])
    expect(field).to_have_value("Before\n![screen.png](attachment:1)\nafter".replace("1)", f"{_number(page)})"))
    page.locator("[data-compose-form=note]").get_by_role("button", name="Preview").click()
    expect(page.locator("#composer-note-preview img[alt='screen.png']")).to_be_visible()
    page.locator("[data-compose-form=note] [data-file-remove]").click()
    expect(field).to_have_value("Before\nafter")


def _number(page: Page) -> str:
    box = page.locator("[data-compose-form=note] input[name=attachments]")
    expect(box).to_have_count(1)
    return str(box.input_value())
