"""One machine, embedded servers, demonstration data: what bin/serve and manage.py use unless told otherwise."""

import os
import secrets
from pathlib import Path

import environ

# The running supervisor writes down its servers' addresses: manage.py, started by hand, then uses the same ones.
_place = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent.parent / "var")
environ.Env.read_env(_place / "environment")

from helpdesk.settings.base import *  # noqa: E402
from helpdesk.settings.base import VAR_DIR, env  # noqa: E402

DEBUG = env.bool("DEBUG", default=False)
STYLEGUIDE = True
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])


def _kept_secret(path: Path) -> str:
    """Return this machine's secret key, made once and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key


SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret(VAR_DIR / "secret_key")

# Static files come straight from their sources: no collection step, and an edited file shows on the next reload.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0
