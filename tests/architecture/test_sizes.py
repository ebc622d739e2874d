"""Small enough to read: a file is a page or two, a function fits on a screen."""

import ast

from tests.architecture.sources import browser_files, found, python_files, read, tree

FILE_LINES = 300
FUNCTION_LINES = 40
BROWSER_FILE_LINES = 400


def test_python_files_are_short() -> None:
    long = [f"{name}: {lines} lines" for name in python_files() if (lines := read(name).count("\n")) > FILE_LINES]
    assert not long, found(long)


def test_functions_are_short() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}: {lines} lines"
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, found(long)


def test_style_sheets_and_scripts_are_short() -> None:
    long = [
        f"{name}: {lines} lines" for name in browser_files() if (lines := read(name).count("\n")) > BROWSER_FILE_LINES
    ]
    assert not long, found(long)
