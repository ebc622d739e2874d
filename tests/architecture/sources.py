"""The files the house rules look at."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LAYERS = "helpdesk dashboards escalation knowledgebase tickets catalogue notifications accounts core"
APPS = tuple(LAYERS.split())


@cache
def tracked() -> tuple[str, ...]:
    """Return every file that is or may become part of the repository: not what .gitignore names."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):  # a copy without its history
        ignored = {".venv", "node_modules", "build", "var", ".git"}
        listed = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if not ignored & set(p.relative_to(ROOT).parts)]
    return tuple(sorted(name for name in listed if (ROOT / name).is_file()))


def python_files(*, tests: bool = True) -> list[str]:
    """Return our Python files, without migrations."""
    return [
        name
        for name in tracked()
        if name.endswith(".py") and "/migrations/" not in name and (tests or not name.startswith("tests/"))
    ]


def templates() -> list[str]:
    return [name for name in tracked() if name.endswith(".html") and "templates/" in name]


def browser_files() -> list[str]:
    return [name for name in tracked() if name.startswith("static/") and name.endswith((".css", ".js"))]


@cache
def read(name: str) -> str:
    return (ROOT / name).read_text()


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(read(name), filename=name)


def found(pattern_hits: list[str]) -> str:
    """Return a readable list for an assertion message."""
    return "\n" + "\n".join(pattern_hits)
