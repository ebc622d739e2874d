"""What people paste, drop and press in the browser: refused with words, or shown as the text it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report, sideways

MARKUP = '<script>document.title="taken"</script><img src=x onerror="document.title=`taken`"><b>tebal</b>'
LONG_WORD = "Pneumonoultra" * 31
EMOJI_AND_RTL = "👩🏽‍💻🔥 مرحبا \u202eterbalik\u202c שלום Zalgo z̷̢̛a̴l̸g̵o̶"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def requester(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, REQUESTER)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


@pytest.fixture(scope="module")
def agent(browser: Browser, product: Product) -> Iterator[Page]:
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page
    page.context.close()
    assert not said


def fill(page: Page, subject: str, description: str) -> None:
    page.goto("/tickets/new/")
    page.get_by_label(re.compile("What is happening")).fill(subject)
    page.get_by_label(re.compile("Tell us more")).fill(description)


def test_an_empty_form_leads_to_its_summary_and_on_to_the_field(requester: Page) -> None:
    fill(requester, "", "")
    requester.get_by_role("button", name="Send to IT").click()
    summary = requester.locator(".error-summary")
    expect(summary).to_contain_text("2 things to fix")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(requester.locator("#id_subject")).to_be_focused()
    for field in ("subject", "description"):
        assert requester.locator(f"#id_{field}").get_attribute("aria-invalid") == "true"


def test_a_file_too_large_is_refused_beside_the_field_and_the_text_stays(requester: Page, tmp_path: Path) -> None:
    fill(requester, "Rekaman layar", "Terlampir videonya.")
    film = tmp_path / "rekaman.mp4"
    with film.open("wb") as file:
        file.truncate(25 * 1024 * 1024)
    requester.locator("[data-uploads] input[type=file]").set_input_files(str(film))
    line = requester.locator("[data-files] li")
    expect(line).to_contain_text("rekaman.mp4")
    expect(line).to_contain_text("larger than 20.0 MB")
    expect(requester.get_by_label(re.compile("Tell us more"))).to_have_value("Terlampir videonya.")


def test_a_program_is_refused_by_the_server_with_a_reason(requester: Page, tmp_path: Path) -> None:
    fill(requester, "Pemasang", "Tolong dicek.")
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ" + b"\0" * 200)
    requester.locator("[data-uploads] input[type=file]").set_input_files(str(program))
    line = requester.locator("[data-files] li")
    expect(line).to_contain_text("a kind of file we do not take")
    requester.get_by_role("button", name="Remove setup.exe").click()
    expect(line).to_have_count(0)
    requester.get_by_role("button", name="Send to IT").click()
    requester.wait_for_url(re.compile("sent=1"))


def test_a_program_sent_without_scripts_keeps_the_text(browser: Browser, product: Product, tmp_path: Path) -> None:
    page = visitor(browser, product.url, REQUESTER, java_script_enabled=False)
    fill(page, "Pemasang tanpa skrip", "Tolong dicek juga.")
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ" + b"\0" * 200)
    page.locator("[data-uploads] input[type=file]").set_input_files(str(program))
    page.get_by_role("button", name="Send to IT").click()
    expect(page.locator("#id_attachments")).to_contain_text("a kind of file we do not take")
    expect(page.get_by_label(re.compile("Tell us more"))).to_have_value("Tolong dicek juga.")
    page.context.close()


def test_markup_is_text_wherever_it_is_shown(requester: Page, agent: Page) -> None:
    key = report(requester, MARKUP, MARKUP)
    agent.goto(f"/desk/t/{key}/?write=note")
    agent.locator("#composer-note").fill(MARKUP)
    agent.get_by_role("button", name=re.compile("Add internal note")).click()
    expect(agent.locator("#timeline .msg-note")).to_contain_text("<script>")
    agent.get_by_role("link", name=re.compile("Reply to Rina")).first.click()
    agent.locator("#composer-reply").fill(MARKUP)
    agent.get_by_role("button", name=re.compile("Send to Rina")).click()
    expect(agent.locator("#timeline .msg-agent")).to_contain_text("<script>")
    agent.goto(f"/desk/t/{key}/")  # a link that was swapped in a moment ago may still be a plain one
    agent.get_by_role("link", name=re.compile("^Escalate")).click()
    expect(agent.locator("#dialog #id_tried")).to_have_value(re.compile("<script>"))
    for page, address in (
        (agent, f"/desk/t/{key}/"),
        (agent, "/desk/q/service-desk/"),
        (requester, f"/my/tickets/{key}/"),
        (requester, "/my/tickets/"),
        (requester, "/search?q=" + MARKUP.replace("#", "").replace('"', "%22")),
    ):
        page.goto(address)
        assert "taken" not in page.title() or "<script>" in page.title()
        assert page.locator("img[src=x]").count() == 0
        assert page.locator("main script").count() == 0


@pytest.mark.parametrize("text", [LONG_WORD[:190], EMOJI_AND_RTL], ids=["long word", "emoji and right to left"])
def test_the_page_keeps_its_width_on_a_phone(requester: Page, agent: Page, text: str) -> None:
    key = report(requester, text, f"{LONG_WORD}\n\n{EMOJI_AND_RTL}\n\n`{LONG_WORD}`")
    wrong = []
    for page, addresses in (
        (requester, (f"/my/tickets/{key}/", "/my/tickets/", "/")),
        (agent, (f"/desk/t/{key}/", f"/desk/t/{key}/escalate/", "/desk/q/service-desk/")),
    ):
        page.set_viewport_size(PHONE)
        for address in addresses:
            page.goto(address)
            wrong.append(sideways(page))
        page.set_viewport_size({"width": 1440, "height": 900})
    agent.goto(f"/desk/t/{key}/")
    wrong.append(sideways(agent))
    assert not any(wrong), wrong


def test_going_back_after_sending_does_not_send_again(requester: Page) -> None:
    subject = f"Kembali lalu kirim lagi {secrets.token_hex(3)}"
    fill(requester, subject, "Sekali saja.")
    requester.get_by_role("button", name="Send to IT").click()
    requester.wait_for_url(re.compile("sent=1"))
    requester.go_back()
    button = requester.get_by_role("button", name="Send to IT")
    expect(button).to_be_enabled()
    # either the browser shows the form as it was, with its key, or the server draws an empty one
    button.click()
    requester.wait_for_load_state()
    requester.goto("/my/tickets/")
    assert requester.get_by_text(subject).count() == 1
