"""Where everything that is not source code lives on this machine."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from helpdesk.embedded.problem import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
PRIVATE = 0o700
# A unix socket's address holds 107 bytes (man 7 unix); this is the longest name we put into the run folder.
SOCKET_PATH_BYTES = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
NEEDED_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True)
class Places:
    """The folders of one installation, all private to the user who runs it."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @property
    def lock(self) -> Path:
        return self.var / "supervisor.lock"

    @property
    def children(self) -> Path:
        return self.var / "children.json"

    @property
    def environment(self) -> Path:
        return self.var / "environment"

    @property
    def run(self) -> Path:
        """The folder for sockets: inside var, or a short private one where that path is too long for a socket."""
        inside = self.var / "run"
        if len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return inside
        return Path(tempfile.gettempdir()) / f"tuntas-{os.getuid()}-{self.token}"

    @property
    def token(self) -> str:
        """A short name for this installation, stable as long as it is not moved."""
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]

    def prepare(self) -> None:
        """Create the folders and prove that they can be written.

        Raises Problem or OSError when they cannot.
        """
        for folder in (self.var, self.logs, self.mail, self.run):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if self.run.stat().st_uid != os.getuid() and os.getuid() != 0:
            raise Problem(f"The folder {self.run} belongs to another user: remove it and start again.")
        with tempfile.NamedTemporaryFile(dir=self.var) as probe:
            probe.write(b"\0" * 65536)
            probe.flush()
        free = shutil.disk_usage(self.var).free
        if free < NEEDED_BYTES:
            raise Problem(
                f"Only {free // 2**20} MB are free on the disk of {self.var}: at least {NEEDED_BYTES // 2**20} MB are "
                "needed."
            )


def default_places() -> Places:
    """Return the places named by VAR_DIR, or var/ beside the source code."""
    return Places(var=Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve())
