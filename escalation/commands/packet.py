from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from escalation.ladder_definition import ALWAYS, LadderStep
from escalation.models import Handover
from tickets.models import Attachment, Ticket
from tickets.texts import checked_body, plain

MISSING = {
    "symptom": gettext_lazy("Say what the requester sees."),
    "asked": gettext_lazy("Say what you ask of the next team."),
    "tried": gettext_lazy("Say what was tried, even when it was nothing."),
    "evidence": gettext_lazy("Show it: a file, a link, a line of a log."),
    "urgency": gettext_lazy("Say how soon it is needed."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """What goes along: what is seen, what was tried, what shows it, and what is asked.

    Attributes:
        reason, urgency: a value of the Handover's own lists; no urgency means in its turn.
        ticked: the lines of the step's checklist that were ticked, as they stand there, in either language.
        files: files already on the ticket that show it.
        uploads: the sender's own uploads that go along; they stay internal.
    """

    reason: str
    symptom: str
    asked: str
    tried: str = ""
    evidence: str = ""
    urgency: str = ""
    ticked: Sequence[str] = ()
    files: Sequence[Attachment] = field(default=())
    uploads: Sequence[Attachment] = field(default=())

    def checked(self, step: LadderStep, ticket: Ticket) -> Packet:
        """The packet with every text clean, holding what the ladder's step asks for.

        Raises:
            Invalid: on each field that is missing or unknown.
        """
        errors = self._errors(step, ticket)
        if errors:
            raise Invalid(_("The handover is not complete yet."), fields=errors)
        return replace(
            self,
            symptom=checked_body(self.symptom, "symptom"),
            asked=checked_body(self.asked, "asked"),
            tried=plain(self.tried).strip(),
            evidence=plain(self.evidence).strip(),
            urgency=self.urgency or Handover.Urgency.QUEUE,
        )

    def _errors(self, step: LadderStep, ticket: Ticket) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        ticked = {line for line in self.ticked if line}
        if self.reason not in Handover.Reason.values:
            errors["reason"] = [_("Choose why it goes on.")]
        if self.urgency and self.urgency not in Handover.Urgency.values:
            errors["urgency"] = [_("Choose one of the list.")]
        for name in dict.fromkeys((*ALWAYS, *step.fields)):
            if not self._has(name):
                errors[name] = [str(MISSING[name])]
        left = [item for item in step.checklist if not {item.en, item.id} & ticked]
        if left:
            lines = "; ".join(item.label for item in left)
            errors["checklist"] = [_("Not ticked yet: %(lines)s.") % {"lines": lines}]
        if any(file.ticket_id != ticket.pk for file in self.files):
            errors["evidence"] = [_("One of the files is gone. Attach it again.")]
        return errors

    def _has(self, name: str) -> bool:
        if name == "evidence" and (self.files or self.uploads):
            return True
        return bool(str(getattr(self, name)).strip())
