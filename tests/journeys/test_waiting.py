"""Putting a ticket aside until a set time, by the mouse and without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_ticket_is_put_aside_until_a_set_time(scripts: bool, browser: Browser, product: Product) -> None:
    asker = visitor(browser, product.url, REQUESTER)
    key = report(asker)
    agent = visitor(browser, product.url, LEVEL_1, java_script_enabled=scripts)
    said = complaints_of(agent)
    agent.goto(f"/desk/t/{key}/")
    agent.locator("#prop-status summary").click()
    agent.get_by_role("link", name="Until a set time").click()
    form = agent.locator("form:has(#id_until)")
    expect(form).to_be_visible()
    form.get_by_text("Scheduled", exact=True).click()
    form.get_by_role("button", name="Set waiting").click()
    expect(form).to_contain_text("Choose until when it waits.")
    expect(form.locator("#waiting-scheduled")).to_be_checked()
    day = timezone.now().date() + timedelta(days=20)
    form.locator("#id_until").fill(f"{day}T09:00")
    form.get_by_role("button", name="Set waiting").click()
    agent.wait_for_url(re.compile(f"/desk/t/{key}/$"))
    words = re.compile(rf"until \w{{3}} {day.day} \w{{3}}.* 09:00")
    expect(agent.locator("#prop-status summary")).to_have_text(words)
    asker.goto(f"/my/tickets/{key}/")
    expect(asker.locator("main")).to_contain_text(words)
    assert not said
    for page in (asker, agent):
        page.context.close()
