"""How each part of the product itself is started on one machine."""

import signal
import sys
from collections.abc import Mapping

from helpdesk.embedded.children import Recipe
from helpdesk.embedded.places import ROOT, Places

# An open live stream would keep the web process waiting; browsers reconnect by themselves.
LIVE_STREAMS_GRACE_SECONDS = 1
LOW_PRIORITY = 19


def web(places: Places, environment: Mapping[str, str], host: str, port: int) -> Recipe:
    """Return the recipe for the one web process."""
    command = ["-m", "uvicorn", "helpdesk.server:application", "--host", host, "--port", str(port)]
    command += ["--lifespan", "off", "--no-access-log", "--no-server-header"]
    command += ["--timeout-graceful-shutdown", str(LIVE_STREAMS_GRACE_SECONDS)]
    return _python("web", command, places, environment, stop_seconds=0.2)


def worker(places: Places, environment: Mapping[str, str]) -> Recipe:
    """Return the recipe for the background worker; it alone takes tasks, so it need not find or watch others."""
    command = ["-m", "celery", "-A", "helpdesk", "worker", "-c", "2", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return _python("worker", command, places, environment, stop_seconds=1.0, death_signal=signal.SIGKILL)


def beat(places: Places, environment: Mapping[str, str]) -> Recipe:
    """Return the recipe for the clock that sends the periodic tasks."""
    command = ["-m", "celery", "-A", "helpdesk", "beat", "--loglevel", "INFO", "--pidfile="]
    command += ["--schedule", str(places.var / "beat-schedule")]
    return _python("beat", command, places, environment, stop_seconds=0.6)


def mail_catcher(places: Places, environment: Mapping[str, str], port: int) -> Recipe:
    """Return the recipe for the server that turns outgoing mail into files."""
    command = ["-m", "helpdesk.embedded.mailcatcher", "--port", str(port), "--dir", str(places.mail)]
    return _python("mail", command, places, environment, stop_seconds=0.4)


def demo_rest(places: Places, environment: Mapping[str, str]) -> Recipe:
    """Return the recipe for filling in the bulk of the demonstration data, out of everybody's way."""
    command = ["manage.py", "seed_demo", "--rest"]
    return _python("demo", command, places, environment, stop_seconds=0.2, niceness=LOW_PRIORITY)


def _python(
    name: str,
    arguments: list[str],
    places: Places,
    environment: Mapping[str, str],
    *,
    stop_seconds: float,
    death_signal: signal.Signals = signal.SIGTERM,
    niceness: int = 0,
) -> Recipe:
    return Recipe(
        name=name,
        command=[sys.executable, *arguments],
        log=places.logs / f"{name}.log",
        environment=environment,
        cwd=ROOT,
        stop_seconds=stop_seconds,
        death_signal=death_signal,
        niceness=niceness,
    )
