"""S01 Stored XSS: nothing somebody wrote becomes markup that runs, on any page, for any reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from catalogue.models import IntakeField
from escalation import commands as escalation
from knowledgebase.models import Article
from tests.security.addresses import pages
from tests.security.hazards import hazards
from tests.security.payloads import FILE_NAMES, MARKUP
from tickets import commands
from tickets.markup import to_html
from tickets.models import Attachment, Ticket
from tickets.uploads import clean_name

pytestmark = pytest.mark.slow

ALL = "\n\n".join(MARKUP)
EVERY_FIELD = ("q", "subject", "requester", "category", "f", "sort", "after", "back", "next", "write", "page", "team")


def _chunks(length: int) -> Iterator[str]:
    """All payloads in texts of at most `length` characters."""
    text = ""
    for payload in MARKUP:
        if len(text) + len(payload) >= length:
            yield text
            text = ""
        text += " " + payload[: length - 1]
    yield text


@pytest.mark.parametrize("payload", MARKUP)
def test_rendered_text_holds_no_markup_that_runs(payload: str) -> None:
    assert hazards(to_html(payload)) == []
    assert hazards(to_html(f"> {payload}\n\n- {payload}\n\n# {payload}")) == []
    assert hazards(to_html(payload + "x" * 60_001)) == []


def test_the_reader_sees_what_a_browser_would_run() -> None:
    """The test's own eyes: raw, nearly every payload is a hazard (some need a browser's way of mending)."""
    raw = [payload for payload in MARKUP if payload.startswith("<") and "textarea>" not in payload]
    assert len([payload for payload in raw if hazards(payload)]) > 0.8 * len(raw)


@pytest.fixture
def poisoned(
    world: SimpleNamespace,
    requester: User,
    agent1: User,
    agent2: User,
    admin: User,
    opened: Callable[..., Ticket],
) -> Ticket:
    """A ticket on which everybody wrote everything bad everywhere."""
    for person, name in zip((requester, agent1, agent2), _chunks(150), strict=False):
        person.name = name
        person.save()
    IntakeField.objects.create(category=world.category, key="words", label=MARKUP[0], kind="text")
    ticket = opened(subject=MARKUP[45], description=ALL, into=world.desk, intake={"words": ALL[:1900]})
    for subject in _chunks(200):
        opened(subject=subject, description=subject, into=world.desk)
    files = [
        Attachment.objects.create(
            uploaded_by=agent1, file=ContentFile(b"x", "x"), name=clean_name(name), size=1, content_type="text/plain"
        )
        for name in FILE_NAMES
    ]
    commands.assign(ticket, actor=agent1, assignee=agent1)
    commands.reply(ticket, actor=agent1, body=ALL, attachments=files)
    commands.note(ticket, actor=agent1, body=ALL)
    commands.prioritise(ticket, actor=agent1, priority=1, reason=ALL)
    packet = escalation.Packet(reason="skill", symptom=ALL, asked=ALL, tried=ALL, evidence=ALL)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet)
    escalation.accept(ticket, actor=agent2)
    commands.reply(ticket, actor=requester, body=ALL)
    escalation.hand_back(ticket, actor=agent2, reason="missing", missing=ALL)
    commands.resolve(ticket, actor=agent1, resolution=ALL, root_cause=ALL)
    commands.rate(ticket, actor=requester, score=1, comment=ALL)
    Article.objects.create(
        slug="nothing-here", title=MARKUP[45], body=ALL, keywords=MARKUP[0], state="published", audience="requesters",
        author=agent1,
    )  # fmt: skip
    return ticket


@pytest.mark.slow
@pytest.mark.parametrize("who", ["requester", "agent1", "manager"])
def test_every_page_is_free_of_it(who: str, poisoned: Ticket, request: pytest.FixtureRequest, client: Client) -> None:
    person: User = request.getfixturevalue(who)
    client.force_login(User.objects.get(pk=person.pk))
    shown = 0
    for address in pages():
        if address.route in ("live/", "language/"):
            continue
        query = dict.fromkeys(EVERY_FIELD, "") | {"category": "vpn-down"}
        answer = client.get(address.path(key=poisoned.key, slug="nothing-here"), query, follow=True)
        assert answer.status_code < 500, address
        if "text/html" in answer.headers.get("Content-Type", ""):
            assert hazards(answer.content.decode()) == [], address
            shown += answer.content.count(b"owned")
    assert shown > 100


@pytest.mark.parametrize("payload", [MARKUP[0], *_chunks(2000)], ids=lambda text: text[:20])
def test_nothing_in_an_address_is_reflected(payload: str, agent1: User, client: Client) -> None:
    client.force_login(agent1)
    for address in pages():
        if address.names or address.route == "live/":
            continue
        answer = client.get(address.path(), dict.fromkeys(EVERY_FIELD, payload))
        assert answer.status_code < 500, address
        if "text/html" in answer.headers.get("Content-Type", ""):
            assert hazards(answer.content.decode()) == [], address


def test_a_refused_form_shows_it_as_text(agent1: User, client: Client) -> None:
    client.force_login(agent1)
    for path in ("/tickets/new/", "/desk/new/"):
        for payload in MARKUP[::4]:
            typed = {"subject": payload, "category": "vpn-down", "requester": payload, "submission_key": payload}
            answer = client.post(path, typed)
            assert answer.status_code == 422
            assert hazards(answer.content.decode()) == [], payload


def test_the_api_answers_json_and_nothing_a_browser_renders(poisoned: Ticket, manager: User, client: Client) -> None:
    client.force_login(manager)
    for tail in ("", "messages/", "events/", "visits/"):
        answer = client.get(f"/api/v1/tickets/{poisoned.key}/{tail}", HTTP_ACCEPT="text/html")
        assert answer.headers["Content-Type"].startswith(("application/json", "application/problem+json"))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
