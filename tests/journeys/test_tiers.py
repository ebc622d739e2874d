"""A ticket over the tiers: a packet as the ladder asks, back for what is missing, up again, to a vendor and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, LEVEL_2, MANAGER, REQUESTER, check_access, visitor
from tests.journeys.reports import address_packet, complaints_of, report, unfold

SUBJECT = "VPN kantor putus setiap sepuluh menit"
PEOPLE = (REQUESTER, LEVEL_1, LEVEL_2, MANAGER)


@pytest.fixture
def crew(browser: Browser, product: Product) -> Iterator[dict[str, Page]]:
    people = {name: visitor(browser, product.url, name) for name in PEOPLE}
    said = [complaints_of(page) for page in people.values()]
    yield people
    for page in people.values():
        page.context.close()
    assert said == [[] for _name in PEOPLE]


def opens(page: Page, words: str) -> None:
    unfold(page.locator("#ticket-more"))
    page.get_by_role("link", name=words).click()
    expect(page.locator("#dialog")).to_be_visible()


def escalate(page: Page, key: str, *, tried: str) -> None:
    page.goto(f"/desk/t/{key}/")
    page.get_by_role("link", name=re.compile("^Escalate")).click()
    dialog = page.locator("#dialog")
    address_packet(dialog)
    dialog.get_by_text("Needs access").click()
    dialog.get_by_label("Steps tried").fill(tried)
    dialog.get_by_label("What is asked").fill("Look at the gateway.")
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    expect(page.locator("#undo")).to_contain_text("is with")


def test_the_ladder_asks_and_the_packet_travels(crew: dict[str, Page]) -> None:
    first, second, manager = crew[LEVEL_1], crew[LEVEL_2], crew[MANAGER]
    manager.goto("/desk/tiers/")
    expect(manager.locator("main")).to_contain_text("Looked for a known answer")
    check_access(manager)
    key = report(crew[REQUESTER], SUBJECT)
    first.goto(f"/desk/t/{key}/")

    refused_until_complete(first)
    escalate(first, key, tried="Reconnected twice")
    second.goto(f"/desk/t/{key}/")
    expect(second.locator("#panel-handover")).to_contain_text("To be accepted by")
    expect(second.locator("#panel-handover")).to_contain_text("Looked for a known answer")
    second.get_by_role("link", name="Hand back").click()
    second.locator("#dialog").get_by_text("Missing information").click()
    second.locator("#dialog").get_by_label(re.compile("What is missing")).fill("Which profile is it?")
    second.locator("#dialog").get_by_role("button", name="Hand back").click()
    expect(second.locator("#undo")).to_contain_text("went back")
    first.goto("/desk/updates/")
    expect(first.locator("main")).to_contain_text("handed a ticket back: Missing information")
    first.goto(f"/desk/t/{key}/")
    expect(first.locator("#panel-handover")).to_contain_text("Which profile is it?")

    escalate(first, key, tried="Reconnected twice; the profile is HQ-Split")
    second.goto(f"/desk/t/{key}/")
    second.get_by_role("button", name=re.compile("Take it")).click()
    expect(second.locator("#prop-assignee summary")).to_contain_text("Bayu")
    expect(second.locator("#panel-why")).to_contain_text("Service desk")
    to_the_vendor_and_back(second)
    called_and_answered(second, manager, key)


def refused_until_complete(page: Page) -> None:
    """Not ticked, nothing tried: refused beside what is missing, and nothing typed is lost."""
    page.get_by_role("link", name=re.compile("^Escalate")).click()
    dialog = page.locator("#dialog")
    dialog.locator("#id_team").get_by_text("Network & access", exact=True).click()
    expect(dialog).to_contain_text("Goes only with: Steps tried")
    dialog.get_by_text("Needs access").click()
    dialog.get_by_label("What is asked").fill("Look at the gateway.")
    check_access(page)
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    expect(dialog.locator(".error-summary")).to_contain_text("Not ticked yet")
    expect(dialog.get_by_label("What is asked")).to_have_value("Look at the gateway.")


def to_the_vendor_and_back(page: Page) -> None:
    opens(page, "Refer to vendor")
    dialog = page.locator("#dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_label(re.compile("What was sent to them")).fill("The line drops every ten minutes.")
    check_access(page)
    dialog.get_by_role("button", name=re.compile("Refer")).click()
    expect(page.locator("#panel-vendor")).to_contain_text("Take back")
    expect(page.locator("#properties")).to_contain_text("Waiting for vendor")
    page.locator("#panel-vendor").get_by_role("link", name=re.compile("Take back")).click()
    dialog.get_by_text("Solved by the vendor").click()
    dialog.locator("textarea").first.fill("A cable was changed.")
    dialog.get_by_role("button", name=re.compile("Take back")).click()
    expect(page.locator("#properties")).to_contain_text("In progress")
    expect(page.locator("#timeline")).to_contain_text("The line drops every ten minutes.")


def called_and_answered(agent: Page, lead: Page, key: str) -> None:
    opens(agent, "Call somebody with more say")
    dialog = agent.locator("#dialog")
    dialog.get_by_text("Incident managers").click()
    dialog.get_by_label(re.compile("Why are they needed")).fill("Two sites are affected.")
    check_access(agent)
    dialog.get_by_role("button", name="Call").click()
    expect(agent.locator("#panel-why")).to_contain_text("Called, no answer yet")
    lead.goto("/desk/updates/")
    expect(lead.locator("main")).to_contain_text("calls you: Two sites are affected.")
    lead.goto(f"/desk/t/{key}/")
    lead.get_by_label("What you will do").fill("I call the provider")
    lead.get_by_role("button", name="Answer", exact=True).click()
    expect(lead.locator("#panel-why")).to_contain_text("I call the provider")
