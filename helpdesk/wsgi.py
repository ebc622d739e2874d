"""WSGI entry point for hosts that bring their own server; live updates need helpdesk.server instead."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

application = get_wsgi_application()
