#!/usr/bin/env python3
"""Take the walkthrough's pictures from a running demonstration: `.venv/bin/python docs/pictures.py URL`.

Walks the story once (so the pictures show one ticket on its way) and writes docs/images/*.png with few colours, to keep
the folder small.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.journeys.people import LEVEL_1, LEVEL_2, MANAGER, REQUESTER, visitor

IMAGES = Path(__file__).resolve().parent / "images"
COLOURS = 96
WIDTH = 1200


def keep(page: Page, name: str) -> None:
    """Save what the page shows, small."""
    page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def report(page: Page) -> str:
    """The requester reports; returns the ticket's key."""
    page.goto("/")
    keep(page, "01-portal-light")
    page.goto("/tickets/new/")
    page.get_by_label(re.compile("What is happening")).press_sequentially("VPN kantor putus terus sejak pagi")
    page.get_by_label(re.compile("Tell us more")).fill(
        "Sejak jam 08.10 VPN putus setiap sepuluh menit, padahal internet di rumah lancar."
    )
    page.get_by_label("What is it about?").select_option("vpn-drops")
    page.wait_for_timeout(600)
    for question in page.locator("#intake select").all():
        question.select_option(index=1)
    for question in page.locator("#intake input").all():
        question.fill("HQ-Split")
    page.evaluate("scrollTo(0, 0)")
    keep(page, "02-report-light")
    page.get_by_role("button", name="Send to IT").click()
    page.wait_for_url(re.compile("sent=1"))
    keep(page, "03-sent-light")
    return re.search(r"INC-\d+", page.url)[0]  # type: ignore[index]


def work(browser: Browser, url: str, key: str) -> None:
    """Level I asks and escalates, Level II takes and resolves."""
    first = visitor(browser, url, LEVEL_1)
    first.goto("/desk/q/service-desk/")
    keep(first, "queue-light")
    first.goto(f"/desk/t/{key}/")
    first.get_by_role("button", name=re.compile("Take it")).click()
    first.wait_for_timeout(800)
    first.get_by_role("link", name=re.compile("^Internal note")).first.click()
    first.locator("#composer-note").fill("Ping ke 10.20.4.11 RTO dari profil HQ-Split, normal dari LAN.")
    keep(first, "04-note-light")
    first.get_by_role("button", name=re.compile("Add internal note")).click()
    first.wait_for_timeout(800)
    first.get_by_role("link", name=re.compile("Reply to Rina")).first.click()
    first.locator("#composer-reply").fill("Bu Rina, profil apa yang tertulis di jendela VPN?")
    first.get_by_role("button", name=re.compile("Send to Rina")).click()
    first.wait_for_timeout(800)
    first.get_by_role("link", name=re.compile("^Escalate")).click()
    dialog = first.locator("#dialog")
    dialog.get_by_text("Network & access").click()
    dialog.get_by_text("Needs access").click()
    dialog.get_by_label("What is asked").fill("Mohon cek push route di gateway.")
    keep(first, "05-escalate-light")
    dialog.get_by_role("button", name=re.compile("Escalate")).click()
    second = visitor(browser, url, LEVEL_2, theme="dark")
    second.goto("/desk/q/network-access/")
    keep(second, "06-queue-dark")
    second.goto(f"/desk/t/{key}/")
    second.get_by_role("button", name=re.compile("Take it")).click()
    keep(second, "07-ticket-dark")
    second.get_by_role("link", name=re.compile("^Resolve")).click()
    second.locator("#dialog").get_by_label(re.compile("What was done")).fill("Profil HQ-Full dipasang; ERP berjalan.")
    second.locator("#dialog").get_by_label(re.compile("Root cause")).fill("HQ-Split kehilangan rute setelah sleep.")
    second.locator("#dialog").get_by_role("button", name=re.compile("Resolve")).click()
    second.wait_for_timeout(800)


def main(url: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        requester = visitor(browser, url, REQUESTER)
        key = report(requester)
        work(browser, url, key)
        phone = visitor(browser, url, REQUESTER, language="id", width=390)
        phone.goto(f"/my/tickets/{key}/")
        keep(phone, "08-solved-phone-id")
        manager = visitor(browser, url, MANAGER)
        manager.goto("/desk/dashboard/")
        keep(manager, "09-dashboard-light")
        manager.goto(f"/desk/t/{key}/clocks/resolution/")
        keep(manager, "12-clock-light")
        manager.goto("/desk/promises/")
        keep(manager, "13-promises-light")
        agent_phone = visitor(browser, url, LEVEL_1, theme="dark", language="id", width=390)
        agent_phone.goto("/desk/q/service-desk/")
        keep(agent_phone, "10-queue-phone-dark-id")
        requester.goto("/mail/")
        keep(requester, "11-caught-mail-light")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
