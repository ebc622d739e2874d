"""What each role does besides answering: tags, snooze, checklists, time, links, merges, splits, plans, shared views."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import (
    LEAD,
    LEVEL_1,
    LEVEL_1_COLLEAGUE,
    MANAGER,
    OTHER_REQUESTER,
    REQUESTER,
    check_access,
    visitor,
)
from tests.journeys.reports import complaints_of, report, send


@pytest.fixture
def pages(browser: Browser, product: Product) -> Iterator[dict[str, Page]]:
    """A page of whoever is asked for, opened once; none of them may complain."""

    class Pages(dict[str, Page]):
        def __missing__(self, name: str) -> Page:
            self[name] = visitor(browser, product.url, name)
            said[name] = complaints_of(self[name])
            return self[name]

    said: dict[str, list[str]] = {}
    opened = Pages()
    yield opened
    for page in opened.values():
        page.context.close()
    # going on at once cuts suggestions short, which htmx reports as an error
    cut_short = ("htmx:sendAbort", "htmx:afterRequest")
    assert not [text for texts in said.values() for text in texts if not any(word in text for word in cut_short)]


@pytest.fixture
def key(pages: dict[str, Page]) -> str:
    return report(pages[REQUESTER])


def from_more(page: Page, entry: str) -> None:
    page.locator("#ticket-more > summary").click()
    page.locator("#ticket-more").get_by_role("link", name=entry).click()


def take_back(page: Page) -> None:
    page.locator("#undo").get_by_role("button", name=re.compile("^Undo")).click()


def test_a_first_line_agent_works_off_a_checklist_and_hands_it_on(pages: dict[str, Page], key: str) -> None:
    page = pages[LEVEL_1]
    page.goto(f"/desk/t/{key}/")
    page.locator("#tag-add").fill("printer-3")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-tags")).to_contain_text("printer-3")
    expect(page.locator("#tag-add")).to_be_focused()
    from_more(page, "Add a checklist")
    page.locator("#dialog").get_by_role("button", name="Add").click()
    checklist = page.locator("#panel-checklists")
    checklist.get_by_role("link", name=re.compile("^Tick with a note")).first.click()
    page.get_by_label("What was found").fill("Rol penarik sudah aus.")
    page.locator("#dialog").get_by_role("button", name="Tick off").click()
    expect(checklist).to_contain_text("Rol penarik sudah aus.")
    page.keyboard.press("e")
    expect(page.locator("#dialog").get_by_label("Steps tried")).to_have_value(re.compile("Rol penarik sudah aus"))


def test_time_links_and_a_snooze_are_taken_back_where_they_were_done(pages: dict[str, Page], key: str) -> None:
    page, other = pages[LEVEL_1], report(pages[REQUESTER], "Printer lantai 4 juga macet")
    page.goto(f"/desk/t/{key}/")
    from_more(page, "Log time")
    page.get_by_label("How long").fill("1h 20")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#panel-time")).to_contain_text("1 h 20 min")
    take_back(page)
    expect(page.locator("#panel-time")).not_to_contain_text("1 h 20 min")
    from_more(page, "Link a ticket")
    page.get_by_label("Which ticket?").fill(other)
    page.locator("#dialog").get_by_role("button", name="Link").click()
    expect(page.locator("#panel-links")).to_contain_text(other.split("-")[1])
    take_back(page)
    expect(page.locator("#panel-links")).not_to_contain_text(other.split("-")[1])
    from_more(page, "Snooze")
    page.locator("#dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator("#undo")).to_contain_text("Undo")


def test_a_duplicate_is_merged_and_stands_on_its_own_again(pages: dict[str, Page], key: str) -> None:
    page, again = pages[LEVEL_1], report(pages[OTHER_REQUESTER], "Printer lantai 3 tidak jalan")
    page.goto(f"/desk/t/{again}/")
    from_more(page, "Merge into another ticket")
    page.get_by_label(re.compile("Which ticket goes on")).fill(key)
    page.locator("#dialog").get_by_role("button", name="Go on").click()
    expect(page.locator("#dialog")).to_contain_text("learns nothing of it")
    page.locator("#dialog").get_by_role("button", name="Merge").click()
    expect(page.locator("#merged-away")).to_contain_text(key)
    reader = pages[OTHER_REQUESTER]
    reader.goto(f"/my/tickets/{again}/")
    expect(reader.locator("main")).to_contain_text("together with another report")
    expect(reader.locator("main")).not_to_contain_text(key)
    page.get_by_role("button", name="Take the merge back").click()
    expect(page.locator("#merged-away")).not_to_contain_text(key)
    reader.reload()
    expect(reader.locator("main")).to_contain_text("on its own again")


def test_a_second_trouble_in_an_answer_becomes_a_ticket_of_its_own(pages: dict[str, Page], key: str) -> None:
    asker, page = pages[REQUESTER], pages[LEVEL_1]
    asker.goto(f"/my/tickets/{key}/")
    asker.get_by_label("Your answer").fill("Scanner di ruang rapat juga mati.")
    asker.get_by_role("button", name="Send", exact=True).click()
    expect(asker.locator("#conversation")).to_contain_text("Scanner")
    page.goto(f"/desk/t/{key}/")
    message = page.locator("#timeline .msg", has_text="Scanner di ruang rapat")
    message.locator("details > summary").click()
    message.get_by_role("link", name="Split").click()
    expect(page.locator("#dialog")).to_contain_text("Scanner di ruang rapat")
    page.locator("#dialog").get_by_role("button", name="Split off").click()
    page.wait_for_url(lambda address: "/desk/t/" in address and key not in address)
    expect(page.locator("h1")).to_contain_text("Scanner di ruang rapat")
    expect(page.locator("#panel-links")).to_contain_text(key.split("-")[1])


def test_a_lead_plans_what_comes_again_and_shares_a_view(pages: dict[str, Page]) -> None:
    page, number = pages[LEAD], secrets.token_hex(2)
    name, plan = f"Antrean printer {number}", f"Bersihkan printer {number}"
    page.goto("/desk/plans/new/")
    page.locator("#id_name").fill(plan)
    page.locator("#id_often").select_option(index=2)
    page.locator("#id_starts_at").fill("2099-01-05T09:00")
    expect(page.locator("#preview li").first).to_contain_text("2099")
    page.locator("#id_subject").fill("Bersihkan printer lantai 3")
    page.locator("#id_description").fill("Rol dan kaca.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=plan, exact=True)).to_be_visible()
    page.goto("/desk/views/new/?from=/desk/q/service-desk/")
    page.locator("#id_name").fill(name)
    page.locator("#id_who").select_option(label="Service desk")
    check_access(page)
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    colleague = pages[LEVEL_1]
    colleague.goto("/desk/")
    colleague.locator(".side").get_by_role("link", name=name).click()
    expect(colleague.get_by_role("heading", name=name)).to_be_visible()


def test_the_manager_adds_up_time_and_removes_a_view_with_a_way_back(pages: dict[str, Page], key: str) -> None:
    agent, page = pages[LEVEL_1], pages[MANAGER]
    agent.goto(f"/desk/t/{key}/")
    send(agent, f"/desk/t/{key}/time/log/", minutes="45", kind="work")
    page.goto("/desk/time/")
    expect(page.locator("main table")).to_contain_text("Fitri")
    page.goto("/desk/views/new/?from=/desk/v/unassigned/")
    page.locator("#id_name").fill("Belum ada petugas")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Edit view").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#undo")).to_contain_text("is removed")
    take_back(page)
    expect(page.get_by_role("heading", name="Belum ada petugas")).to_be_visible()


def test_what_one_does_beside_the_ticket_is_on_the_others_page(pages: dict[str, Page], key: str) -> None:
    fitri, ilham = pages[LEVEL_1], pages[LEVEL_1_COLLEAGUE]
    for page in (fitri, ilham):
        page.goto(f"/desk/t/{key}/")
        expect(page.locator("#panel-requester")).to_contain_text("Rina")
    fitri.locator("#tag-add").fill("dua-orang")
    fitri.keyboard.press("Enter")
    expect(ilham.locator("#ticket-tags")).to_contain_text("dua-orang")
    ilham.get_by_role("button", name="Follow", exact=True).click()
    expect(fitri.locator("#panel-followers")).to_contain_text("Ilham")


def test_an_overtaken_undo_says_who_was_faster(pages: dict[str, Page], key: str) -> None:
    fitri, ilham = pages[LEVEL_1], pages[LEVEL_1_COLLEAGUE]
    fitri.route(re.compile("/live/|/changes/"), lambda route: route.abort())
    fitri.goto(f"/desk/t/{key}/")
    fitri.locator("#prop-priority summary").click()
    fitri.locator("#prop-priority button.menu-i", has_text="P1").click()
    expect(fitri.locator("#undo")).to_contain_text("Priority: P1")
    ilham.goto(f"/desk/t/{key}/")
    ilham.locator("#prop-priority summary").click()
    ilham.locator("#prop-priority button.menu-i", has_text="P3").click()
    expect(ilham.locator("#prop-priority summary")).to_contain_text("P3")
    fitri.locator("#undo").get_by_role("button", name=re.compile("^Undo")).click()
    expect(fitri.locator("#undo [role=alert]")).to_contain_text("Ilham Tanjung set the priority")
    expect(fitri.locator("body")).not_to_be_focused()
