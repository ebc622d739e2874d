"""The main job, over all roles: a ticket travels from a browser to the right person and back."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, Product
from tests.journeys.people import LEVEL_1, LEVEL_2, MANAGER, REQUESTER, check_access, visitor
from tests.journeys.reports import address_packet

SUBJECT = "VPN sudah connect tapi ERP Finance timeout"
LATE_SECONDS = 30
People = dict[str, Page]
Story = dict[str, str]
MAIL_SECONDS = 30


@pytest.fixture(scope="module")
def people(browser: Browser, product: Product) -> Iterator[People]:
    pages = {name: visitor(browser, product.url, name) for name in (REQUESTER, LEVEL_1, LEVEL_2, MANAGER)}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture(scope="module")
def story() -> Story:
    """What one step leaves for the next: the ticket's key."""
    return {}


def manage(product: Product, code: str) -> str:
    """Run a line against the running product, as an operator would with manage.py."""
    lines = (product.var / "environment").read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines) | {"PATH": "/usr/bin:/bin", "VAR_DIR": str(product.var)}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_1_the_requester_reports_and_sees_number_promise_and_next_step(
    people: People, story: Story, tmp_path: Path
) -> None:
    page = people[REQUESTER]
    page.goto("/")
    check_access(page)
    page.get_by_role("link", name=re.compile("Report a problem")).first.click()
    page.get_by_label(re.compile("What is happening")).press_sequentially(SUBJECT, delay=10)
    expect(page.locator("#suggestions")).to_contain_text("VPN")
    page.get_by_label(re.compile("Tell us more")).fill(
        "Sejak jam 08.10 VPN tersambung, menu Pembayaran selalu timeout."
    )
    page.get_by_label("What is it about?").select_option("vpn-app-unreachable")
    page.get_by_text("I cannot work at all").click()
    picture = tmp_path / "layar.png"
    Image.new("RGB", (40, 30), "white").save(picture)
    page.locator("[data-uploads] input[type=file]").set_input_files(str(picture))
    expect(page.locator("[data-files]")).to_contain_text("layar.png")
    check_access(page)
    for question in page.locator("#intake select").all():
        question.select_option(index=1)
    for question in page.locator("#intake input").all():
        question.fill("ERP Finance")
    page.get_by_role("button", name="Send to IT").dblclick()
    page.wait_for_url(re.compile(r"/my/tickets/INC-\d+/\?sent=1"))
    story["key"] = re.search(r"INC-\d+", page.url)[0]  # type: ignore[index]
    expect(page.locator("main")).to_contain_text("It is with IT now.")
    expect(page.locator("main")).to_contain_text("We aim to solve this by about")
    expect(page.locator("main")).to_contain_text("layar.png")
    check_access(page)
    page.goto("/my/tickets/")
    assert page.get_by_text(SUBJECT).count() >= 1


def test_2_the_ticket_says_which_rule_put_it_there(people: People, story: Story) -> None:
    page = people[MANAGER]
    page.goto(f"/desk/t/{story['key']}/")
    why = page.locator("#panel-why")
    expect(why).to_contain_text("Why it is here")
    expect(why.locator("li").first).to_be_visible()
    assert len(why.inner_text().splitlines()) >= 3


def test_3_the_requester_gets_a_mail(product: Product, story: Story) -> None:
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        if any(story["key"] in file.read_text(errors="replace") for file in product.mail.glob("*.eml")):
            return
        time.sleep(0.3)
    pytest.fail("no mail about the ticket was caught")


