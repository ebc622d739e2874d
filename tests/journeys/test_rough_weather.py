"""A line that breaks for an hour, news that come while somebody reads, names and tags out of all proportion."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.pages import ADMIN
from tests.journeys.people import DOMAIN, LEVEL_1, LEVEL_1_COLLEAGUE, REQUESTER, visitor
from tests.journeys.reports import report, send, sideways

PHONE = {"width": 390, "height": 844}
SHIFT_ALLOWED = 0.01
# what moved without anybody touching the page, as the browser adds it up
WATCH_SHIFTS = """() => {
    window.moved = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved.push(entry);
    }).observe({ type: "layout-shift" });
}"""
SHIFTED = """() => ({
    sum: window.moved.reduce((sum, entry) => sum + entry.value, 0),
    what: window.moved.flatMap((entry) => entry.sources.map(({ node }) => `${node?.nodeName}#${node?.id}`)),
})"""
STRANGE_NAME = "Zoë 👩🏽‍💻 \u202eمرحبا\u202c " + "Panjang" * 6
MANY_TAGS = [f"tag-{number:03}" for number in range(500)]


@pytest.fixture
def people(browser: Browser, product: Product) -> Iterator[tuple[Page, Page, Page]]:
    pages = tuple(visitor(browser, product.url, name) for name in (REQUESTER, LEVEL_1, LEVEL_1_COLLEAGUE))
    yield pages[0], pages[1], pages[2]
    for page in pages:
        page.context.close()


def show(page: Page, key: str) -> None:
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#panel-requester")).to_contain_text("Rina")


def choose(page: Page, name: str, label: str) -> None:
    page.locator(f"#prop-{name} summary").click()
    page.locator(f"#prop-{name} button.menu-i", has_text=label).first.click()


def test_an_hour_without_a_line_loses_nothing_and_sends_once(people: tuple[Page, Page, Page]) -> None:
    asker, page, _colleague = people
    key = report(asker)
    show(page, key)
    page.keyboard.press("r")
    box = page.locator("#composer-reply")
    page.context.set_offline(True)
    expect(page.locator("#announce")).to_contain_text("You are offline")
    expect(page.locator("#line")).to_be_visible()
    box.press_sequentially("Bu Rina, teknisi datang jam dua.")
    box.press("Control+Enter")
    expect(page.locator(".cmp .form-errors-in-place")).to_contain_text("Nothing you typed is lost")
    expect(box).to_have_value("Bu Rina, teknisi datang jam dua.")
    page.context.set_offline(False)
    expect(page.locator("#announce")).to_contain_text("Back online")
    box.press("Control+Enter")
    expect(page.locator("#timeline .msg-agent")).to_have_count(1)
    expect(page.locator("#timeline .msg-agent")).to_contain_text("teknisi datang jam dua")
    page.reload()
    expect(page.locator("#timeline .msg-agent")).to_have_count(1)


def test_a_page_that_was_closed_without_a_line_has_its_words_again(people: tuple[Page, Page, Page]) -> None:
    asker, page, _colleague = people
    key = report(asker)
    show(page, key)
    page.keyboard.press("n")
    page.context.set_offline(True)
    page.locator("#composer-note").press_sequentially("Nomor seri ada di bawah baki.")
    expect(page.locator("[data-composer-saved]")).to_contain_text("kept on this device")
    page.context.set_offline(False)
    page.goto(f"/desk/t/{key}/")
    expect(page.locator("#composer-note")).to_be_visible()
    expect(page.locator("#composer-note")).to_have_value("Nomor seri ada di bawah baki.")


def test_news_on_an_open_ticket_move_nothing_under_the_reader(people: tuple[Page, Page, Page]) -> None:
    asker, reader, colleague = people
    key = report(asker)
    show(reader, key)
    show(colleague, key)
    reader.keyboard.press("r")
    expect(reader.locator("#composer-reply")).to_be_focused()
    reader.evaluate(WATCH_SHIFTS)
    choose(colleague, "priority", "P1")
    expect(reader.locator("#prop-priority summary")).to_contain_text("P1")
    send(colleague, f"/desk/t/{key}/note/", body="Sudah dicek.", dedupe_key=f"{key}-note")
    expect(reader.locator("#timeline .msg-note")).to_contain_text("Sudah dicek.")
    moved = reader.evaluate(SHIFTED)
    assert moved["sum"] < SHIFT_ALLOWED, moved


def test_news_in_a_queue_wait_behind_the_pill_and_move_nothing(people: tuple[Page, Page, Page]) -> None:
    asker, reader, colleague = people
    reader.goto("/desk/q/service-desk/")
    row = reader.locator("tr[data-row]").first
    key = str(row.locator("[data-row-link]").get_attribute("href")).split("/")[-2]
    colleague.goto(f"/desk/t/{key}/")
    expect(colleague.locator("#panel-requester h2")).to_be_visible()
    reader.evaluate(WATCH_SHIFTS)
    send(colleague, f"/desk/t/{key}/tags/", add="bergerak")
    report(asker, "Tiket baru waktu orang membaca")
    expect(reader.locator("#live-pill")).to_be_visible()
    moved = reader.evaluate(SHIFTED)
    assert moved["sum"] < SHIFT_ALLOWED, moved


def test_five_hundred_tags_are_refused_and_fifty_fold_away(people: tuple[Page, Page, Page]) -> None:
    asker, page, _colleague = people
    key = report(asker)
    show(page, key)
    page.locator("#tag-add").fill("tag-000")
    page.evaluate(
        """([address, tags]) => window.htmx.ajax("POST", address, { source: document.getElementById("tag-form"),
            swap: "none", values: { add: tags } })""",
        [f"/desk/t/{key}/tags/", MANY_TAGS],
    )
    expect(page.locator("#prop-error")).to_contain_text("at most 50 tags")
    send(page, f"/desk/t/{key}/tags/", add=MANY_TAGS[:50])
    page.reload()
    more = page.locator(".tk-tags-more")
    expect(more.locator("summary")).to_contain_text("+42")
    for size in (PHONE, {"width": 1440, "height": 900}):
        page.set_viewport_size(size)
        assert not sideways(page)
        more.locator("summary").click()
        assert not sideways(page)
        assert page.locator("#timeline").bounding_box()["height"] > 0  # type: ignore[index]
        more.locator("summary").click()


def test_an_owner_with_a_strange_name_who_has_left_breaks_no_page(
    browser: Browser, product: Product, people: tuple[Page, Page, Page]
) -> None:
    asker, page, leaving = people
    key = report(asker)
    show(leaving, key)
    leaving.keyboard.press("Shift+I")
    expect(leaving.locator("#prop-assignee summary")).to_contain_text("Ilham")
    operator = visitor(browser, product.url, ADMIN)
    operator.goto(f"/admin/accounts/user/?q={LEVEL_1_COLLEAGUE}@{DOMAIN}")
    operator.locator("#result_list tbody th a").first.click()
    address, usual = operator.url, operator.locator("#id_name").input_value()
    try:
        keep(operator, STRANGE_NAME, works_here=False)
        wrong = []
        for place in (f"/desk/t/{key}/", "/desk/q/service-desk/"):
            for size in (PHONE, {"width": 1440, "height": 900}):
                page.set_viewport_size(size)
                page.goto(place)
                wrong.append(sideways(page))
        assert not any(wrong), wrong
        show(page, key)
        expect(page.locator("#prop-assignee summary")).to_contain_text("Zoë")
        choose(page, "assignee", "Fitri")
        expect(page.locator("#prop-assignee summary")).to_contain_text("Fitri")
    finally:
        operator.goto(address)
        keep(operator, usual, works_here=True)
        operator.context.close()


def keep(operator: Page, name: str, *, works_here: bool) -> None:
    operator.locator("#id_name").fill(name)
    operator.locator("#id_is_active").set_checked(works_here)
    operator.locator("input[name=_continue]").click()
    expect(operator.locator(".messagelist .success")).to_be_visible()


def test_a_word_without_end_stays_inside_every_panel(people: tuple[Page, Page, Page]) -> None:
    asker, page, _colleague = people
    word = "Pneumonoultra" * 31
    key = report(asker, word[:190], word)
    show(page, key)
    send(page, f"/desk/t/{key}/tags/", add=word[:40])
    send(page, f"/desk/t/{key}/time/log/", minutes="5", kind="work", note=word)
    send(page, f"/desk/t/{key}/tasks/plan/", title=word[:190])
    send(page, f"/desk/t/{key}/note/", body=f"{word}\n\n> {word}", dedupe_key=f"{key}-word")
    for size in (PHONE, {"width": 1440, "height": 900}):
        page.set_viewport_size(size)
        show(page, key)
        assert not sideways(page)
        for part in page.locator("#details > section").all():
            assert part.evaluate("node => node.scrollWidth - node.clientWidth") <= 1, part.get_attribute("id")
    assert re.search("Pneumono", page.locator("h1").inner_text())
