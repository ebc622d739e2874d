"""More than forty keys without a mouse: five tickets triaged, a note, a reply, a handover, a solution, undo.

After every key the focus is somewhere, and the live region says what changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.people import LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report

TRIAGED = 5


@pytest.fixture(scope="module")
def desk(browser: Browser, product: Product) -> Iterator[tuple[Page, list[str]]]:
    asker = visitor(browser, product.url, REQUESTER)
    keys = [report(asker) for _ in range(TRIAGED)]
    asker.context.close()
    page = visitor(browser, product.url, LEVEL_1)
    said = complaints_of(page)
    yield page, keys
    page.context.close()
    # going on at once cuts background requests short, which htmx reports as an error
    assert not [text for text in said if "htmx:sendAbort" not in text and "htmx:afterRequest" not in text]


def _go(page: Page, address: str) -> None:
    """To another page once this one has had its answers: a request cut short is reported on the console."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.goto(address)


class Keyboard:
    """Every step is a key; after each the focus is somewhere, and where it is asked for, there."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str, focus: Locator | None = None, said: str = "") -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1
        if focus is not None:
            expect(focus).to_be_focused()
        if said:
            expect(self.page.locator("#announce")).to_contain_text(said)
        expect(self.page.locator("body")).not_to_be_focused()

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def tab_to(self, goal: Locator) -> None:
        for _tries in range(30):
            if goal.evaluate("node => node === document.activeElement"):
                return
            self.press("Tab")
        expect(goal).to_be_focused()

    def open_ticket(self, key: str) -> None:
        """By the palette: the page it leads to begins at its content."""
        self.press("Control+k", focus=self.page.locator("#palette-input"))
        self.write(key)
        expect(self.page.locator("#palette-list [role=option]").first).to_contain_text(key)
        self.press("Enter")
        self.page.wait_for_url(re.compile(key))
        expect(self.page.locator("#main")).to_be_focused()

    def choose(self, name: str, key: str, *, arrows: int, said: str) -> None:
        """Open a property's menu by its key or by Enter, go down some entries, and take the one that stands there."""
        now = self.page.locator(f"#prop-{name}-now")
        self.press(key, focus=now)
        entries = self.page.locator(f"#prop-{name} button.menu-i")
        expect(entries.first).to_be_visible()
        for at in range(arrows):
            self.press("ArrowDown", focus=entries.nth(at))
        self.press("Enter", focus=now, said=said)