def test_4_level_one_sees_it_arrive_takes_it_asks_and_notes(people: People, product: Product, story: Story) -> None:
    page = people[LEVEL_1]
    manage(product, _to_service_desk(story["key"]))
    page.goto("/desk/q/service-desk/")
    check_access(page)
    requester = people[REQUESTER]
    requester.goto("/tickets/new/")
    requester.get_by_label(re.compile("What is happening")).fill("Password email lupa")
    requester.get_by_label(re.compile("Tell us more")).fill("Tidak bisa masuk.")
    requester.get_by_role("button", name="Send to IT").click()
    requester.wait_for_url(re.compile("sent=1"))
    expect(page.locator("#live-pill")).to_be_visible(timeout=20_000)
    page.goto(f"/desk/t/{story['key']}/")
    expect(page.locator("#panel-requester")).to_contain_text("Rina")
    expect(page.locator("#panel-clock")).to_contain_text("First reply")
    check_access(page)
    page.get_by_role("button", name=re.compile("Take it")).click()
    expect(page.locator("#prop-assignee summary")).to_contain_text("Fitri")
    page.get_by_role("link", name=re.compile("^Internal note")).first.click()
    page.locator("#composer-note").fill("Ping ke 10.20.4.11 RTO dari profil HQ-Split.")
    check_access(page)
    page.get_by_role("button", name=re.compile("Add internal note")).click()
    expect(page.locator("#timeline .msg-note")).to_contain_text("HQ-Split")
    page.get_by_role("link", name=re.compile("Reply to Rina")).first.click()
    page.locator("#composer-reply").fill("Bu Rina, profil apa yang tertulis di jendela VPN?")
    page.locator("select[name=then]").select_option("requester")
    page.get_by_role("button", name=re.compile("Send to Rina")).click()
    expect(page.locator("#timeline .msg-agent")).to_contain_text("profil apa")
    expect(page.locator("#properties")).to_contain_text("Waiting for")


def test_5_the_requester_answers_and_the_clock_runs_again(people: People, story: Story) -> None:
    page, agent = people[REQUESTER], people[LEVEL_1]
    page.goto(f"/my/tickets/{story['key']}/")
    expect(page.locator("main")).to_contain_text("needs an answer from you")
    assert "RTO" not in page.content()
    check_access(page)
    page.get_by_label("Your answer").fill("Tertulis HQ-Split, Bu.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#conversation")).to_contain_text("Tertulis HQ-Split")
    expect(agent.locator("#timeline")).to_contain_text("Tertulis HQ-Split", timeout=20_000)
    expect(agent.locator("#properties")).to_contain_text("In progress")


def test_6_a_packet_goes_up_comes_back_and_goes_up_complete(people: People, story: Story) -> None:
    first, second = people[LEVEL_1], people[LEVEL_2]
    _escalate(first, story["key"], "Mohon cek push route di gateway.")
    second.goto(f"/desk/t/{story['key']}/")
    expect(second.locator("#panel-handover")).to_contain_text("push route")
    second.get_by_role("link", name="Hand back").click()
    dialog = second.locator("#dialog")
    dialog.get_by_text("Missing information").click()
    dialog.get_by_label(re.compile("What is missing")).fill("Log firewall sesi Bu Rina.")
    check_access(second)
    dialog.get_by_role("button", name="Hand back").click()
    expect(second.locator("#undo")).to_contain_text("went back")
    first.goto(f"/desk/t/{story['key']}/")
    expect(first.locator("#panel-handover")).to_contain_text("Log firewall")
    _escalate(first, story["key"], "Log terlampir; mohon cek push route.")
    second.goto("/desk/q/network-access/")
    second.goto(f"/desk/t/{story['key']}/")
    second.get_by_role("button", name=re.compile("Take it")).click()
    expect(second.locator("#prop-assignee summary")).to_contain_text("Bayu")


def test_7_level_two_resolves_with_a_root_cause(people: People, story: Story) -> None:
    page = people[LEVEL_2]
    page.get_by_role("link", name=re.compile("^Resolve")).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label(re.compile("What was done")).fill("Profil HQ-Full dipasang; pembayaran berjalan.")
    dialog.get_by_label(re.compile("Root cause")).fill("Profil HQ-Split kehilangan rute setelah laptop sleep.")
    check_access(page)
    dialog.get_by_role("button", name=re.compile("Resolve")).click()
    expect(page.locator("#properties")).to_contain_text("Resolved")
    expect(page.locator("#panel-like")).to_contain_text("kehilangan rute")


def test_8_the_requester_confirms_and_rates(people: People, story: Story) -> None:
    page = people[REQUESTER]
    page.goto(f"/my/tickets/{story['key']}/")
    expect(page.locator("main")).to_contain_text("Profil HQ-Full dipasang")
    assert "kehilangan rute" not in page.content()
    check_access(page)
    page.get_by_text("5 very good").click()
    page.get_by_role("button", name="It works now").click()
    expect(page.locator("main")).to_contain_text("Solved and closed.")


