"""A fresh ticket to work on, reported as the portal's form does it, and what a page complains about."""

from __future__ import annotations

import json
import re
import secrets
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, Locator, Page, expect


def report(page: Page, subject: str = "Printer lantai 3 macet", description: str = "Kertas tersangkut.") -> str:
    """Report a problem as whoever is signed in on the page; without a category it goes to the service desk.

    Returns:
        The ticket's key.
    """
    page.goto("/tickets/new/")
    form = {
        "subject": subject,
        "description": description,
        "stops": "annoying",
        "submission_key": secrets.token_urlsafe(12),
    }
    answer = send(page, "/tickets/new/", **form)
    found = re.search(r"/my/tickets/((?:INC|REQ)-\d+)/", answer.url)
    assert found, answer.url
    return found[1]


def send(page: Page, address: str, **form: str | list[str]) -> APIResponse:
    """Send a form as the page that is open would, without filling it in."""
    token = json.loads(page.locator("body").get_attribute("hx-headers") or "{}")["X-CSRFToken"]
    typed = urlencode({"csrfmiddlewaretoken": token, **form}, doseq=True)
    headers = {"Referer": page.url, "Content-Type": "application/x-www-form-urlencoded"}
    answer = page.request.post(address, data=typed, headers=headers)
    assert answer.ok, answer.text()[:500]
    return answer


def address_packet(form: Page | Locator, team: str = "Network & access") -> None:
    """In the form of a handover: choose the team, tick its checklist, and say what was tried."""
    form.locator("#id_team").get_by_text(team, exact=True).click()
    for line in form.locator(".pick-way:has(> label :checked) .pick-tick").all():
        line.click()
    tried = form.get_by_label("Steps tried")
    if not tried.input_value():
        tried.fill("Sudah dicoba dari jaringan lain.")


def unfold(menu: Locator) -> None:
    """Open a menu. A click that comes just while the page is drawn anew goes nowhere: then once more."""
    for _try in range(3):
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        try:
            expect(menu).to_have_attribute("open", "", timeout=1_500)
        except AssertionError:
            continue
        return
    expect(menu).to_have_attribute("open", "")


def complaints_of(page: Page) -> list[str]:
    """A list that fills with the page's console errors (refused by CSP, say) and uncaught exceptions."""
    said: list[str] = []

    def note(kind: str, text: str) -> None:
        # a refused form (422) or a missing page (404) that a journey asks for is an answer, not a defect
        if kind == "error" and "Failed to load resource" not in text:
            said.append(f"{page.url}: {text}")

    page.on("console", lambda message: note(message.type, message.text))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    return said


def sideways(page: Page) -> str:
    """What sticks out of the page to the right; empty when nobody has to scroll sideways."""
    over: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over <= 0:
        return ""
    widest: str = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .map((node) => [node.getBoundingClientRect().right, node])
            .filter(([right]) => right > document.documentElement.clientWidth)
            .map(([right, node]) => `${Math.round(right)} ${node.tagName}.${node.className?.baseVal ?? node.className}`)
            .slice(-3).join(" | ")"""
    )
    return f"{page.url} at {page.viewport_size['width'] if page.viewport_size else '?'}: {over}px over, {widest}"
