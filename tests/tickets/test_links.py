"""Links between tickets, parents and their children: tied once, never in a ring, shown to nobody who may not know."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.errors import Invalid, NotAllowed
from tests.cast import MONDAY
from tickets import commands
from tickets.commands import linking
from tickets.commands.opening import Report
from tickets.linked import links_panel_context, wanted
from tickets.models import Ticket, TicketLink
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db
Kind = TicketLink.Kind


@pytest.fixture
def parent(opened, world):
    return opened(into=world.desk, subject="Branch office offline")


@pytest.fixture
def child(opened, world, colleague):
    return opened(by=colleague, into=world.desk, subject="No internet")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def history(ticket, user) -> str:
    return " ".join(str(entry.sentence) for entry in timeline(Ticket.objects.get(pk=ticket.pk), user))


def test_both_tickets_say_what_the_other_is_to_them(parent, child, agent1):
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    assert f'Child of <a href="{parent.get_absolute_url()}"><b>{parent.key}' in history(child, agent1)
    assert f'Parent of <a href="{child.get_absolute_url()}"><b>{child.key}' in history(parent, agent1)
    assert not any(event.is_public for event in parent.events.filter(verb="link"))


def test_a_second_link_of_a_pair_changes_nothing(parent, child, agent1):
    first = commands.link(child, actor=agent1, kind=Kind.RELATES, other=parent)
    assert commands.link(child, actor=agent1, kind=Kind.RELATES, other=parent) == first
    assert commands.link(parent, actor=agent1, kind=Kind.RELATES, other=child) == first
    assert child.events.filter(verb="link").count() == 1
    commands.unlink(parent, actor=agent1, link=first)
    commands.unlink(child, actor=agent1, link=first)
    assert not TicketLink.objects.exists()
    assert child.events.filter(verb="unlink").count() == 1 == parent.events.filter(verb="unlink").count()


def test_what_cannot_be_linked(parent, child, agent1, requester, opened, world, other_team_agent, monkeypatch):
    for kind in (Kind.MERGED, Kind.SPLIT, "cousin"):
        with pytest.raises(Invalid):
            commands.link(child, actor=agent1, kind=kind, other=parent)
    with pytest.raises(Invalid):
        commands.link(child, actor=agent1, kind=Kind.RELATES, other=child)
    with pytest.raises(NotAllowed):
        commands.link(parent, actor=requester, kind=Kind.RELATES, other=opened())
    with pytest.raises(NotAllowed):
        commands.link(child, actor=agent1, kind=Kind.RELATES, other=opened(into=world.hr))
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    with pytest.raises(Invalid):
        commands.link(child, actor=agent1, kind=Kind.CHILD, other=opened())
    monkeypatch.setattr(linking, "MOST_CHILDREN", 1)
    with pytest.raises(Invalid):
        commands.link(opened(), actor=agent1, kind=Kind.CHILD, other=parent)
    merged = opened(into=world.desk)
    commands.merge(merged, into=parent, actor=agent1)
    with pytest.raises(Invalid):
        commands.unlink(merged, actor=agent1, link=merged.links.get())


def test_nobody_is_their_own_grandparent(parent, child, opened, agent1):
    grandchild = opened()
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    commands.link(grandchild, actor=agent1, kind=Kind.CHILD, other=child)
    with pytest.raises(Invalid):
        commands.link(parent, actor=agent1, kind=Kind.CHILD, other=grandchild)


def test_the_database_refuses_a_second_row_and_a_second_parent(parent, child, opened, agent1):
    row = {"source": child, "kind": Kind.CHILD, "created_by": agent1, "created_at": MONDAY}
    TicketLink.objects.create(target=parent, **row)
    for wrong in (parent, opened(), child):
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketLink.objects.create(target=wrong, **row)


@pytest.mark.parametrize(
    "typed", ["{key}", "{pk}", "#{pk}", " {key} ", "https://desk.example:8000/desk/t/{key}/", "/my/tickets/{key}/?x=1"]
)
def test_a_ticket_is_named_by_number_key_or_address(parent, agent1, typed):
    assert wanted(agent1, typed.format(key=parent.key, pk=parent.pk)) == parent


@pytest.mark.parametrize("typed", ["", "nothing", "INC-", "INC-999999999", "https://desk.example/desk/", "{secret}"])
def test_what_is_not_there_for_the_agent_is_refused_in_the_same_words(opened, world, agent1, typed):
    secret = opened(into=world.hr)
    with pytest.raises(Invalid) as refused:
        wanted(agent1, typed.format(secret=secret.key))
    assert refused.value.fields == {"other": ["There is no such ticket."]}


# --- what is shown ------------------------------------------------------------------------------------------------


def test_what_the_reader_may_not_see_is_in_no_list_and_no_count(
    parent, child, opened, world, agent1, manager, other_team_agent
):
    secret = opened(into=world.hr, subject="canary-secret")
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    commands.link(secret, actor=manager, kind=Kind.CHILD, other=parent)
    commands.resolve(child, actor=agent1, resolution="done")
    page = browser(agent1).get(f"/desk/t/{parent.key}/side/links/").content.decode()
    assert "1 of 1 resolved" in page and "canary-secret" not in page and secret.key not in page
    assert secret.key not in browser(agent1).get(parent.get_absolute_url()).content.decode()
    assert "another ticket" in history(parent, agent1)
    assert "1 of 2 resolved" in browser(manager).get(f"/desk/t/{parent.key}/side/links/").content.decode()
    hidden = secret.links.get()
    assert browser(agent1).post(f"/desk/t/{parent.key}/links/{hidden.pk}/remove/").status_code == 404


def test_the_panel_asks_as_little_for_many_links_as_for_one(opened, parent, agent1, django_assert_max_num_queries):
    for _number in range(3):
        commands.link(opened(), actor=agent1, kind=Kind.CHILD, other=parent)
    fresh = Ticket.objects.get(pk=parent.pk)
    assert agent1.hats.is_agent  # asked once for the whole page
    with django_assert_max_num_queries(2):
        assert len(links_panel_context(agent1, fresh)["children"]) == 3


def test_linking_and_unlinking_without_scripts(parent, child, agent1):
    client, base, panel = browser(agent1), f"/desk/t/{parent.key}/links/", f"/desk/t/{parent.key}/side/links/"
    assert not client.get(panel).content.strip()
    assert b"is the parent of" in client.get(f"{base}new/").content
    refused = client.post(f"{base}new/", {"way": "parent_of", "other": "INC-1"})
    assert refused.status_code == 422 and b"There is no such ticket." in refused.content
    client.post(f"{base}new/", {"way": "parent_of", "other": child.key})
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (child, parent, Kind.CHILD)
    assert "No internet" in client.get(panel).content.decode()
    answer = client.post(f"{base}{link.pk}/remove/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and not TicketLink.objects.exists()


# --- parents and children -----------------------------------------------------------------------------------------


def test_a_child_is_opened_once_for_the_parent_s_requester(parent, agent1, world):
    client, url = browser(agent1), f"/desk/t/{parent.key}/children/new/"
    page = client.get(url).content.decode()
    assert parent.subject in page
    sent = {"subject": "New switch", "description": "Order one", "category": "vpn-down", "submission_key": "k"}
    for _click in range(2):
        client.post(url, sent)
    child = TicketLink.objects.get().source
    assert (child.requester, child.opened_by, child.category) == (parent.requester, agent1, world.category)
    assert client.post(url, {**sent, "subject": " ", "submission_key": "l"}).status_code == 422


def test_a_restricted_team_keeps_what_is_opened_from_its_tickets(opened, world, other_team_agent):
    secret = opened(into=world.hr)
    report = Report(subject="x", description="canary", category=world.category)
    assert commands.open_child(secret, actor=other_team_agent, report=report).team == world.hr


def test_resolving_the_parent_resolves_the_children_the_actor_may(parent, child, opened, world, agent1):
    theirs = opened(into=world.network, subject="not ours")
    over = opened(into=world.desk)
    commands.cancel(over, actor=agent1, reason="x")
    for one in (child, theirs, over):
        commands.link(one, actor=agent1, kind=Kind.CHILD, other=parent)
    client, url = browser(agent1), f"/desk/t/{parent.key}/resolution/"
    asked = client.get(url).content.decode()
    assert "Resolve 2 open children too" in asked and over.key not in asked
    sent = {"resolution": "New router", "children": "1", "version": Ticket.objects.get(pk=parent.pk).version}
    said = client.post(url, sent, follow=True).content.decode()
    assert "1 child with it." in said and theirs.key in said
    states = dict(Ticket.objects.values_list("pk", "status"))
    assert states == {parent.pk: "resolved", child.pk: "resolved", theirs.pk: "new", over.pk: "cancelled"}
    assert Ticket.objects.get(pk=child.pk).resolution == "New router"


def test_without_the_tick_children_stay_open(parent, child, agent1):
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    browser(agent1).post(f"/desk/t/{parent.key}/resolution/", {"resolution": "New router"})
    assert Ticket.objects.get(pk=child.pk).is_live and not Ticket.objects.get(pk=parent.pk).is_live


def test_a_parent_that_cannot_be_resolved_leaves_the_children_alone(parent, child, agent1):
    commands.link(child, actor=agent1, kind=Kind.CHILD, other=parent)
    commands.cancel(parent, actor=agent1, reason="x")
    with pytest.raises(Invalid):
        commands.resolve_with_children(parent, actor=agent1, resolution="x")
    assert Ticket.objects.get(pk=child.pk).is_live


def test_the_children_are_told_once(parent, child, opened, world, agent1):
    theirs = opened(into=world.network)
    for one in (child, theirs):
        commands.link(one, actor=agent1, kind=Kind.CHILD, other=parent)
    client, url = browser(agent1), f"/desk/t/{parent.key}/children/tell/"
    assert b"2 open children" in client.get(url).content
    assert client.post(url, {"body": " "}).status_code == 422
    for _click in range(2):
        said = client.post(url, {"body": "A new router is on its way", "dedupe_key": "k"}, follow=True).content.decode()
    assert "Sent to" in said
    assert child.messages.get().is_public and not theirs.messages.exists() and not parent.messages.exists()
    assert parent.events.filter(verb="tell_children").count() == 1


def test_nobody_is_told_where_no_child_is_open(parent, agent1):
    with pytest.raises(Invalid):
        commands.tell_children(parent, actor=agent1, body="hello")
