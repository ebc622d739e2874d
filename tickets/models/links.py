from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models.conversation import Message
from tickets.models.ticket import Ticket


class LinkQuerySet(models.QuerySet["TicketLink"]):
    def visible_to(self, user: User) -> Self:
        """Those of which this person may know both ends."""
        seen = Ticket.objects.visible_to(user)
        return self.filter(source__in=seen, target__in=seen)

    def touching(self, ticket: Ticket) -> Self:
        """Those that begin or end at this ticket."""
        return self.filter(Q(source_id=ticket.pk) | Q(target_id=ticket.pk))

    def merges(self) -> Self:
        """Of a ticket that was merged, to the one it was merged into."""
        return self.filter(kind=TicketLink.Kind.MERGED)

    def children(self) -> Self:
        """Of a child, to its parent."""
        return self.filter(kind=TicketLink.Kind.CHILD)


class TicketLink(models.Model):
    """What one ticket has to do with another, read from `source` to `target`: source is the duplicate of target."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate_of", _("Duplicate of")
        CAUSED = "caused_by", _("Caused by")
        RELATES = "relates_to", _("Related to")
        CHILD = "child_of", _("Child of")
        SPLIT = "split_from", _("Split from")
        MERGED = "merged_into", _("Merged into")

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links", db_index=False)
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # what was split off
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        # what leads to a ticket: its children, what was merged into it, what was split off
        indexes = (models.Index(fields=("target", "kind"), name="link_to_ticket"),)
        constraints = (
            models.UniqueConstraint(fields=("source", "target", "kind"), name="one_link_a_pair_and_kind"),
            models.UniqueConstraint(fields=("source",), condition=Q(kind="child_of"), name="one_parent"),
            models.UniqueConstraint(fields=("source",), condition=Q(kind="merged_into"), name="merged_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_link_to_itself"),
            models.CheckConstraint(condition=Q(message=None) | Q(kind="split_from"), name="only_a_split_has_words"),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    def other_than(self, ticket: Ticket) -> Ticket:
        """The other end."""
        return self.target if self.source_id == ticket.pk else self.source

    def words_from(self, ticket: Ticket) -> str | Promise:
        """What the other end is to this ticket: "Duplicate of", or seen from there "Has the duplicate"."""
        kind = self.Kind(self.kind)
        return kind.label if self.source_id == ticket.pk else SEEN_FROM_TARGET[kind]


SEEN_FROM_TARGET = {
    TicketLink.Kind.DUPLICATE: _("Has the duplicate"),
    TicketLink.Kind.CAUSED: _("Cause of"),
    TicketLink.Kind.RELATES: _("Related to"),
    TicketLink.Kind.CHILD: _("Parent of"),
    TicketLink.Kind.SPLIT: _("Went on in"),
    TicketLink.Kind.MERGED: _("Took in"),
}
# what somebody links by hand; the others come from splitting and merging
BY_HAND = (TicketLink.Kind.RELATES, TicketLink.Kind.DUPLICATE, TicketLink.Kind.CAUSED, TicketLink.Kind.CHILD)