def test_9_an_untouched_ticket_is_recorded_late_once_and_goes_up(product: Product, people: People) -> None:
    key = manage(product, OVERDUE).strip().splitlines()[-1]
    deadline = time.monotonic() + LATE_SECONDS
    while time.monotonic() < deadline:
        found = manage(product, BREACHES.format(pk=key.split("-")[1])).strip().splitlines()[-1]
        if found != "0 1":
            break
        time.sleep(0.5)
    assert found == "1 2"
    page = people[MANAGER]
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#timeline")).to_contain_text("missed the promise")
    expect(page.locator("#timeline")).to_contain_text("escalated")


def test_10_the_manager_sees_it_all(people: People) -> None:
    page = people[MANAGER]
    page.goto("/desk/dashboard/")
    expect(page.locator("main")).to_contain_text("Solved in time")
    check_access(page)
    page.locator("main a[href*='dashboard/tickets']").first.click()
    expect(page.locator("main")).to_be_visible()
    check_access(page)


def test_11_the_same_over_rest(product: Product, people: People) -> None:
    token = manage(product, TOKEN).strip().splitlines()[-1]
    request = people[REQUESTER].context.request
    headers = {"Authorization": f"Bearer {token}"}
    data = {"subject": "Printer lantai 3", "description": "Hasil cetak bergaris.", "category": "print-quality"}
    opened = request.post(f"{product.url}/api/v1/tickets/", data=data, headers=headers)
    assert opened.status == 201, opened.text()
    key = opened.json()["key"]
    assert (
        request.post(
            f"{product.url}/api/v1/tickets/{key}/reply/", data={"body": "Sudah saya coba lagi."}, headers=headers
        ).status
        == 201
    )
    assert request.get(f"{product.url}/api/v1/tickets/{key}/", headers=headers).json()["response_due_at"]
    page = people[REQUESTER]
    page.goto("/api/v1/docs/")
    expect(page.locator("body")).to_contain_text("/api/v1/tickets/", timeout=20_000)


def _escalate(page: Page, key: str, asked: str) -> None:
    page.goto(f"/desk/t/{key}/")
    page.get_by_role("link", name=re.compile("^Escalate")).click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("What happens next")
    address_packet(dialog)
    dialog.get_by_text("Needs access").click()
    dialog.get_by_label("What is asked").fill(asked)
    check_access(page)
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    expect(page.locator("#undo")).to_contain_text("is with")


def _to_service_desk(key: str) -> str:
    """The story needs it at the front line, wherever today's rules put it."""
    return f"""
from accounts.models import Team, User
from tickets import commands
from tickets.models import Ticket
ticket = Ticket.objects.get(pk={key.split("-")[1]})
desk = Team.objects.get(slug="service-desk")
if ticket.team_id != desk.pk:
    commands.transfer(ticket, actor=User.objects.automation(), team=desk)
"""


OVERDUE = """
from datetime import timedelta
from accounts.models import Team, User
from catalogue.models import Service
from core.time import database_now
from escalation.models import Clock
from tickets import commands
from tickets.commands.opening import Report
someone = User.objects.get(email="hendra.gunadi@arunika.example")
service = Service.objects.get(slug="network")
desk = Team.objects.select_related("tier").get(slug="service-desk")
report = Report(subject="Wifi gudang", description="Putus-putus", service=service)
ticket = commands.open(report, actor=someone, requester=someone, team=desk)
past = database_now() - timedelta(minutes=1)
Clock.objects.filter(ticket=ticket, metric="resolution").update(due_at=past, next_at=past, next_step="breach")
print(ticket.key)
"""
BREACHES = """
from tickets.models import Ticket
ticket = Ticket.objects.get(pk={pk})
print(ticket.events.filter(verb="breach", data__metric="resolution").count(), ticket.tier.level)
"""
TOKEN = """
from accounts.models import ApiToken, User
person = User.objects.get(email="rina.wulandari@arunika.example")
print(ApiToken.objects.issue(person, "journey", ["read", "write"]))
"""
