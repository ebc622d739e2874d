"""Keeps a set of processes running and ends them in order."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from helpdesk.embedded.children import Child, Recipe, adopt_orphans, end_leftovers, reap_orphans, remember
from helpdesk.embedded.places import Places
from helpdesk.embedded.problem import Problem
from helpdesk.embedded.progress import say

# First what makes work, then what does it ...
WORKING = ("beat", "worker", "demo", "web", "mail")
# ... then what it is kept in, when nobody uses it any more.
KEEPING = ("redis", "postgres")
WORKING_STOP_SECONDS = 3.2
WATCH_SECONDS = 0.2
FIRST_RESTART_SECONDS = 1.0
LAST_RESTART_SECONDS = 30.0
STEADY_SECONDS = 60.0


class Stopped(BaseException):
    """Somebody asked us to stop. Not an Exception: nothing on the way may swallow it."""


@dataclass
class Watched:
    """A process that should be running and what is known about its failures."""

    child: Child
    started: float
    restart_after: float = FIRST_RESTART_SECONDS
    restart_at: float | None = None
    on_exit: Callable[[int], None] | None = None


class Supervisor:
    """Owns the lock of one installation and every process started under it."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.watched: dict[str, Watched] = {}
        self._lock: int | None = None
        self._stop_asked = False
        self._undisturbed = False

    def take_lock(self) -> None:
        """Become the only supervisor here and end what one killed earlier left running.

        Raises Problem while another one is running.
        """
        path = self.places.lock
        while True:
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                owner = os.read(lock, 20).decode().strip()
                os.close(lock)
                raise Problem(f"It is already running here (process {owner}): stop that one first.") from error
            try:
                still_there = os.fstat(lock).st_ino == path.stat().st_ino
            except FileNotFoundError:
                still_there = False
            if still_there:
                break
            os.close(lock)  # its owner removed the file while we were opening it
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        ended = end_leftovers(self.places.children, str(self.places.var))
        if ended:
            say(f"  Ended {ended} processes that an earlier run left behind.")

    def start(self, recipe: Recipe, *, on_exit: Callable[[int], None] | None = None) -> Child:
        """Start a process and keep it running; with `on_exit` it is expected to end once instead."""
        child = self._launch(recipe)
        self.watched[recipe.name] = Watched(child, time.monotonic(), on_exit=on_exit)
        self._remember()
        self._heed()
        return child

    def _launch(self, recipe: Recipe) -> Child:
        """Start a process without being interrupted: one that nobody knows about would never be ended."""
        self._undisturbed = True
        return recipe.start()

    def _heed(self) -> None:
        """Be open to a request to stop again, and follow one that came meanwhile."""
        self._undisturbed = False
        if self._stop_asked:
            raise Stopped

    def watch(self) -> None:
        """Start again whatever ends, until asked to stop."""
        while True:
            time.sleep(WATCH_SECONDS)
            for watched in list(self.watched.values()):
                self._look_after(watched)

    def _look_after(self, watched: Watched) -> None:
        name, code, now = watched.child.name, watched.child.exit_code, time.monotonic()
        if code is None:
            return
        if watched.on_exit:
            del self.watched[name]
            self._remember()
            watched.on_exit(code)
        elif watched.restart_at is None:
            if now - watched.started > STEADY_SECONDS:
                watched.restart_after = FIRST_RESTART_SECONDS
            watched.restart_at = now + watched.restart_after
            say(
                f"{name} ended (code {code}); starting it again in {watched.restart_after:.0f} s. See {self._log(name)}"
            )
        elif now >= watched.restart_at:
            watched.child.stop()  # what remains of its group
            watched.child = self._launch(watched.child.recipe)
            watched.started, watched.restart_at = now, None
            watched.restart_after = min(watched.restart_after * 2, LAST_RESTART_SECONDS)
            self._remember()
            self._heed()

    def stop(self) -> None:
        """End every process in order and give the lock back.

        The next one is asked when the one before has ended or has had its head start, so that a slow one does not
        use up everybody's time.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        deadline = time.monotonic() + WORKING_STOP_SECONDS
        working = [watched.child for name in WORKING if (watched := self.watched.pop(name, None))]
        for child in working:
            child.ask_to_stop()
            child.wait(child.recipe.stop_seconds)
        for child in working:
            child.wait(deadline - time.monotonic())
            child.end()
        for name in KEEPING:
            if watched := self.watched.pop(name, None):
                watched.child.stop()
        reap_orphans()
        self.places.children.unlink(missing_ok=True)
        self.places.environment.unlink(missing_ok=True)
        if not self.places.run.is_relative_to(self.places.var):
            shutil.rmtree(self.places.run, ignore_errors=True)
        if self._lock is not None:
            self.places.lock.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        asked_before, self._stop_asked = self._stop_asked, True
        if not asked_before and not self._undisturbed:
            raise Stopped

    def _remember(self) -> None:
        remember(self.places.children, [watched.child for watched in self.watched.values()])

    def _log(self, name: str) -> str:
        return str(self.watched[name].child.recipe.log)
