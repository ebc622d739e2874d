"""A clock explained: an agent lets a ticket wait and go on, and reads on its page where every minute went."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, Product
from tests.journeys.people import LEVEL_1, MANAGER, REQUESTER, check_access, visitor
from tests.journeys.reports import complaints_of, report, sideways, unfold

# a ticket of the demonstration that has waited, and whose clock has counted
LIVED = (
    "from escalation.models import Clock; rows = Clock.objects.filter(metric='resolution', counted__gt=7_200_000_000); "
    "print(rows.filter(ticket__events__verb='pend').order_by('-pk').values_list('ticket__kind', 'ticket_id')[0])"
)


@pytest.fixture(scope="module")
def agent(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def choose(page: Page, name: str, label: str) -> None:
    unfold(page.locator(f"#prop-{name}"))
    page.locator(f"#prop-{name} button.menu-i", has_text=label).click()


def adds_up(page: Page) -> int:
    """The rows' figures make the figure under them, which is the one the clock shows; the minutes."""
    minutes = [int(cell.get_attribute("data-minutes") or 0) for cell in page.locator("[data-minutes]").all()]
    shown = page.locator("[data-figure=sum]").inner_text()
    assert shown == page.locator("[data-figure=used]").inner_text()
    hours, rest = divmod(sum(minutes), 60)
    assert shown == (f"{hours}h {rest:02d}m" if hours and rest else f"{hours}h" if hours else f"{rest}m")
    return sum(minutes)


def lived(product: Product) -> str:
    lines = (product.var / "environment").read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines) | {"PATH": "/usr/bin:/bin", "VAR_DIR": str(product.var)}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", LIVED]
    out = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    found = re.search(r"'(\w+)', (\d+)", out)
    assert found, out
    return f"INC-{found[2]}"


def test_waiting_and_going_on_are_told_with_who_did_it(agent: Page, browser: Browser, product: Product) -> None:
    page = visitor(browser, product.url, REQUESTER)
    key = report(page)
    agent.goto(f"/desk/t/{key}/")
    choose(agent, "status", "Waiting for requester")
    expect(agent.locator("#panel-clock")).to_contain_text("Waiting for requester")
    page.goto(f"/my/tickets/{key}/")
    page.get_by_text("Why this team, and what is promised").click()
    expect(page.locator(".promise")).to_contain_text("while we wait for your answer")
    expect(page.locator(".promise")).to_contain_text("These hours count")
    check_access(page)
    choose(agent, "status", "In progress")
    expect(agent.locator("#prop-status summary")).to_contain_text("In progress")
    agent.locator("#panel-clock").get_by_role("link", name=re.compile("Explain Solution")).click()
    expect(agent.locator("h1")).to_have_text("Solution")
    expect(agent.locator(".clock-tbl")).to_contain_text("Waiting for requester")
    expect(agent.locator(".clock-tbl")).to_contain_text("Fitri")
    adds_up(agent)
    check_access(agent)
    page.context.close()


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("en", "dark", 390)])
def test_a_lived_clock_adds_up(browser: Browser, product: Product, language: str, theme: str, width: int) -> None:
    page = visitor(browser, product.url, MANAGER, language=language, theme=theme, width=width)
    page.goto(f"/desk/t/{lived(product)}/clocks/resolution/")
    assert adds_up(page) >= 120
    assert not sideways(page)
    check_access(page)
    page.context.close()
