from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.naming import Bilingual


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    def visible_to(self, user: User) -> ReplyTemplateQuerySet:
        """Those for everybody at the desk and those of one's own teams, switched off or not; requesters see none."""
        if not user.hats.is_agent:
            return self.none()
        if user.hats.is_overseer:
            return self
        return self.filter(Q(team__isnull=True) | Q(team_id__in=[team.pk for team in user.hats.my_teams]))

    def for_rules(self) -> ReplyTemplateQuerySet:
        """Those that any rule or macro may name: the words of a team that is closed to others stay with it."""
        return self.active().filter(Q(team__isnull=True) | Q(team__is_restricted=False))

    def active(self) -> ReplyTemplateQuerySet:
        """Those that may be sent."""
        return self.filter(is_active=True)


class ReplyTemplate(Bilingual):
    """A reply written once, in one language or both. {requester} and the like are filled in from each ticket."""

    body_en = models.TextField(_("text in English"), blank=True)
    body_id = models.TextField(_("text in Indonesian"), blank=True)
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reply_templates",
        verbose_name=_("who uses it"),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # counts up with every change, so that two writers do not overwrite each other
    version = models.PositiveIntegerField(default=1)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("-is_active", "name")
        constraints = (
            models.UniqueConstraint(fields=("name",), name="one_reply_template_of_a_name"),
            models.CheckConstraint(condition=~Q(body_en="", body_id=""), name="a_reply_template_says_something"),
        )

    def body_for(self, language: str) -> str:
        """The text in this language, or in the other one where it was not written in this.

        Args:
            language: a code like "id" or "en".
        """
        if language.startswith("id"):
            return self.body_id or self.body_en
        return self.body_en or self.body_id
