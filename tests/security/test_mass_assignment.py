"""S14, S15: no field is written that was not offered, and no list is narrowed or sorted by what was not offered."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, models, transaction
from django.test import Client

from accounts.models import ApiToken, User
from escalation.models import Handover
from tests.security.addresses import API, of_a_ticket
from tickets import commands
from tickets.models import Message, Rating, Submission, Ticket, TicketEvent

pytestmark = pytest.mark.slow

MODELS: tuple[type[models.Model], ...] = (Ticket, Message, TicketEvent, Rating, Submission, User, ApiToken, Handover)
# what at least one of the commands really takes
OFFERED = {
    "subject", "description", "category", "impact", "urgency", "intake", "requester", "external_ref", "body", "version",
    "assignee", "priority", "reason", "resolution", "root_cause", "score", "comment", "team", "symptom", "tried",
    "evidence", "asked", "missing", "contract", "request", "reference", "chase_at", "direction", "words", "url",
    "title", "tracker", "affected_version", "person", "tier", "minutes", "note", "helper", "rung", "answer",
    "kind", "other", "into", "follow", "message",
}  # fmt: skip
HOSTILE = sorted(
    {field.name for model in MODELS for field in model._meta.get_fields()}
    | {"role", "internal", "is_superuser", "actor", "at", "verb", "channel", "team__slug", "__class__", "pk", "data"}
)
GOOD = {
    "": {"subject": "a", "description": "b"},
    "reply": {"body": "x"}, "note": {"body": "x"}, "prioritise": {"priority": 1, "reason": "x"},
    "pend": {"reason": "vendor"}, "resume": {}, "resolve": {"resolution": "x"}, "reopen": {"reason": "x"},
    "cancel": {"reason": "x"}, "close": {}, "rate": {"score": 5}, "assign": {}, "accept": {},
    "escalate": {"team": "network", "reason": "skill", "symptom": "x", "asked": "y"},
    "hand_back": {"reason": "missing", "missing": "x"}, "refer_to_vendor": {"contract": 0, "request": "x"},
    "vendor_log": {"direction": "heard", "words": "x"}, "take_back": {"reason": "solved", "words": "x"},
    "invite": {"asked": "x"}, "join": {}, "log_help": {"minutes": 1}, "help_done": {"minutes": 1},
    "uninvite": {"helper": 0}, "summon": {"rung": "lead", "reason": "x"}, "acknowledge": {}, "hold": {},
    "bugs": {"url": "https://x.example/1", "title": "x"}, "links": {"kind": "relates_to", "other": "1"},
    "merge": {"into": "1"}, "unmerge": {}, "split": {"message": 1, "subject": "x"},
}  # fmt: skip


@pytest.mark.parametrize("verb", GOOD)
def test_a_field_nobody_offered_is_refused_by_name(
    verb: str, world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    client.force_login(agent1)
    path = f"/api/v1/tickets/{ticket.key}/{verb}/" if verb else "/api/v1/tickets/"
    hostile = set(HOSTILE) - OFFERED
    answer = client.post(path, {**dict.fromkeys(hostile, 1), **GOOD[verb]}, content_type="application/json")
    assert answer.status_code == 400
    assert hostile <= set(answer.json()["errors"])
    for field in ("status", "requester_id", "id", "is_public", "by_staff"):
        answer = client.post(path, {**GOOD[verb], field: 1}, content_type="application/json")
        assert list(answer.json()["errors"]) == [field]
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    assert Ticket.objects.count() == 1


def test_every_command_over_rest_is_in_the_list_above() -> None:
    tails = {address.route.rstrip("/").rpartition("/")[2] for address in of_a_ticket() if address.route.startswith(API)}
    assert tails - set(GOOD) == {"<key>", "<int:pk>", "messages", "events", "visits", "clocks", "referrals", "helpers"}


def test_forms_of_pages_drop_what_they_do_not_offer(requester: User, colleague: User, client: Client) -> None:
    client.force_login(requester)
    hostile = dict.fromkeys(HOSTILE, "1") | {"requester": colleague.pk, "status": "closed", "priority": "1"}
    client.post("/tickets/new/", {**hostile, "category": "", "subject": "a", "description": "b", "attachments": []})
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.opened_by, ticket.status, ticket.channel) == (
        requester,
        requester,
        "new",
        "portal",
    )
    assert ticket.priority != 1
    assert ticket.external_ref is None


LOOKUPS = (
    "requester__password", "requester__api_tokens__digest", "assignee__email__startswith", "_connector", "_negated",
    "ordering", "order_by", "sort", "id__in", "status__in", "messages__body__contains", "q", "search", "o", "?",
    "team__is_restricted", "pk", "limit", "offset", "fields", "expand", "description__regex",
)  # fmt: skip


@pytest.mark.parametrize("name", LOOKUPS)
def test_a_list_is_narrowed_by_its_own_names_only(name: str, agent1: User, client: Client) -> None:
    client.force_login(agent1)
    answer = client.get("/api/v1/tickets/", {name: "pbkdf2"})
    assert answer.status_code == 400
    assert name in answer.json()["errors"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "no"), ("priority", "9"), ("tier", "x"), ("tier", "1e999999"), ("tier", "NaN"), ("tier", "-5"),
        ("assignee", "9" * 30), ("assignee", "x"), ("assignee", "1.5"), ("opened_after", "yesterday"),
        ("opened_before", "99999-01-01T00:00:00Z"), ("opened_after", "0001-01-01T00:00:00+14:00"), ("cursor", "x"),
        ("cursor", "cD1hYmM="), ("cursor", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ=="), ("cursor", "bz0xZTk5"),
        ("cursor", "cD0lMDA="), ("page_size", "-1"), ("page_size", "9999999"), ("page_size", "²"), ("team", "\x00"),
        ("team", "x" * 5000), ("service", "'"), ("cursor", "\xff"),
    ],
    ids=lambda text: ascii(text)[:30],
)  # fmt: skip
def test_odd_values_in_a_list_are_answered(name: str, value: str, agent1: User, client: Client) -> None:
    client.force_login(agent1)
    assert client.get("/api/v1/tickets/", {name: value}).status_code in (200, 400, 404)


def test_names_of_colleagues_are_not_told_to_who_may_not_assign(
    world: SimpleNamespace, requester: User, agent2: User, opened: Callable[..., Ticket], client: Client
) -> None:
    ticket = opened(into=world.desk)
    client.force_login(requester)
    answer = client.post(
        f"/api/v1/tickets/{ticket.key}/assign/", {"assignee": agent2.pk}, content_type="application/json"
    )
    assert answer.status_code == 403
    assert agent2.name not in answer.content.decode()


@pytest.mark.parametrize("who", ["requester", "other_team_agent", "automation"])
def test_only_who_works_for_the_team_becomes_owner(
    who: str,
    world: SimpleNamespace,
    agent1: User,
    opened: Callable[..., Ticket],
    request: pytest.FixtureRequest,
    client: Client,
) -> None:
    ticket = opened(into=world.desk)
    client.force_login(agent1)
    person: User = request.getfixturevalue(who)
    path = f"/api/v1/tickets/{ticket.key}/assign/"
    assert client.post(path, {"assignee": person.pk}, content_type="application/json").status_code == 400
    Ticket.objects.update(team=None, tier=None)
    allowed = 200 if who == "other_team_agent" else 400
    assert client.post(path, {"assignee": person.pk}, content_type="application/json").status_code == allowed


def test_one_reference_is_one_ticket(agent1: User, client: Client) -> None:
    client.force_login(agent1)
    report = {"subject": "a", "description": "b", "external_ref": "monitor-7"}
    first = client.post("/api/v1/tickets/", report, content_type="application/json", headers={"Idempotency-Key": "k"})
    again = client.post("/api/v1/tickets/", report, content_type="application/json", headers={"Idempotency-Key": "k"})
    other = client.post("/api/v1/tickets/", report, content_type="application/json")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 400)
    assert first.json()["key"] == again.json()["key"]
    assert list(other.json()["errors"]) == ["external_ref"]


@pytest.mark.parametrize(("first", "second"), [("k" * 200 + "1", "k" * 200 + "2"), ("k", "l")])
def test_different_keys_are_different_messages(
    first: str, second: str, agent1: User, opened: Callable[..., Ticket], client: Client
) -> None:
    tickets = [opened(), opened()]
    client.force_login(agent1)
    for ticket in tickets:
        for verb in ("reply", "note"):
            for key in (first, second, first):
                path = f"/api/v1/tickets/{ticket.key}/{verb}/"
                answer = client.post(
                    path, {"body": key}, content_type="application/json", headers={"Idempotency-Key": key}
                )
                assert answer.status_code == 201
                assert answer.json()["body"] == key
    assert Message.objects.filter(is_public=True).count() == Message.objects.filter(is_public=False).count() == 4


def test_history_is_only_ever_added_to(opened: Callable[..., Ticket], requester: User) -> None:
    commands.reply(opened(), actor=requester, body="x")
    steps = TicketEvent.objects.count()
    for change in (
        lambda: TicketEvent.objects.update(verb="resolve"),
        lambda: TicketEvent.objects.all()._raw_delete("default"),
        lambda: TicketEvent.objects.first().delete(),
        lambda: Ticket.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, models.ProtectedError)), transaction.atomic():
            change()
    assert TicketEvent.objects.count() == steps
