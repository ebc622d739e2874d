"""The composition root as a Django app."""

from django.apps import AppConfig

# Imported here, first in INSTALLED_APPS, so that every @shared_task finds this Celery app and not an unconfigured one.
from helpdesk.celery import app as celery_app

__all__ = ["HelpdeskConfig", "celery_app"]


class HelpdeskConfig(AppConfig):
    """Names the project's own package."""

    name = "helpdesk"
