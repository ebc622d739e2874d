from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from escalation.rules.ready import install_ready


class Command(BaseCommand):
    """Put the ready-made rules in force on a new instance; does nothing once anybody has written a rule."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        made = install_ready(actor=User.objects.automation())
        self.stdout.write(f"{len(made)} rules are on." if made else "There are rules already; nothing was changed.")
