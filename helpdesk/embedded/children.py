"""Processes that the supervisor starts, watches and ends."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.embedded.identity import MYSELF, Identity, libc

# Every descendant inherits it, so that a start after a kill -9 can find what was left behind.
MARKER = "TUNTAS_SUPERVISED_BY"
KEEP_LOG_BYTES = 5 * 1024 * 1024
POLL_SECONDS = 0.02
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Recipe:
    """How to start a process, how to ask it to stop and how long to wait before going on to the next."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 1.0
    death_signal: signal.Signals = signal.SIGTERM
    identity: Identity = field(default=MYSELF)
    niceness: int = 0

    def start(self) -> "Child":
        """Start the process in a session of its own: a Ctrl-C at the terminal reaches only the supervisor."""
        if self.log.exists() and self.log.stat().st_size > KEEP_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        become = self.identity.on_start(self.death_signal)

        def before_start() -> None:
            if self.niceness:
                os.nice(self.niceness)
            become()

        with self.log.open("ab") as log:
            offset = log.tell()
            process = subprocess.Popen(
                list(self.command),
                env=dict(self.environment),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before_start,
            )
        return Child(self, process, offset)


class Child:
    """One running process and its whole group."""

    def __init__(self, recipe: Recipe, process: "subprocess.Popen[bytes]", log_offset: int) -> None:
        self.recipe = recipe
        self.process = process
        self.log_offset = log_offset

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send its stop signal, if it still runs."""
        if self.exit_code is None:
            self.process.send_signal(self.recipe.stop_signal)

    def wait(self, seconds: float) -> None:
        """Wait for it to end, at most that long."""
        try:
            self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            pass

    def end(self) -> None:
        """Kill whatever remains of it and of its group."""
        end_group(self.process.pid)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, wait as long as its recipe says, then end its whole group."""
        self.ask_to_stop()
        self.wait(self.recipe.stop_seconds)
        self.end()

    def last_words(self, lines: int = 5) -> str:
        """Return the end of what it wrote since it started."""
        with self.recipe.log.open("rb") as log:
            log.seek(self.log_offset)
            return "\n".join(log.read().decode(errors="replace").strip().splitlines()[-lines:])


def end_group(pid: int) -> None:
    """Kill whatever remains of a process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent ends, instead of process 1 (man 2 PR_SET_CHILD_SUBREAPER)."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(*, seconds: float = 0.5) -> None:
    """Wait for the adopted ones, which have been killed: nothing may stay behind, not even as a zombie."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(POLL_SECONDS)


def started_at(pid: int) -> str | None:
    """Return the kernel's start time of a process: with the number it names one process for ever (man 5 proc)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *_rest = fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[19]


def remember(path: Path, children: Sequence[Child]) -> None:
    """Write down which processes run, for a start after a kill -9."""
    rows = [
        {
            "name": child.name,
            "pid": child.process.pid,
            "started_at": started_at(child.process.pid),
            "stop_signal": int(child.recipe.stop_signal),
        }
        for child in children
    ]
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(rows))
    fresh.replace(path)


def leftovers(path: Path, marker: str) -> dict[int, int]:
    """Return the processes an earlier supervisor left running: number -> the signal that ends it properly."""
    found: dict[int, int] = {}
    try:
        rows = json.loads(path.read_text())
    except (OSError, ValueError):
        rows = []
    for row in rows:
        if row["started_at"] and started_at(row["pid"]) == row["started_at"]:
            found[row["pid"]] = row["stop_signal"]
    wanted = f"{MARKER}={marker}".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.setdefault(int(folder.name), int(signal.SIGKILL))
            except OSError:
                continue
    return found


def end_leftovers(path: Path, marker: str, *, seconds: float = 4.0) -> int:
    """End what an earlier supervisor left running and return how many processes that were."""
    found = leftovers(path, marker)
    for pid, stop_signal in found.items():
        _signal(pid, stop_signal)
    deadline = time.monotonic() + seconds
    while any(started_at(pid) for pid in found) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for pid in found:
        if started_at(pid):
            _signal(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return len(found)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
