from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.people import User

TOKEN_BYTES = 32
PREFIX_LENGTH = 8


class ApiTokenManager(models.Manager["ApiToken"]):
    def issue(self, user: User, name: str, scopes: list[str], expires_at: datetime | None = None) -> str:
        """Create a token and return its text, which is shown once and stored only as a SHA-256 hash."""
        text = "tnt_" + secrets.token_urlsafe(TOKEN_BYTES)
        self.create(
            user=user, name=name, scopes=scopes, expires_at=expires_at, prefix=text[:PREFIX_LENGTH], digest=digest(text)
        )
        return text


def digest(text: str) -> str:
    """Hash of a token. Unsalted on purpose: the token carries 256 random bits, and look-up needs equality."""
    return hashlib.sha256(text.encode()).hexdigest()


class ApiToken(models.Model):
    """A key for an integration: acts as `user`, limited to `scopes` ("read", "write")."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenManager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
