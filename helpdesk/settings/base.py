"""What is true everywhere. local, test and production add only what differs there."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from helpdesk.redis_urls import broker_url, with_database
from helpdesk.settings.seams import *

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

PRODUCT_NAME = "Tuntas"
BENCH_FLOOR = env.bool("BENCH_FLOOR", default=False)  # /floor/ of bench/floor.py, to measure our pages by
STYLEGUIDE = False  # /styleguide/ shows every component; local only

INSTALLED_APPS = [
    "helpdesk",
    # The product, highest layer first: a template of a higher app wins over the same name below it.
    "dashboards",
    "escalation",
    "knowledgebase",
    "tickets",
    "catalogue",
    "notifications",
    "accounts",
    "core",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "template_partials",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tickets.typed.KeepTyped",
    "accounts.middleware.SignInFirst",
    "accounts.middleware.ReaderSettings",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.htmx.DomainErrors",
    "core.cleaning.WithoutNul",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context.product",
                "tickets.nav.navigation",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Data ---------------------------------------------------------------------------------------------------------

DATABASE_CONNECT_SECONDS = 5
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///tuntas")}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", DATABASE_CONNECT_SECONDS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "helpdesk.cache.TolerantRedisCache",
        "LOCATION": env.str("CACHE_URL", default=with_database(REDIS_URL, 1)),
        "KEY_PREFIX": "tuntas",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

ACCOUNT_ADAPTER = "helpdesk.adapters.ClosedSignup"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# --- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "vendor"]
STATIC_ROOT = BASE_DIR / "build" / "static"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600

MEBIBYTE = 1024 * 1024
ATTACHMENT_MAX_BYTES = 20 * MEBIBYTE
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MEBIBYTE  # form fields without files
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * MEBIBYTE  # larger files go to disk while they arrive
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # a calendar's page with 700 holidays
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # above the product's own limit, which answers with words and keeps the text

# --- Browser protection -------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- Background work ----------------------------------------------------------------------------------------------

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    # Without it a hanging broker would hang every publisher and, after a reconnect, the worker.
    "socket_timeout": env.float("BROKER_SOCKET_TIMEOUT", default=5),
    "socket_keepalive": True,
    "health_check_interval": 15,
    # Sweep unacknowledged messages every interval x throttle = 10 s instead of 100 s.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "visibility_timeout": 3600,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A task only wakes up work that is a row in the database: losing one costs a sweep interval, repeating one nothing.
CELERY_TASK_ACKS_LATE = False
# A page that cannot reach the broker goes on at once; the sweep picks the row up.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = TIME_ZONE

# --- Tickets and their clocks -------------------------------------------------------------------------------------

# minutes by the wall until a call for somebody with more say climbs to the next one up
SUMMONS_MINUTES = env.int("SUMMONS_MINUTES", default=15)
AUTO_CLOSE_DAYS = env.int("AUTO_CLOSE_DAYS", default=5)  # days of silence after which a resolved ticket closes
# A wait for the requester: reminders, and the working days before each and before giving up. Either at 0: none of it.
NUDGES = env.int("NUDGES", default=2)
NUDGE_AFTER_DAYS = env.int("NUDGE_AFTER_DAYS", default=2)
REOPEN_DAYS = env.int("REOPEN_DAYS", default=30)  # days a closed ticket can still be reopened
# A major incident is proposed by itself when so many live tickets of one service were opened within so many minutes
# (0 tickets: never), or one of priority P1 on a critical service; the affected people hear of it so often by default.
MAJOR_TICKETS = env.int("MAJOR_TICKETS", default=6)
MAJOR_MINUTES = env.int("MAJOR_MINUTES", default=30)
MAJOR_CADENCE_MINUTES = env.int("MAJOR_CADENCE_MINUTES", default=60)

# --- Webhooks -----------------------------------------------------------------------------------------------------

WEBHOOK_SECRET = env.str("WEBHOOK_SECRET", default="")  # signs every call; without one nothing is sent
WEBHOOK_ALLOW_HTTP = env.bool("WEBHOOK_ALLOW_HTTP", default=False)
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)  # addresses inside one's own network

# --- Mail ---------------------------------------------------------------------------------------------------------

EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="helpdesk@tuntas.example")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2]  # stands behind the @ of our message ids
BASE_URL = env.str("BASE_URL", default="http://localhost:8000")  # links in mail; never taken from a request
MAIL_CATCHER_DIR = env.str("MAIL_CATCHER_DIR", default="")

# --- API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.HasScope"],
    # JSON alone: the browsable renderers have leaked data before, and the OpenAPI page is better
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.JsonParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="1200/min")},
    "EXCEPTION_HANDLER": "core.api.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": PRODUCT_NAME,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Log ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_secrets": {"()": "helpdesk.logs.MaskSecrets"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_secrets"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # The default handler of these would bypass the filter above.
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
