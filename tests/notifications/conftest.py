from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notifications.receiver import SECRET, Receiver


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_SECRET = SECRET
    settings.WEBHOOK_ALLOW_HTTP = settings.WEBHOOK_ALLOW_PRIVATE = True
    one = Receiver()
    one.start()
    yield one
    one.stop()
