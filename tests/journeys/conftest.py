"""A running product with its demonstration data, and a real browser in front of it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from helpdesk.embedded.options import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 120
# Journeys wait for the page, never for the clock; this is how long a page may take on a busy machine.
PATIENCE_MILLISECONDS = 10_000
SANDBOX_OFF = ("--no-sandbox", "--disable-dev-shm-usage")  # Chromium's sandbox refuses to run as root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Product:
    """Where the product answers and where its mail catcher keeps the mail."""

    url: str
    mail: Path
    var: Path


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the product as bin/serve does. PRODUCT_URL and PRODUCT_VAR point at one that runs already."""
    if url := os.environ.get("PRODUCT_URL"):
        var = Path(os.environ.get("PRODUCT_VAR", ROOT / "var"))
        yield Product(url.rstrip("/"), var / "mail", var)
        return
    var = tmp_path_factory.mktemp("product") / "var"
    port = free_port()
    removed = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "TUNTAS_SUPERVISED_BY")
    environment = {name: value for name, value in os.environ.items() if name not in removed} | {"VAR_DIR": str(var)}
    command = [sys.executable, "-m", "helpdesk.embedded", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}/readyz")
        yield Product(f"http://127.0.0.1:{port}", var / "mail", var)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the product did not start"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the product was not ready in time")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        one = playwright.chromium.launch(executable_path=executable, args=list(SANDBOX_OFF))
        yield one
        one.close()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """A visitor of their own: no cookies from other tests. `context.new_page()` opens further tabs."""
    visitor = browser.new_context(base_url=product.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    visitor.set_default_timeout(PATIENCE_MILLISECONDS)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One page; the test fails when the browser refuses or misses anything on it."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused form (422) or a missing page (404) that a journey asks for is an answer, not a defect.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    one = context.new_page()
    one.on("console", note)
    one.on("pageerror", lambda error: complaints.append(str(error)))
    yield one
    assert not complaints, complaints
