"""For tests: nothing slow, nothing shared, nothing that leaves the machine."""

import tempfile
from pathlib import Path

from helpdesk.settings.base import *

DEBUG = False
STYLEGUIDE = True
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Sign-in limits are counted in the cache: a shared one would carry one test's failures into the next.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# a connection kept open by a thread of its own would keep the test database from being removed
DATABASES["default"].update(CONN_MAX_AGE=0)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "tuntas-test-media"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
