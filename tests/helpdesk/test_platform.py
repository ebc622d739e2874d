"""The platform's own promises: health, protection headers, a cache that survives, logs without secrets."""

import logging

import pytest
from django.test import Client, override_settings

from helpdesk.cache import TolerantRedisCache
from helpdesk.logs import MaskSecrets, masked
from helpdesk.redis_urls import broker_url, with_database

NOWHERE = "redis://127.0.0.1:1/0"


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
@override_settings(REDIS_URL=NOWHERE)
def test_readyz_reports_missing_redis_but_stays_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "checks": {"database": "ok", "redis": "unreachable"}}


def test_every_answer_carries_the_content_security_policy(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_cache_survives_redis() -> None:
    cache = TolerantRedisCache(NOWHERE, {"OPTIONS": {"socket_connect_timeout": 0.2}})
    cache.clear()
    assert cache.get("a", "default") == "default"
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert cache.add("a", 2) is False
    assert cache.incr("a", 2) == 3
    assert cache.get_many(["a"]) == {"a": 3}
    assert cache.set_many({"b": 1}) == []
    assert "b" in cache
    cache.delete("a")
    assert cache.get_or_set("a", lambda: 5) == 5
    cache.clear()
    assert "a" not in cache


def test_the_broker_and_the_cache_use_different_databases() -> None:
    assert broker_url("unix:///run/r.sock?db=0") == "redis+socket:///run/r.sock?virtual_host=0"
    assert broker_url("rediss://:pw@host:6380/2") == "rediss://:pw@host:6380/2"
    assert with_database("unix:///run/r.sock?db=0", 1) == "unix:///run/r.sock?db=1"
    assert with_database("redis://:pw@host:6380/0", 1) == "redis://:pw@host:6380/1"


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer abc123",
        "GET /x?token=abc123&y=1",
        "password='abc123'",
        "postgres://user:abc123@host/db",
        "api_key=abc123",
        "sessionid=abc123; path=/",
    ],
)
def test_logs_mask_secrets(secret: str) -> None:
    assert "abc123" not in masked(secret)


def test_the_log_filter_covers_arguments() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "asked %s", ("/x?token=abc123",), None)
    MaskSecrets().filter(record)
    assert "abc123" not in record.getMessage()
