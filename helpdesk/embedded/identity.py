"""Who PostgreSQL runs as. It refuses to run as root, so root has to become somebody else for it.

An ordinary user needs nothing. For root there are two ways, tried in this order:
 * a user namespace in which root is called nobody: no file changes its owner, private folders stay readable;
 * really becoming nobody, where namespaces are forbidden (the default in Docker). Its files then need an owner and a
   path that nobody can walk, so programs and data may have to move out of a home folder.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PROBE_SECONDS = 10

libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """One way to run a program: `uid` is who owns its files, seen from outside."""

    name: str
    uid: int

    def on_start(self, death_signal: signal.Signals) -> Callable[[], None]:
        """Return what the new process does before it becomes the program.

        The death signal is set last because a change of identity clears it.
        """
        parent = os.getpid()

        def become() -> None:
            if self.name == "namespace":
                _enter_namespace()
            elif self.name == "nobody":
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died before the line above took effect
                os._exit(1)

        return become

    def can_run(self, program: Path, folder: Path) -> bool:
        """Say whether this identity can start the program and write into the folder."""
        script = '"$0" --version >/dev/null && cd "$1" && : > .probe && rm .probe'
        try:
            result = subprocess.run(
                ["/bin/sh", "-c", script, str(program), str(folder)],
                preexec_fn=self.on_start(signal.SIGKILL),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return result.returncode == 0


def _enter_namespace() -> None:
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")


MYSELF = Identity("myself", os.getuid())
NAMESPACE = Identity("namespace", 0)
DROPPED = Identity("nobody", NOBODY)


def candidates() -> list[Identity]:
    """Return the identities to try, best first. EMBEDDED_IDENTITY narrows it to one, for tests."""
    if os.getuid() != 0:
        return [MYSELF]
    wanted = os.environ.get("EMBEDDED_IDENTITY")
    return [identity for identity in (NAMESPACE, DROPPED) if wanted in (None, identity.name)]
