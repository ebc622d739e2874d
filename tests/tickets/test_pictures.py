"""Pictures that stand in the text: only a message's own, by the door every file goes through."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notifications.models import OutboxMessage
from tests.security.hazards import hazards
from tests.tickets.test_uploads import PDF, PNG
from tickets import commands
from tickets.markup import pictures_of, to_html, with_names_of_pictures
from tickets.timeline import timeline
from tickets.uploads import store

pytestmark = pytest.mark.django_db


def picture(person, name="photo.png", content=PNG):
    return store(SimpleUploadedFile(name, content), person)


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


def shown(ticket, reader, **more):
    return "".join(str(entry.body_html) for entry in timeline(ticket, reader, **more) if entry.message)


def test_a_messages_own_picture_stands_in_its_text_for_both_sides(ticket, agent1, requester, client):
    file = picture(agent1)
    commands.reply(ticket, actor=agent1, body=f"Look:\n![the photo](attachment:{file.pk})", attachments=[file])
    for reader, portal in ((agent1, False), (requester, True)):
        html = shown(ticket, reader, as_requester=portal)
        assert f'<img src="/attachments/{file.pk}/"' in html and 'alt="the photo"' in html
    client.force_login(requester)
    assert client.get(f"/attachments/{file.pk}/").headers["Content-Type"] == "image/png"


def test_another_messages_picture_stays_text(ticket, agent1, requester):
    secret, own = picture(agent1), picture(agent1, "scan.pdf", PDF)
    commands.note(ticket, actor=agent1, body="x", attachments=[secret])
    words = f"![a](attachment:{secret.pk}) ![b](attachment:{own.pk}) ![c](https://elsewhere.example/c.png)"
    commands.reply(ticket, actor=agent1, body=words, attachments=[own])
    html = shown(ticket, requester, as_requester=True)
    assert "<img" not in html and f"![a](attachment:{secret.pk})" in html and "elsewhere.example" in html


def test_a_picture_without_words_is_named_by_its_file(agent1):
    file = picture(agent1)
    assert 'alt="photo.png"' in to_html(f"![](attachment:{file.pk})", pictures_of([file]))


def test_nothing_else_gets_through_the_new_tag(agent1):
    file = picture(agent1)
    for text in (
        f'![" onerror=alert(1) x="](attachment:{file.pk})',
        f"[![x](attachment:{file.pk})](javascript:alert(1))",
        f'![x](attachment:{file.pk} "onload=alert(1)")',
        "![x](data:image/svg+xml;base64,AAAA)",
        "![x](//elsewhere.example/x.png)",
        f"<img src=/attachments/{file.pk}/ onerror=alert(1)>",
    ):
        assert hazards(to_html(text, pictures_of([file]))) == [], text


def test_the_preview_shows_what_the_writer_has_uploaded_and_nobody_elses(ticket, agent1, agent2, client):
    mine, theirs = picture(agent1), picture(agent2)
    client.force_login(agent1)
    body = f"![a](attachment:{mine.pk}) ![b](attachment:{theirs.pk})"
    sent = {"body": body, "mode": "reply", "attachments": [mine.pk, theirs.pk]}
    page = client.post(f"/desk/t/{ticket.key}/draft/preview/", sent, HTTP_HX_REQUEST="true").content.decode()
    assert page.count("<img") == 1 and f"/attachments/{mine.pk}/" in page


def test_letters_name_the_file(ticket, agent1):
    file = picture(agent1)
    commands.reply(ticket, actor=agent1, body=f"See ![photo.png](attachment:{file.pk}).", attachments=[file])
    letter = OutboxMessage.objects.filter(recipient=ticket.requester, template="ticket_replied").first()
    assert with_names_of_pictures(f"See ![photo.png](attachment:{file.pk}).") == "See [photo.png]."
    assert letter is not None and letter.context["words"] == "See [photo.png]."
