from __future__ import annotations

import zlib
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Reverse
from django.utils.translation import gettext_lazy as _

from accounts.hats import Hats
from accounts.models.teams import Membership, Team
from core.steady import kept

HUES = 6
# what the search for people compares; the indexes hold exactly these
PEOPLE_WORDS = SearchVector("name", "email", "job_title", config="simple")
DIGITS = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
DIGITS_BACKWARDS = Reverse(DIGITS)
# the number as it is said inside the country, whether it was written +62 812, 0062 812 or 0812
NATIONAL_PREFIX = r"^(00)?(62)?0*"
NATIONAL_DIGITS = Func(DIGITS, Value(NATIONAL_PREFIX), Value(""), function="regexp_replace")
# addresses nobody reads (RFC 2606): the automation's, and those of people known by their telephone alone
NOWHERE = "tuntas.invalid"


class Site(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    city = models.CharField(_("city"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Jakarta")

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    manager = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("manager"),
        help_text=_("Is called when a team of this department needs somebody with more say."),
    )

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with `email`. Without a password nobody can sign in as them."""
        if not email:
            raise ValueError("a user needs an email address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields = {"name": email.split("@")[0], **fields, "is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def automation(self) -> User:
        """The row that rules, clocks and imports act as. Created by the first migration's data step."""
        return _automation()


@kept
def _automation() -> User:
    return User.objects.get(email=AUTOMATION_EMAIL)


AUTOMATION_EMAIL = f"automation@{NOWHERE}"


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from their team memberships and the two flags, never from a global role."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        INDONESIAN = "id", "Bahasa Indonesia"

    email = models.EmailField(_("email"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.INDONESIAN)
    speaks = ArrayField(
        models.CharField(max_length=5, choices=Language.choices),
        verbose_name=_("also speaks"),
        default=list,
        blank=True,
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Jakarta")
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, null=True, blank=True)
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True)
    is_vip = models.BooleanField(_("VIP"), default=False)
    is_manager = models.BooleanField(
        _("incident manager"), default=False, help_text=_("Sees every ticket and the dashboard.")
    )
    is_staff = models.BooleanField(_("operator"), default=False, help_text=_("May use the administration pages."))
    is_automation = models.BooleanField(_("automation"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # single keys this person chose: {action: key}; what is not here has its usual key
    keys = models.JSONField(_("single keys"), default=dict, blank=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(speaks__contained_by=["en", "id"]), name="user_speaks_known_languages"
            ),
        )
        indexes = (
            # the search for people
            GinIndex(PEOPLE_WORDS, name="user_words"),
            models.Index(OpClass(DIGITS_BACKWARDS, name="text_pattern_ops"), name="user_phone_from_the_end"),
            # the caller's number while it is typed
            models.Index(OpClass(NATIONAL_DIGITS, name="text_pattern_ops"), name="user_phone_in_country"),
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def hats(self) -> Hats:
        """Which teams this person works for; read once per request."""
        return hats_of(self)

    @property
    def languages(self) -> frozenset[str]:
        """Codes of all languages in which they can help."""
        return frozenset({self.language, *self.speaks})

    @property
    def has_mailbox(self) -> bool:
        """Whether mail to the address can arrive; somebody known by a telephone number alone has none."""
        return not self.email.endswith(NOWHERE)

    @property
    def short_name(self) -> str:
        """The word people call them by: the first word of the name."""
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"

    @property
    def hue(self) -> int:
        """A steady avatar colour, 1 to 6, from the address."""
        return zlib.crc32(self.email.encode()) % HUES + 1


@kept
def all_teams() -> tuple[Team, ...]:
    """Every team, front line first; few enough to carry along."""
    return tuple(Team.objects.select_related("tier"))


def hats_of(user: User) -> Hats:
    """Read a person's memberships: two queries; one for a plain requester; none for automation or the deactivated."""
    if not user.is_active:
        return Hats()
    if user.is_automation:
        return Hats(is_overseer=True)
    roles = dict(Membership.objects.filter(user_id=user.pk).values_list("team_id", "role"))
    overseer = user.is_manager or user.is_superuser
    if not roles and not overseer:
        return Hats()
    return Hats(roles=roles, teams=all_teams(), is_overseer=overseer)
