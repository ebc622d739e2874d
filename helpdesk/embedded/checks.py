"""What bin/test does: every check against a throw-away PostgreSQL and Redis, cheapest first."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpdesk.embedded import browser, catalogues
from helpdesk.embedded.places import ROOT
from helpdesk.embedded.progress import say
from helpdesk.embedded.throwaway import servers

APPS = ("dashboards", "escalation", "knowledgebase", "tickets", "catalogue", "notifications", "accounts", "core")
PACKAGES = ("helpdesk", *APPS)
TARGET_DJANGO = "5.2"
TIMED = "tests/integration/test_serve.py"
IN_PARALLEL = ("-n", "2")  # measured on two cores: half the time of one process
Stage = tuple[str, Sequence[str]]


def check(arguments: list[str]) -> int:
    """Run the stages that were asked for and return 0 when all of them pass.

    Raises Problem when something must be installed first.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings.test"
    if arguments and arguments[0] not in ("fast", "browser"):
        with servers() as environment:
            return _run(("tests", _pytest(*arguments)), environment)
    kind = arguments[0] if arguments else "all"
    stages = [] if kind == "browser" else [*_reading(), *_asking_django()]
    if kind == "fast":
        stages.append(
            ("tests", _pytest(*IN_PARALLEL, "-m", "not browser and not slow and not servers", *arguments[1:]))
        )
    else:
        os.environ["CHROMIUM"] = browser.ensure()
        if kind == "all":
            stages.append(("tests", _pytest(*IN_PARALLEL, "-m", "not browser and not servers")))
            # alone, because it times how fast a server starts and stops; the others mostly wait
            stages.append(("start and stop", _pytest("-m", "servers", TIMED)))
            stages.append(("servers", _pytest(*IN_PARALLEL, "-m", "servers", "tests/integration", f"--ignore={TIMED}")))
        # A process of their own: the browser driver keeps an event loop running, in which Django refuses to work.
        stages.append(("journeys", _pytest("-m", "browser", "--durations=12", "tests/journeys", *arguments[1:])))
    catalogues.compile_all()
    started = time.monotonic()
    with servers() as environment:
        failed = [name for name, command in stages if _run((name, command), environment) != 0]
    say(f"{'Failed: ' + ', '.join(failed) if failed else 'All passed'} ({time.monotonic() - started:.0f} s)")
    return 1 if failed else 0


def _reading() -> list[Stage]:
    """Checks that only read the source."""
    ours = ["bin/vendor", "manage.py", "tests", *PACKAGES]
    stages: list[Stage] = [
        ("ruff", _python("ruff", "check", "--quiet", *ours)),
        ("format", _python("ruff", "format", "--check", "--quiet", *ours)),
        ("types", _python("mypy", "--no-error-summary", *PACKAGES)),
        ("layers", [_script("lint-imports"), "--no-logo"]),
        ("icons", [sys.executable, "bin/vendor", "--check"]),
        ("translations", _python("helpdesk.embedded", "messages", "--check")),
    ]
    if templates := sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/**/*.html") if _is_template(path)):
        stages.append(("templates", [_script("djade"), "--check", "--target-version", TARGET_DJANGO, *templates]))
    return stages


def _is_template(path: Path) -> bool:
    top = path.relative_to(ROOT).parts[0]
    return top == "templates" or (top in PACKAGES and "templates" in path.parts)


def _asking_django() -> list[Stage]:
    """Checks that need the settings loaded and a database."""
    return [
        ("system check", [sys.executable, "manage.py", "check", "--fail-level", "WARNING"]),
        ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]


def _pytest(*arguments: str) -> list[str]:
    return _python("pytest", "-q", *arguments)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _run(stage: Stage, environment: Mapping[str, str]) -> int:
    name, command = stage
    started = time.monotonic()
    code = subprocess.run(list(command), cwd=ROOT, env=dict(environment), check=False).returncode
    say(f"{name:<14} {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - started:.1f} s)")
    return code


def _script(name: str) -> str:
    """A tool that has no `python -m` form."""
    return str(Path(sys.executable).parent / name)
