"""One data folder and the supervisor that runs on it, for tests that start the whole product."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from helpdesk.embedded.options import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90


class Installation:
    """One data folder and the supervisor that runs on it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *options: str, port: int | None = None) -> "subprocess.Popen[str]":
        removed = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "TUNTAS_SUPERVISED_BY")
        environment = {name: value for name, value in os.environ.items() if name not in removed}
        command = [sys.executable, "-m", "helpdesk.embedded", "serve", "--port", str(port or self.port), "--no-demo"]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=environment | {"VAR_DIR": str(self.var)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.process

    def wait_until_ready(self) -> None:
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as response:
                    assert response.status == 200
                    return
            except OSError:
                assert self.process.poll() is None, self.process.communicate()[1]
                time.sleep(0.05)
        pytest.fail("not ready in time")

    def processes(self) -> list[str]:
        """Every process, except the supervisor, that works for this folder."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                known = str(self.var).encode()
                if folder.name.isdigit() and (
                    known in (folder / "cmdline").read_bytes()
                    or b"TUNTAS_SUPERVISED_BY=" + known in (folder / "environ").read_bytes().split(b"\0")
                ):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def manage(self, *arguments: str) -> "subprocess.Popen[str]":
        """manage.py against the running servers, as an operator starts it by hand."""
        environment = dict(os.environ) | {"VAR_DIR": str(self.var), "DJANGO_SETTINGS_MODULE": "helpdesk.settings.local"}
        environment |= dict(line.split("=", 1) for line in (self.var / "environment").read_text().splitlines())
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def pids(self) -> dict[str, int]:
        """The process id of each part, as the supervisor keeps them."""
        children = json.loads((self.var / "children.json").read_text())
        return {child["name"]: int(child["pid"]) for child in children}
