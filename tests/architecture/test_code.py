"""What the code of this house does not do."""

import ast
import re

from tests.architecture.sources import APPS, found, python_files, read, tree

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "misc", "common", "stuff", "manager"}
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")
# Each of these escapes what comes from outside itself; a new one needs the same proof in a test.
MAY_MARK_SAFE = {
    "core/templatetags/ui.py",
    "helpdesk/styleguide.py",
    "tickets/markup.py",
}
MARKS_SAFE = re.compile(r"\bmark_safe\(|\bSafeString\(|\bSafeText\(")


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_modules_have_telling_names() -> None:
    vague = [name for name in python_files() if name.rpartition("/")[2].removesuffix(".py") in VAGUE_NAMES]
    assert not vague, found(vague)


def test_nothing_reacts_through_signals() -> None:
    used = [
        f"{name}:{node.lineno} {module}"
        for name in python_files(tests=False)
        for node in ast.walk(tree(name))
        for module in _imports(node)
        if module.startswith(SIGNALS)
    ]
    assert not used, found(used)


def test_our_own_modules_are_imported_at_the_top() -> None:
    hidden = [
        f"{name}:{node.lineno} {module}"
        for name in python_files(tests=False)
        for function in ast.walk(tree(name))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        # Django builds its registry before apps may import models: ready() is the place it gives us for that.
        and not (name.endswith("/apps.py") and function.name == "ready")
        for node in ast.walk(function)
        for module in _imports(node)[:1]
        if module.split(".")[0] in APPS
    ]
    assert not hidden, found(hidden)


def test_markup_is_trusted_only_where_it_is_proved() -> None:
    trusting = [
        f"{name}: {match[0]}"
        for name in python_files(tests=False)
        if name not in MAY_MARK_SAFE
        for match in MARKS_SAFE.finditer(read(name))
    ]
    assert not trusting, found(trusting)
