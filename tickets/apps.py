from django.apps import AppConfig

from tickets import checks as checks  # registers the system checks; imports no models


class TicketsConfig(AppConfig):
    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
