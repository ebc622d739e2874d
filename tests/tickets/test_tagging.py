"""Tags on tickets."""

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from tickets import commands
from tickets.models import Ticket
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db


def test_tags_are_kept_in_lower_case_once_and_in_order(opened, agent1):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=[" VPN", "Kasus  Khusus", "vpn"])
    assert Ticket.objects.get(pk=ticket.pk).tags == ["vpn", "kasus khusus"]


def test_the_event_holds_the_tags_before_and_after(opened, agent1):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=["vpn", "wifi"])
    commands.tag(ticket, actor=agent1, add=["jakarta"], remove=["WIFI", "unknown"], reason="moved")
    event = ticket.events.last()
    assert (event.verb, event.changes) == ("tag", {"tags": [["vpn", "wifi"], ["vpn", "jakarta"]]})
    assert event.data["reason"] == "moved"
    assert not event.is_public


def test_nothing_changed_is_no_event(opened, agent1):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=["vpn"])
    version = ticket.version
    commands.tag(ticket, actor=agent1, add=["VPN"], remove=["wifi"])
    assert ticket.version == version
    assert ticket.events.filter(verb="tag").count() == 1


@pytest.mark.parametrize("tags", [[""], [" "], ["x" * 41], [f"tag {number}" for number in range(51)]])
def test_tags_that_are_too_long_empty_or_too_many_are_refused(opened, agent1, tags):
    ticket = opened()
    with pytest.raises(Invalid) as raised:
        commands.tag(ticket, actor=agent1, add=tags)
    assert "tags" in raised.value.fields
    assert Ticket.objects.get(pk=ticket.pk).tags == []


def test_the_requester_does_not_tag(opened, requester):
    with pytest.raises(NotAllowed):
        commands.tag(opened(), actor=requester, add=["vpn"])


def test_tags_of_somebody_else_in_between_are_a_conflict(opened, agent1, lead):
    ticket = opened()
    seen = ticket.version
    commands.tag(ticket, actor=lead, add=["vpn"])
    with pytest.raises(Conflict):
        commands.tag(ticket, actor=agent1, add=["wifi"], version=seen)


def test_the_timeline_and_the_page_say_the_tags(opened, agent1, client):
    ticket = opened()
    commands.tag(ticket, actor=agent1, add=["vpn", "<b>"])
    commands.tag(ticket, actor=agent1, remove=["vpn"])
    commands.tag(ticket, actor=agent1, remove=["<b>"])
    told = [str(entry.sentence) for fold in timeline(ticket, agent1) for entry in (fold.events or [fold])]
    assert [words.partition("</b> ")[2] for words in told[-3:]] == [
        "tagged (tags: <b>vpn, &lt;b&gt;</b>)",
        "tagged (tags: <b>&lt;b&gt;</b>)",
        "tagged (no tags left)",
    ]
    commands.tag(ticket, actor=agent1, add=["jakarta"])
    client.force_login(agent1)
    assert "jakarta" in client.get(ticket.get_absolute_url()).content.decode()
