"""A major incident from three reports of the same to its review, through the browser."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import (
    DOMAIN,
    LEVEL_1,
    MANAGER,
    OTHER_REQUESTER,
    REQUESTER,
    check_access,
    visitor,
)
from tests.journeys.reports import complaints_of, report, sideways

MAIL_SECONDS = 25
# words of this run alone: mail of an earlier one on the same product is not counted
RUN = secrets.token_hex(3)
EN, ID = f"The print server is being restarted ({RUN}).", f"Server cetak sedang dinyalakan ulang ({RUN})."
OVER, OVER_ID = "Printing works again.", "Cetak sudah bisa lagi."


@pytest.fixture
def crew(browser: Browser, product: Product) -> Iterator[dict[str, Page]]:
    people = {name: visitor(browser, product.url, name) for name in (REQUESTER, OTHER_REQUESTER, LEVEL_1, MANAGER)}
    said = [complaints_of(page) for page in people.values()]
    yield people
    for page in people.values():
        page.context.close()
    assert said == [[], [], [], []]


def mails_to(product: Product, name: str, words: str) -> int:
    """How many caught mails to this person hold these words."""
    found = 0
    for file in product.mail.glob("*"):
        letter = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = letter.get_body(("plain",))
        if f"{name}@{DOMAIN}" in str(letter["To"]) and body is not None and words in body.get_content():
            found += 1
    return found


def test_from_three_reports_to_the_review(crew: dict[str, Page], product: Product) -> None:
    rina, hendra, agent, manager = crew[REQUESTER], crew[OTHER_REQUESTER], crew[LEVEL_1], crew[MANAGER]
    subject = "Semua printer gudang berhenti mencetak serentak"
    keys = [report(rina, subject), report(hendra, f"{subject} pagi ini"), report(hendra, f"{subject} di lantai dua")]

    agent.goto(f"/desk/t/{keys[0]}/")
    agent.locator("#ticket-actions summary", has_text="More").click()
    agent.get_by_role("link", name="Propose as major incident").click()
    agent.locator("#dialog #id_reason").fill("Three reports within a minute")
    agent.locator("#dialog").get_by_role("button", name="Propose").click()
    agent.wait_for_url(re.compile(r"/desk/major/\d+/$"))
    address = "/" + agent.url.split("/", 3)[3]
    expect(agent.locator("main")).to_contain_text("Three reports within a minute")

    declare(manager, address)
    attach_the_others(manager, keys)
    expect(manager.locator("#next-update")).to_contain_text("Next update by")
    manager.locator("form:has(#role-communicator)").get_by_role("combobox").select_option(label="Nadia Kusuma")
    manager.locator("form:has(#role-communicator)").get_by_role("button").click()
    expect(manager.locator("#story")).to_contain_text("Communicator is Nadia Kusuma")
    check_access(manager)
    tell_everybody(manager)
    expect(agent.locator("main")).to_be_visible()
    agent.goto("/desk/")
    expect(agent.get_by_role("region", name="Active now")).to_contain_text("Printing stands still")

    hears_once(rina, hendra, keys, product)
    stand_down(manager, address)
    for page, key in ((rina, keys[0]), (hendra, keys[2])):
        page.goto(f"/my/tickets/{key}/")
        expect(page.locator("main")).to_contain_text("The print server hung.")
    manager.goto(f"{address}review/")
    expect(manager.locator("main")).to_contain_text("declared the major incident")
    expect(manager.locator("#id_happened")).to_have_value(re.compile("Communicator is Nadia Kusuma"))
    check_access(manager)
    manager.set_viewport_size({"width": 390, "height": 900})
    assert not sideways(manager)


def declare(manager: Page, address: str) -> None:
    manager.goto(f"{address}promote/")
    manager.fill("#id_title", "Printing stands still")
    manager.fill("#id_title_id", "Cetak berhenti")
    manager.locator("#id_service").select_option(label="Printing & scanning")
    manager.get_by_text("Many people are affected").click()
    manager.get_by_text("Outage", exact=True).click()
    check_access(manager)
    manager.get_by_role("button", name="Declare the major incident").click()
    manager.wait_for_url(re.compile(r"/desk/major/\d+/$"))


def attach_the_others(manager: Page, keys: list[str]) -> None:
    manager.get_by_role("link", name="Attach tickets").click()
    for key in keys[1:]:
        manager.locator("section[aria-labelledby=alike] label", has_text=key).click()
    check_access(manager)
    manager.get_by_role("button", name="Attach what is ticked").click()
    expect(manager.locator("section[aria-labelledby=tickets]")).to_contain_text(keys[2])


def tell_everybody(manager: Page) -> None:
    manager.get_by_role("link", name="Write an update").click()
    manager.fill("#id_text", EN)
    manager.get_by_role("button", name="Look at it").click()
    expect(manager.locator(".error-summary")).to_contain_text("Write the update in Indonesian.")
    manager.fill("#id_text_id", ID)
    manager.get_by_role("button", name="Look at it").click()
    expect(manager.locator("main")).to_contain_text("2 people get this")
    manager.get_by_role("button", name="Send to 2 people").dblclick()
    manager.wait_for_url(re.compile(r"/desk/major/\d+/$"))
    expect(manager.locator("section[aria-labelledby=updates] article")).to_have_count(1)


def hears_once(rina: Page, hendra: Page, keys: list[str], product: Product) -> None:
    """By mail once each, in their language, and on every ticket's page."""
    until = time.monotonic() + MAIL_SECONDS
    names = (REQUESTER, OTHER_REQUESTER)
    while time.monotonic() < until and not all(
        mails_to(product, name, ID) + mails_to(product, name, EN) for name in names
    ):
        time.sleep(0.5)
    time.sleep(1.0)
    assert [mails_to(product, name, ID) + mails_to(product, name, EN) for name in names] == [1, 1]
    for page, key in ((rina, keys[0]), (hendra, keys[1]), (hendra, keys[2])):
        page.goto(f"/my/tickets/{key}/")
        expect(page.locator("#conversation [id^=notice-]")).to_have_count(1)
    check_access(rina)
    rina.goto("/status/")
    expect(rina.locator("main")).to_contain_text("Printing stands still")
    check_access(rina)


def stand_down(manager: Page, address: str) -> None:
    manager.goto(f"{address}stand-down/")
    manager.fill("#id_text", OVER)
    manager.fill("#id_text_id", OVER_ID)
    manager.fill("#id_resolution", "The print server hung.")
    expect(manager.locator("input[name=ticket]:checked")).to_have_count(3)
    check_access(manager)
    manager.get_by_role("button", name="Look at it").click()
    expect(manager.locator("main")).to_contain_text(OVER_ID)
    check_access(manager)
    manager.get_by_role("button", name="Stand down and tell everybody").click()
    manager.wait_for_url(re.compile(r"/desk/major/\d+/$"))
    expect(manager.locator("main")).to_contain_text("Stood down")
