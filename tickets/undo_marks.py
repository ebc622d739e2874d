"""What a step touched, as marks that can be compared: a field of the ticket, a follower, a task, a link."""

from __future__ import annotations

from django.db.models import Q

from tickets.models import TicketEvent
from tickets.models.links import BY_HAND

# what a step was meant to change, of all the fields it may have changed
WATCHED = {
    "assign": ("assignee",),
    "accept": ("assignee",),
    "release": ("assignee",),
    "transfer": ("team",),
    "prioritise": ("priority",),
    "categorise": ("category", "service", "kind"),
    "pend": ("status", "pending_reason", "pending_until"),
    "resume": ("status", "pending_reason", "pending_until"),
    "merge": ("status",),
    "tag": ("tags",),
}
# what tells that others went on from the step: then the ticket is theirs, and stays with them. What rules make of the
# author's own steps does not tell that.
GONE_ON_WITH = {"transfer": ("assignee", "status")}
# steps that change rows beside the ticket: the verb that puts them back, and where the event says which row
PUT_BACK_BY = {
    "watch": "unwatch",
    "unwatch": "watch",
    "add_follower": "remove_follower",
    "remove_follower": "add_follower",
    "complete_task": "reopen_task",
    "reopen_task": "complete_task",
    "link": "unlink",
    "unlink": "link",
}
_NAMED_BY = {
    **dict.fromkeys(("watch", "unwatch", "add_follower", "remove_follower"), ("follower",)),
    **dict.fromkeys(("complete_task", "reopen_task"), ("task",)),
    **dict.fromkeys(("link", "unlink"), ("link", "other", "inward")),
}


def meant_by(event: TicketEvent) -> frozenset[str]:
    """What taking this step back would put back; nothing where there is nothing to put back."""
    if event.verb in PUT_BACK_BY:
        return _row_of(event)
    return frozenset(field for field in WATCHED.get(event.verb, ()) if event.moved(field))


def touched_by(event: TicketEvent) -> frozenset[str]:
    """Everything the step touched, whatever it was meant to do."""
    return frozenset(event.changes) | _row_of(event)


def touching(event: TicketEvent) -> Q:
    """Events of the same ticket that touched what taking this one back would put back, or went on from it."""
    if event.verb in PUT_BACK_BY:
        same_row = {f"data__{name}": event.data[name] for name in _NAMED_BY[event.verb]}
        verbs = [verb for verb, named in _NAMED_BY.items() if named == _NAMED_BY[event.verb]]
        return Q(verb__in=verbs, **same_row)
    found = Q()
    for field in meant_by(event):
        found |= Q(changes__has_key=field)
    for field in GONE_ON_WITH.get(event.verb, ()):
        found |= Q(changes__has_key=field) & ~Q(actor=event.actor_id) & ~Q(cause__actor=event.actor_id)
    return found


def reverses(later: TicketEvent, event: TicketEvent, mark: str) -> bool:
    """Whether the later step put back what this one had changed."""
    if event.verb in PUT_BACK_BY:
        return later.verb in (PUT_BACK_BY[event.verb], *_SELF.get(event.verb, ()))
    # an escalation, too, leaves a ticket without its owner, and takes nothing back
    if later.verb not in _BACK_BY.get(event.verb, {event.verb}):
        return False
    return bool(later.changes[mark] == event.changes[mark][::-1])


_OWNING, _WAITING = frozenset({"assign", "accept", "release"}), frozenset({"pend", "resume"})
_BACK_BY = {
    **dict.fromkeys(_OWNING, _OWNING),
    **dict.fromkeys(_WAITING, _WAITING),
    "merge": frozenset({"unmerge"}),
}
# whoever was added, or removed, by a colleague may have put that back themselves
_SELF = {"add_follower": ("unwatch",), "remove_follower": ("watch",)}


def _row_of(event: TicketEvent) -> frozenset[str]:
    names = _NAMED_BY.get(event.verb)
    if names is None or any(name not in event.data for name in names):
        return frozenset()
    if names[0] == "link" and event.data["link"] not in BY_HAND:
        return frozenset()
    return frozenset({":".join([names[0], *(str(event.data[name]) for name in names)])})
