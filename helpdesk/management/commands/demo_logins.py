from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from helpdesk.demo.company import PASSWORD, REQUESTER

ACCOUNTS = (
    ("Requester", REQUESTER),
    ("Level I agent", "fitri.handayani@arunika.example"),
    ("Level II agent", "bayu.pratama@arunika.example"),
    ("Level III agent", "binsar.hutapea@arunika.example"),
    ("Team lead", "nadia.kusuma@arunika.example"),
    ("Incident manager", "maya.hapsari@arunika.example"),
    ("Administrator", "dimas.anggoro@arunika.example"),
)


class Command(BaseCommand):
    help = "Print the demo's accounts, one for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(User.objects.filter(email__in=[email for _role, email in ACCOUNTS]).values_list("email", flat=True))
        if not known:
            raise CommandError("The demo is not in this database; seed_demo puts it there.")
        width = max(len(role) for role, _email in ACCOUNTS)
        self.stdout.write(f"Sign in with the password {PASSWORD} as:")
        for role, email in ACCOUNTS:
            if email in known:
                self.stdout.write(f"  {role:<{width}}  {email}")
        self.stdout.write(f"API token: manage.py issue_token {ACCOUNTS[1][1]} --name demo --scope read --scope write")