def test_five_tickets_are_triaged(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    page.goto("/desk/")
    board = Keyboard(page)
    for key in keys:
        board.open_ticket(key)
        board.press("Shift+I", said=f"{key} is yours now")
        board.choose("priority", "p", arrows=2, said="Priority: P2")
    board.tab_to(page.locator("#prop-category-now"))
    board.choose("category", "Enter", arrows=1, said="Category: ")
    board.press("z", focus=page.locator("#prop-category-now"), said="Taken back")
    board.choose("status", "s", arrows=1, said="Status: ")
    board.press("z", focus=page.locator("#prop-status-now"), said="Taken back")
    assert board.pressed >= 40


def test_a_reply_and_a_note_are_written_and_sent(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    board = Keyboard(page)
    board.open_ticket(keys[0])
    for key, side, words, shown, said in (
        ("n", "note", "Checked the switch.", ".msg-note", "Internal note added"),
        ("r", "reply", "We are looking into it.", ".msg-agent", "Sent to Rina"),
    ):
        board.press(key, focus=page.locator(f"#composer-{side}"))
        board.write(words)
        board.press("Control+Enter", focus=page.locator("[data-composer-closed] a").first, said=said)
        expect(page.locator(f"#timeline {shown}")).to_contain_text(words)
    board.press("r", focus=page.locator("#composer-reply"))
    board.press("Escape", focus=page.locator("[data-composer-closed] a").first)


def test_dialogs_give_the_focus_back_to_what_opened_them(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    board = Keyboard(page)
    board.open_ticket(keys[0])
    dialog, actions = page.locator("#dialog"), page.locator("#ticket-actions")
    more = actions.locator("#ticket-more > summary")
    for key, opener, about in (
        ("e", actions.get_by_role("link", name=re.compile("^Escalate")), "What happens next"),
        ("Shift+R", actions.get_by_role("link", name=re.compile("^Resolve")), "Resolve"),
        ("l", more, "Link"),
        ("?", more, "Keyboard shortcuts"),
    ):
        board.press(key)
        expect(dialog).to_contain_text(about)
        assert page.evaluate("document.getElementById('dialog').contains(document.activeElement)"), about
        board.press("Escape", focus=opener)


def test_one_is_escalated_with_its_packet_and_one_resolved(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    board = Keyboard(page)
    board.open_ticket(keys[2])
    board.press("e")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("What happens next")
    network = dialog.locator("input[name=team][value=network-access]")
    for _team in range(6):
        if not network.is_checked():
            board.press("ArrowDown")
    board.press(focus=network)
    for tick in dialog.locator(".pick-way:has(> label :checked) .pick-tick input").all():
        board.tab_to(tick)
        board.press("Space", focus=tick)
    board.tab_to(dialog.locator("#reason-access"))
    board.press("Space", focus=dialog.locator("#reason-access"))
    board.tab_to(dialog.get_by_label("Steps tried"))
    board.write("Cable swapped.")
    board.tab_to(dialog.get_by_label("What is asked"))
    board.write("Look at the port.")
    board.press("Control+Enter")
    page.wait_for_load_state()
    expect(page.locator("#announce")).to_contain_text("is with")
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("#panel-handover")).to_contain_text("Look at the port.")
    board.open_ticket(keys[3])
    board.press("Shift+R", focus=dialog.locator("textarea").first)
    board.write("Paper removed.")
    board.tab_to(dialog.get_by_label(re.compile("Root cause")))
    board.write("Old roller.")
    board.press("Control+Enter")
    expect(page.locator("#properties")).to_contain_text("Resolved")
    expect(page.locator("#main")).to_be_focused()


def test_an_older_step_is_taken_back_in_the_history(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    _go(page, f"/desk/t/{keys[1]}/")
    page.keyboard.press("p")
    page.locator("#prop-priority button.menu-i", has_text="P1").press("Enter")
    expect(page.locator("#prop-priority summary")).to_contain_text("P1")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.reload()
    step = page.locator("#timeline [id^=undo-]").last
    if not step.is_visible():
        page.locator("#timeline .ev-group > summary").last.press("Enter")
    step.press("Enter")
    expect(page.locator("#prop-priority summary")).not_to_contain_text("P1")
    expect(page.locator("body")).not_to_be_focused()


def test_other_keys_are_chosen_and_the_hints_follow(desk: tuple[Page, list[str]]) -> None:
    page, keys = desk
    _go(page, "/me/keys/")
    page.get_by_label("Internal note", exact=True).press("q")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_contain_text("Saved")
    _go(page, f"/desk/t/{keys[0]}/")
    expect(page.locator('[data-compose="note"]').first).to_have_attribute("aria-keyshortcuts", "Q")
    page.keyboard.press("n")
    expect(page.locator("#composer-note")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator("#composer-note")).to_be_focused()
    _go(page, "/me/keys/")
    page.get_by_role("button", name="All keys as usual").press("Enter")
    expect(page.get_by_label("Internal note", exact=True)).to_have_value("N")


def test_the_next_row_has_the_focus_after_some_were_taken(desk: tuple[Page, list[str]]) -> None:
    page, _keys = desk
    _go(page, "/desk/q/service-desk/?f=unassigned")
    following = str(page.locator("[data-row-link]").nth(1).get_attribute("href"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+I")
    expect(page.locator("#undo")).to_contain_text("yours now")
    expect(page.locator(f'[data-row-link][href="{following}"]')).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(page.locator("#undo")).to_contain_text("as it was")
