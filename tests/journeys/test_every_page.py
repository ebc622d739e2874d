"""Every page of every role, in both themes and languages: axe, the console, and no scrolling sideways."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Product
from tests.journeys.pages import DIALOGS, MISSING, PAGES
from tests.journeys.people import AXE, LEVEL_1, REQUESTER, visitor
from tests.journeys.reports import complaints_of, report, send, sideways

COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def places(browser: Browser, product: Product) -> dict[str, str]:
    """What the pages in braces show: tickets, and on one of them a step, time, a message; a view; a run over two."""
    page = visitor(browser, product.url, REQUESTER)
    subjects = ("Laptop tidak mau menyala sejak pembaruan tadi malam", "Laptop saya mati", "Laptop mati lagi")
    own, other, merged = (report(page, subject) for subject in subjects)
    page.goto("/kb/")
    article = str(page.locator("main a[href^='/kb/']").first.get_attribute("href"))
    page.context.close()
    page = visitor(browser, product.url, LEVEL_1)
    made = _at_the_desk(page, own, other, merged)
    page.context.close()
    return {"own": own, "other": other, "merged": merged, "article": article} | made


def _at_the_desk(page: Page, own: str, other: str, merged: str) -> dict[str, str]:
    page.goto("/desk/views/new/?from=/desk/q/service-desk/%3Ff=mine")
    page.locator("#id_name").fill(f"Laptop {own}")
    page.get_by_role("button", name="Save view").click()
    page.wait_for_url(re.compile("/desk/v/"))
    view = page.url.split("/")[-2]
    desk = f"/desk/t/{own}/"
    send(page, f"{desk}time/log/", minutes="25m", kind="work", note="Diperiksa.")
    send(page, f"{desk}checklists/add/", template="1")
    send(page, f"{desk}note/", body="Adaptor diganti.", dedupe_key=own)
    send(page, f"/desk/t/{merged}/merge/", into=own, confirmed="1")
    numbers = ",".join(key.split("-")[1] for key in (own, other))
    answer = send(page, "/desk/bulk/", action="tag", sent="1", tag="laptop", tickets=numbers)
    run = _number(r"/desk/bulk/(\d+)/undo/", answer.text())
    page.goto(desk)
    expect(page.locator("#panel-time")).to_contain_text("25 min")
    drawn = page.content()
    found = {"message": r"/messages/(\d+)/split/", "time": r"/time/(\d+)/correct/", "step": r"/checklists/(\d+)/tick/"}
    return {"view": view, "run": run, **{name: _number(address, drawn) for name, address in found.items()}}


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def dress(page: Page, url: str, language: str, theme: str) -> None:
    chosen = {"django_language": language, "theme": theme}
    page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in chosen.items()])


def look_at(page: Page, address: str, widths: tuple[int, ...], *, with_frame: bool = True) -> list[str]:
    """axe at the width it was opened in, then each width; with or without the frame around every page of the desk."""
    answer = page.goto(address)
    assert answer, address
    assert address == MISSING or answer.ok, f"{address}: {answer.status}"
    # the panels that a page fetches for itself belong to it
    expect(page.locator(".htmx-request")).to_have_count(0)
    wrong = _found(page, AXE, with_frame)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += filter(None, [sideways(page)])
    return wrong


def _found(page: Page, options: dict[str, Any], with_frame: bool) -> list[str]:
    inside = None if with_frame else {"exclude": [[".side"], [".p-tabbar"]]}
    found = Axe().run(page, context=inside, options=options).response["violations"]
    return [f"{page.url} {row['id']}: {node['html'][:160]}" for row in found for node in row["nodes"][:3]]


def in_the_other_theme(page: Page, theme: str) -> list[str]:
    """The colours of the page as it stands, in another theme: no page needs to be asked for again to know them."""
    page.evaluate(
        """async (theme) => {
            document.documentElement.dataset.bsTheme = theme;
            // colours that are still on their way are nobody's colours
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            for (const fade of document.getAnimations()) fade.finish();
        }""",
        theme,
    )
    return _found(page, COLOURS, False)


@pytest.mark.parametrize("role", PAGES)
def test_every_page_wide_light_and_english(
    role: str, browser: Browser, product: Product, places: dict[str, str]
) -> None:
    page = visitor(browser, product.url, role, reduced_motion="reduce")
    said = complaints_of(page)
    wrong = []
    for at, address in enumerate(PAGES[role]):
        dress(page, product.url, "en", "light")
        wrong += look_at(page, address.format(**places), (1440,), with_frame=at == 0)
        assert page.locator("html").get_attribute("lang") == "en", address
    page.context.close()
    assert not wrong + said, "\n".join(wrong + said)


@pytest.mark.parametrize("role", PAGES)
def test_every_page_narrow_dark_and_indonesian(
    role: str, browser: Browser, product: Product, places: dict[str, str]
) -> None:
    page = visitor(browser, product.url, role, language="id", theme="dark", width=390, reduced_motion="reduce")
    said = complaints_of(page)
    wrong = []
    for at, address in enumerate([*PAGES[role], *DIALOGS.get(role, ())]):
        dress(page, product.url, "id", "dark")
        page.set_viewport_size({"width": 390, "height": 900})
        wrong += look_at(page, address.format(**places), (390, 320), with_frame=at == 0)
        assert page.locator("html").get_attribute("lang") == "id", address
        if not address.endswith("/print/"):  # paper is black on white, whatever the theme
            assert page.locator("html").get_attribute("data-bs-theme") == "dark", address
        if address in DIALOGS.get(role, ()):
            wrong += in_the_other_theme(page, "light")
    page.context.close()
    assert not wrong + said, "\n".join(wrong + said)


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("id", "dark", 390)])
def test_the_way_in_and_out(language: str, theme: str, width: int, page: Page, product: Product) -> None:
    page.goto("/login/")
    dress(page, product.url, language, theme)
    page.set_viewport_size({"width": width, "height": 900})
    assert not look_at(page, "/login/", (1440, 390, 320))
