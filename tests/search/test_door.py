"""Nothing that somebody may not see is found, counted, marked or corrected to."""

import pytest
from django.test import Client

from tests.search.asking import asked, found, numbers
from tickets import commands
from tickets.models import Helper, Ticket
from tickets.search.answer import search
from tickets.search.document import differing
from tickets.search.vocabulary import refresh

pytestmark = pytest.mark.django_db
ROLES = ("requester", "colleague", "agent1", "agent2", "other_team_agent", "lead", "manager", "admin")


@pytest.fixture
def restricted(opened, world):
    return opened(subject="Gaji terlambat", description="slip kenari", into=world.hr)


@pytest.mark.parametrize("role", ROLES)
def test_the_index_and_the_door_agree(request, opened, world, restricted, role):
    user = request.getfixturevalue(role)
    followed = opened(subject="Gaji pensiun", into=world.hr, by=request.getfixturevalue("manager"))
    commands.watch(followed, actor=request.getfixturevalue("manager"), follower=request.getfixturevalue("colleague"))
    everybodys = opened(subject="Gaji di portal", into=world.desk)
    nobodys = opened(subject="Gaji tanpa tim")
    commands.set_facts(nobodys, next_due_at=None)
    visible = set(Ticket.objects.visible_to(user).values_list("pk", flat=True))
    assert set(found(user, "gaji")) == visible & numbers(restricted, followed, everybodys, nobodys)


def test_counts_and_facets_leave_restricted_tickets_out(restricted, requester, colleague, agent1, agent2):
    for question in ("gaji", "kenari", "status:new", "-vpn", "is:unassigned", "gaj*", "kind:incident"):
        for user in (requester, colleague, agent1, agent2):
            answer = asked(user, question)
            expected = [restricted.pk] if user == requester else []
            assert answer.ids == expected, (question, user)
            assert sum(answer.counts.get("status", {}).values()) == len(expected)
            assert not answer.more


def test_notes_match_for_staff_alone(opened, world, agent1, requester):
    ticket = opened(subject="Laptop panas", into=world.desk)
    commands.note(ticket, actor=agent1, body="pengguna ini cerewet sekali")
    assert found(agent1, "cerewet") == found(agent1, "in:notes cerewet") == [ticket.pk]
    assert found(requester, "cerewet") == found(requester, "cere*") == []
    assert found(requester, '"cerewet sekali"') == found(requester, "laptop cerewet") == []
    # an exclusion must not tell either
    assert found(requester, "laptop -cerewet") == [ticket.pk]
    assert found(agent1, "in:notes laptop") == []
    # the filter is refused for requesters: the rest is searched
    assert found(requester, "in:notes laptop") == [ticket.pk]
    assert search(requester, "in:notes laptop").hints != []


def test_an_agent_reads_no_notes_on_their_own_ticket_in_a_restricted_team(opened, world, agent1, other_team_agent):
    own = opened(subject="Kontrak saya", by=agent1, into=world.hr)
    commands.note(own, actor=other_team_agent, body="jangan perpanjang")
    assert found(agent1, "kontrak") == [own.pk]
    assert found(agent1, "perpanjang") == found(agent1, "kontrak perpanjang") == found(agent1, "in:notes") == []
    assert found(agent1, "kontrak -perpanjang") == [own.pk]
    assert found(other_team_agent, "perpanjang") == [own.pk]
    answer = search(agent1, "kontrak OR perpanjang")
    assert "perpanjang" not in " ".join(piece.text for row in answer.tickets for piece in row.snippet)


def test_tags_are_for_staff(opened, world, agent1, requester):
    ticket = opened(into=world.desk)
    commands.tag(ticket, actor=agent1, add=["rewel"])
    assert found(agent1, "tag:rewel") == found(agent1, "rewel") == [ticket.pk]
    assert found(requester, "rewel") == []
    assert search(requester, "tag:rewel vpn").hints != []


def test_an_invitation_opens_the_door_as_long_as_it_is_open(restricted, other_team_agent, agent1, world):
    commands.note(restricted, actor=other_team_agent, body="nomor kenari ganda")
    helper = commands.invite(restricted, actor=other_team_agent, asked="look", person=agent1)
    assert found(agent1, "ganda") == [restricted.pk]
    commands.uninvite(restricted, actor=other_team_agent, helper=Helper.objects.get(pk=helper.pk))
    assert found(agent1, "ganda") == found(agent1, "gaji") == []


def test_a_team_that_becomes_restricted_is_closed_at_once(opened, world, agent1):
    ticket = opened(subject="Firewall", into=world.network)
    assert found(agent1, "firewall") == [ticket.pk]
    world.network.is_restricted = True
    world.network.save()
    assert found(agent1, "firewall") == []
    assert differing([ticket.pk]) == []


def test_a_correction_never_names_what_one_may_not_see(opened, world, agent1, colleague):
    for _n in range(3):
        opened(subject="Kenari", description="kenari", into=world.desk)
    refresh()
    assert search(agent1, "kenri").corrected == "kenari"
    assert search(colleague, "kenri").corrected == ""


def test_words_of_restricted_tickets_are_not_learned(opened, world, other_team_agent):
    for _n in range(3):
        opened(subject="Pesangon", into=world.hr)
    refresh()
    assert search(other_team_agent, "pesangn").corrected == ""


def test_people_and_others_assets_are_found_by_staff_alone(agent1, colleague, requester):
    assert "person" in search(agent1, "siti").others
    assert search(requester, "siti").others == {}
    assert search(requester, "from:siti").hints == search(requester, "from:nobodyatall").hints


@pytest.mark.parametrize("path", ["/search", "/palette", "/api/v1/search/"])
def test_pages_palette_and_api_go_through_the_same_door(restricted, agent1, other_team_agent, path):
    for user, sees in ((agent1, False), (other_team_agent, True)):
        client = Client(headers={"HX-Request": "true"} if path == "/palette" else {})
        client.force_login(user)
        for question in ("kenari", "gaji kenari", "status:new"):
            page = client.get(path, {"q": question}).content.decode()
            assert ("terlambat" in page) == sees, question
        for number in (restricted.key, str(restricted.pk), f"#{restricted.pk}"):
            answer = client.get(path, {"q": number}, follow=True).content.decode()
            assert ("terlambat" in answer) == sees
