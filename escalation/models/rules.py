"""Rules as versions, what they decided, and what they did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.naming import Bilingual, in_reader_language
from escalation.models.policies import PolicyVersion
from escalation.rules.notes import note_in_words
from tickets.models import Ticket, TicketEvent


class Rule(Bilingual):
    """A line of the ordered chain. What it says stands in its versions; `current` is the one that is on.

    `position` and the names are copied from the version in force.
    """

    position = models.FloatField(_("order"), default=0)
    is_active = models.BooleanField(_("on"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Is told when the rule fails or cannot be used."),
    )
    current = models.ForeignKey("escalation.RuleVersion", on_delete=models.PROTECT, null=True, related_name="+")
    # why it does not run although it is on: it names something that is gone
    broken = models.CharField(max_length=300, blank=True)
    broken_at = models.DateTimeField(null=True)
    # runs in a row of which a part failed; at FAILURES_AT_MOST it switches itself off
    failures = models.PositiveSmallIntegerField(default=0)
    switched_off_why = models.CharField(max_length=300, blank=True)
    # a rule on a schedule: when it looks next, and what looking cost last time
    next_look_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "pk")
        indexes = (
            models.Index(
                fields=("next_look_at",), name="rule_looks_next", condition=models.Q(next_look_at__isnull=False)
            ),
        )


class RuleVersion(models.Model):
    """One wording of a rule; never edited. `definition` is read by `escalation.rules.definition`."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=120)
    name_id = models.CharField(_("name in Indonesian"), max_length=120, blank=True)
    definition = models.JSONField(_("definition"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("rule", "number"), name="one_rule_version_per_number"),)

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def label(self) -> str:
        """The rule's name, as this version has it, in the reader's language."""
        return in_reader_language(self.name, self.name_id)

    @property
    def said(self) -> str:
        """The note, in the reader's language where the product itself wrote it."""
        return note_in_words(self.note)


class RuleSwitch(models.Model):
    """One row: whether rules run at all, and a stamp that grows with every change of what is in force."""

    is_on = models.BooleanField(default=True)
    stamp = models.PositiveBigIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

    @property
    def why(self) -> str:
        """The reason without its full stop, to stand in a sentence."""
        return self.reason.rstrip(". ")


class RuleDecision(models.Model):
    """Why a ticket is where it is, or is promised what it is: what was asked, and what did not apply.

    `skipped` lists [version, number of the first question answered with no] in order; -1 stands for a rule outside its
    window, -2 for a broken one. Questions are numbered in reading order of the version's condition.
    """

    class About(models.TextChoices):
        RULES = "rules", _("rules")
        PROMISE = "promise", _("promise")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="decisions")
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    about = models.CharField(max_length=8, choices=About.choices, default=About.RULES)
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    fallback = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)
    skipped = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.about} of {self.ticket_id}"


class RuleRun(models.Model):
    """One rule that applied to one ticket on one occasion, and what came of each of its actions.

    `did` lists {"do", "ok", "error", "lost_to"}: `lost_to` names the rule that had decided the point before.
    """

    class State(models.TextChoices):
        DONE = "done", _("done")
        PARTLY = "partly", _("done in part")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped: rules set each other off")

    decision = models.ForeignKey(RuleDecision, on_delete=models.CASCADE, related_name="runs")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="rule_runs", db_index=False)
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.SET_NULL, null=True, related_name="runs")
    name = models.CharField(max_length=120)
    name_id = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DONE)
    did = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("event", "rule"), name="a_rule_runs_once_per_event"),)
        indexes = (
            # once per stay, and the page of a rule
            models.Index(fields=("rule", "ticket", "at"), name="run_of_rule_on_ticket"),
            models.Index(fields=("rule", "-at"), name="run_of_rule"),
            models.Index(fields=("ticket", "id"), name="run_on_ticket"),
        )

    def __str__(self) -> str:
        return f"{self.name} on {self.ticket_id}"

    @property
    def label(self) -> str:
        """The rule's name, as it was then, in the reader's language."""
        return in_reader_language(self.name, self.name_id)
