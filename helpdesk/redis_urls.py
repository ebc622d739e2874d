"""One REDIS_URL, two dialects: Celery's transport and the redis client spell a unix socket differently."""

from urllib.parse import parse_qs, urlsplit


def broker_url(redis_url: str) -> str:
    """Return the URL as Celery's Redis transport wants it.

    `unix:///run/redis.sock?db=0` becomes `redis+socket:///run/redis.sock?virtual_host=0`; others pass unchanged.
    """
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def with_database(redis_url: str, database: int) -> str:
    """Return the URL pointing at another numbered database of the same server.

    The cache lives apart from the task queue because clearing a Redis cache empties its whole database.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={database}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{database}{query}"
