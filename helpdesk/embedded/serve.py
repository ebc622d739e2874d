"""What bin/serve does once its packages are installed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Mapping

from helpdesk.embedded import catalogues, options, postgres, recipes, redis_server
from helpdesk.embedded.children import MARKER, POLL_SECONDS, Child
from helpdesk.embedded.demo_state import DemoState
from helpdesk.embedded.identity import MYSELF
from helpdesk.embedded.places import ROOT, Places
from helpdesk.embedded.problem import Problem
from helpdesk.embedded.progress import say, step
from helpdesk.embedded.supervisor import Stopped, Supervisor

WEB_READY_SECONDS = 60
# Written for manage.py: with it any command finds the servers that are running.
SHARED = ("DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "EMAIL_PORT", "MAIL_CATCHER_DIR")


def serve(asked: Namespace, places: Places) -> int:
    """Start everything, stay in the foreground, stop everything; returns the exit code.

    Raises Problem when something the reader can put right is in the way.
    """
    supervisor = Supervisor(places)
    places.prepare()
    supervisor.take_lock()
    try:
        if asked.fresh:
            empty(places, sure=asked.yes)
        options.check_port(asked.host, asked.port)
        start(supervisor, asked)
        supervisor.watch()
    except Stopped:
        say("\nStopping ...")
    finally:
        started = time.monotonic()
        supervisor.stop()
    say(f"Stopped in {time.monotonic() - started:.1f} s.")
    return 0


def empty(places: Places, *, sure: bool) -> None:
    """Delete the data after asking. Raises Problem when the answer is no or the data are not ours."""
    if os.environ.get("DATABASE_URL"):
        raise Problem("--fresh empties the embedded database only: unset DATABASE_URL, or empty your server yourself.")
    if not sure:
        if not sys.stdin.isatty():
            raise Problem("--fresh deletes all data: answer its question at a terminal, or add --yes.")
        say(f"Delete the database, files and mail in {places.var}? Type yes: ", end="")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Problem("Nothing was deleted.")
    for path in places.var.iterdir():
        if path != places.lock:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    postgres.forget(places)
    places.prepare()


def start(supervisor: Supervisor, asked: Namespace) -> None:
    """Start every part, saying so, and end with the address and the logins."""
    places = supervisor.places
    environment = start_servers(supervisor)
    environment |= start_mail_catcher(supervisor, environment)
    environment.setdefault("BASE_URL", address(asked).rstrip("/"))  # where links in mail lead
    share(places, environment)
    with step("Translations") as line:
        written = catalogues.compile_all()
        line.result = "compiled" if written else "ready"
    report = prepare_database(asked, places, environment)
    with step("Web, worker, beat") as line:
        web = supervisor.start(recipes.web(places, environment, asked.host, asked.port))
        wait_until_ready(web, asked)
        supervisor.start(recipes.worker(places, environment))
        supervisor.start(recipes.beat(places, environment))
        line.result = "running"
    announce(asked, report)
    if report["more_demo"] and not DemoState(places, environment).complete:
        finish_demo(supervisor, environment)


def start_servers(supervisor: Supervisor) -> dict[str, str]:
    """Start PostgreSQL and Redis unless others are named; return the environment that points at them."""
    places = supervisor.places
    environment = dict(os.environ) | {MARKER: str(places.var), "VAR_DIR": str(places.var), "PYTHONUNBUFFERED": "1"}
    if os.getuid() == 0:
        environment.setdefault("C_FORCE_ROOT", "1")
    if not environment.get("REDIS_URL"):
        with step("Redis") as line:
            redis_server.socket_path(places).unlink(missing_ok=True)
            queue = supervisor.start(redis_server.recipe(places, environment))
            redis_server.wait_until_ready(places, queue)
            environment["REDIS_URL"] = redis_server.url(places)
            line.result = "running"
    if not environment.get("DATABASE_URL"):
        with step("PostgreSQL 18") as line:
            cluster = postgres.locate(places)
            created = postgres.initialise(cluster)
            postgres.tidy(cluster)
            database = supervisor.start(cluster.recipe(places, environment))
            postgres.wait_until_ready(cluster, database)
            environment["DATABASE_URL"] = cluster.url
            line.result = "created and running" if created else "running"
    return environment


def start_mail_catcher(supervisor: Supervisor, environment: Mapping[str, str]) -> dict[str, str]:
    """Catch outgoing mail unless a mail server is named; return how to reach the catcher."""
    if environment.get("EMAIL_HOST"):
        return {}
    port = options.free_port()
    places = supervisor.places
    supervisor.start(recipes.mail_catcher(places, environment, port))
    return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "MAIL_CATCHER_DIR": str(places.mail)}


def share(places: Places, environment: Mapping[str, str]) -> None:
    """Let manage.py, started by hand, find the running servers."""
    lines = [f"{name}={environment[name]}\n" for name in SHARED if name in environment]
    places.environment.write_text("".join(lines))
    places.environment.chmod(0o600)


def prepare_database(asked: Namespace, places: Places, environment: Mapping[str, str]) -> dict[str, object]:
    """Migrate and seed in a process of its own; raises Problem when that fails."""
    command = [sys.executable, "-m", "helpdesk.embedded.prepare"]
    command += ["--no-demo"] if asked.no_demo else []
    if os.environ.get("DATABASE_URL") and not DemoState(places, environment).begun:
        command += ["--only-if-empty"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=MYSELF.on_start(signal.SIGKILL),
    )
    try:
        output, _errors = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode == 2:
        raise Problem("Set DATABASE_URL to a server that answers, or unset it.")
    if process.returncode != 0:
        raise Problem("The database could not be prepared; the reason stands above.")
    report: dict[str, object] = json.loads(output.strip().splitlines()[-1])
    if report["more_demo"]:
        DemoState(places, environment).begin()
    return report


def wait_until_ready(web: Child, asked: Namespace) -> None:
    """Wait for /readyz to answer 200; raises Problem when the process ends or stays silent."""
    deadline = time.monotonic() + WEB_READY_SECONDS
    url = f"{address(asked)}readyz"
    while time.monotonic() < deadline:
        if web.exit_code is not None:
            raise Problem(f"The web process ended at once: {web.last_words(1)} (see {web.recipe.log})")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(POLL_SECONDS)
    raise Problem(f"The web process does not answer; see {web.recipe.log}.")


def address(asked: Namespace) -> str:
    """Return where a browser on this machine finds the product."""
    host = "127.0.0.1" if asked.host in ("0.0.0.0", "::") else asked.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{asked.port}/"


def announce(asked: Namespace, report: Mapping[str, object]) -> None:
    """Print where to go and who to be."""
    say(f"\nReady: {address(asked)}\n")
    if logins := str(report["logins"]).rstrip():
        say(f"{logins}\n")
    say("Ctrl-C stops everything.")


def finish_demo(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Make the rest of the demonstration data in the background, and say so."""
    state = DemoState(supervisor.places, environment)
    recipe = recipes.demo_rest(supervisor.places, environment)

    def ended(code: int) -> None:
        if code == 0:
            state.finish()
            say("The demo data are complete.")
        else:
            say(f"The demo data stopped early (code {code}); the next start goes on. See {recipe.log}")

    supervisor.start(recipe, on_exit=ended)
    say("More demo data are being added in the background.")
