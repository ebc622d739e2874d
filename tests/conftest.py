"""What every test may rely on: the test settings, a real PostgreSQL and nothing kept between tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation

pytest_plugins = ["tests.cast"] if Path(__file__).with_name("cast.py").exists() else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for pages is left out of the fast lane: it draws templates, which costs ten times a command."""
    for item in items:
        module = getattr(item, "module", None)
        if "client" in getattr(item, "fixturenames", ()) or hasattr(module, "Client"):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Limits and counters live in the cache: one test's must not meet the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page shown in one test leaves its reader's language behind in the thread."""
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
