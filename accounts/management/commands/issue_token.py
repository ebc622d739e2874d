from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import ApiToken, User

SCOPES = ("read", "write")


class Command(BaseCommand):
    help = "Issue an API token that acts as one person. It is printed once; only its hash is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whom the token acts as")
        parser.add_argument("--name", required=True, help="what it is for, to recognise it by")
        parser.add_argument("--scope", action="append", choices=SCOPES, dest="scopes", help="default: read")
        parser.add_argument("--days", type=int, help="days until it expires; without it, never")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active has the address {options['email']}.")
        days = options["days"]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        scopes = sorted(set(options["scopes"] or ["read"]))
        self.stdout.write(ApiToken.objects.issue(user, options["name"], scopes, expires_at))
