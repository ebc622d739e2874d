"""A manager writes a rule, tries it on the past, turns it on, sees it route a ticket, reads why, and rolls it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEAD, MANAGER, REQUESTER, check_access, visitor
from tests.journeys.reports import complaints_of, report, sideways

WORD = "zirkonium"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def manager(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, MANAGER)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def settled(page: Page) -> None:
    expect(page.locator(".htmx-request")).to_have_count(0)


def write_rule(page: Page) -> None:
    """In the editor: every text with the word goes to infrastructure."""
    page.goto("/desk/rules/new/")
    page.locator("#id_name").fill("Zirconium")
    page.get_by_role("button", name="Condition", exact=True).press("Enter")
    expect(page.locator("#id_if-1-field")).to_be_focused()
    page.select_option("#id_if-1-field", "text")
    expect(page.locator("#id_if-1-value")).to_be_visible()
    expect(page.locator("#id_if-1-field")).to_be_focused()
    page.fill("#id_if-1-value", WORD)
    # somebody who types on while the page is drawn again loses nothing
    page.evaluate("""() => {
        document.getElementById("id_then-add").click();
        document.getElementById("id_name").value = "Zirconium to infrastructure";
    }""")
    expect(page.locator("#id_then-1-do")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("Zirconium to infrastructure")
    page.select_option("#id_then-1-do", "set_team")
    page.select_option("#id_then-1-team", "infrastructure")
    expect(page.locator("#rule-words [lang=en]")).to_contain_text(f"contains “{WORD}”: move it to Infrastructure")
    page.fill("#id_order", "1")
    page.get_by_label("Stop here").check()
    settled(page)
    check_access(page)


def outside(page: Page, inner: str, outer: str) -> bool:
    """Whether something sticks out of what holds it, to the right."""
    boxes = [page.locator(one).last.bounding_box() for one in (inner, outer)]
    assert boxes[0] and boxes[1]
    return boxes[0]["x"] + boxes[0]["width"] > boxes[1]["x"] + boxes[1]["width"]


def test_enter_in_a_field_neither_saves_nor_leaves(manager: Page) -> None:
    page = manager
    for way in ("/desk/rules/new/", "/desk/rules/1/edit/"):
        page.goto(way)
        page.fill("#id_name_id", "Aturan dengan Enter")
        page.locator("#id_name_id").press("Enter")
        page.wait_for_load_state()
        expect(page).to_have_url(re.compile(re.escape(way) + "$"))
        expect(page.locator("#id_name_id")).to_have_value("Aturan dengan Enter")
    page.goto("/desk/rules/1/")
    expect(page.locator("#versions .rule-version")).to_have_count(1)


def test_no_field_or_button_sticks_out_at_any_width(manager: Page) -> None:
    page = manager
    page.goto("/desk/rules/1/edit/")
    page.locator("#id_then-add").click()
    expect(page.locator(".rule-action")).to_have_count(2)
    page.locator("select[id$='-do']").last.select_option("note")
    expect(page.locator(".rule-action textarea")).to_be_visible()
    settled(page)
    for width in (1440, 1100, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert not outside(page, ".rule-action textarea", ".rule-action .rule-fields")
        assert not outside(page, ".bar .btn-primary", ".bar")
    for path in ("/desk/rules/", "/desk/rules/1/"):
        page.goto(path)
        assert not outside(page, ".bar .btn-primary", ".bar")
        page.locator(".bar .menu-d > summary").click()
        expect(page.locator(".bar .menu .menu-i").last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_rule_is_written_tried_turned_on_explained_and_rolled_back(
    manager: Page, browser: Browser, product: Product
) -> None:
    page = manager
    write_rule(page)
    page.get_by_role("button", name="Turn on", exact=True).click()
    expect(page.get_by_role("button", name="Turn on version 1")).to_be_disabled()
    page.get_by_role("button", name="Dry run").click()
    # it may wait for its worker, at the latest for the next beat
    expect(page.get_by_text("Nothing was changed.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("It never applied in this time.").first).to_be_visible()
    check_access(page)
    report_address = page.url
    page.get_by_role("button", name="Turn on this rule").click()
    expect(page.get_by_text("Turned on by Maya Hapsari")).to_be_visible()
    reporter = visitor(browser, product.url, REQUESTER)
    key = report(reporter, f"Pesan {WORD} di layar")
    reporter.context.close()
    page.goto(f"/desk/t/{key}/rules/")
    expect(page.get_by_text("move it to Infrastructure")).to_be_visible()
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#panel-why")).to_contain_text("Zirconium to infrastructure")
    expect(page.locator("#panel-why")).to_contain_text("Infrastructure")
    page.goto("/desk/rules/")
    page.get_by_role("link", name="Zirconium to infrastructure").first.click()
    expect(page.locator("#runs")).to_contain_text(key)
    check_access(page)
    page.goto(report_address)
    page.get_by_role("button", name="Roll back to the rules before").click()
    expect(page.get_by_text("Rolled back by Maya Hapsari")).to_be_visible()
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not sideways(page)


def test_a_lead_writes_a_draft_without_scripts(browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, LEAD, java_script_enabled=False)
    page.goto("/desk/rules/new/")
    page.locator("#id_name").fill("Draft of a lead")
    page.get_by_role("button", name="Action", exact=True).click()
    page.select_option("#id_then-1-do", "set_priority")
    page.get_by_role("button", name="Refresh").last.click()
    page.select_option("#id_then-1-priority", "2")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("#undo")).to_contain_text("for a manager to turn on")
    expect(page.locator("#rule-words")).to_contain_text("make it P2 High")
    page.context.close()
