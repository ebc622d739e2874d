"""One owner, many helpers: who may be asked, what they may do, how long it took, and when it ends."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Tier
from core.errors import Conflict, Invalid, NotAllowed
from notifications.models import OutboxMessage
from tests.cast import MONDAY, person
from tickets import commands
from tickets.helping import asked_of, help_on
from tickets.models import Helper, Ticket
from tickets.workflow import verbs_for

# whether they are theirs is asked of the major incident
MAJOR = {"attach", "detach", "promote", "dismiss", "broadcast", "stand_down"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(opened, agent1, lead, world):
    """A ticket of the service desk that agent1 owns."""
    ticket = opened(into=world.desk)
    return commands.assign(ticket, actor=lead, assignee=agent1)


def asks(ticket, actor, **whom):
    return commands.invite(ticket, actor=actor, asked="Read the firewall log.", **whom)


def told(template):
    return sorted(OutboxMessage.objects.filter(template=template).values_list("recipient__name", flat=True))


def test_asked_joined_done_and_the_owner_stays(owned, agent1, agent2):
    row = asks(owned, agent1, person=agent2)
    assert told("invited") == [agent2.name]
    commands.join(owned, actor=agent2)
    commands.help_done(owned, actor=agent2, minutes=25, note="Port 443 was closed.")
    row.refresh_from_db()
    assert (row.minutes, row.ended_why, row.ended_by) == (25, "done", agent2)
    assert row.joined_at and row.left_at == row.ended_at
    owned.refresh_from_db()
    assert (owned.assignee, owned.team.slug, owned.status) == (agent1, "service-desk", "open")
    note = owned.messages.get()
    assert (note.body, note.is_public) == ("Port 443 was closed.", False)
    assert told("helped") == [agent1.name]
    assert help_on(owned, agent1).minutes == 25


def test_a_team_is_asked_and_anyone_of_it_joins(owned, agent1, agent2, agent3, world):
    other = person("citra")
    Membership.objects.create(user=other, team=world.network)
    asks(owned, agent1, team=world.network)
    assert told("invited") == sorted([agent2.name, other.name])
    for helper in (agent2, other):
        commands.join(owned, actor=helper)
    with pytest.raises(NotAllowed):
        commands.join(owned, actor=agent3)
    assert Helper.objects.filter(via__team=world.network, joined_at__isnull=False).count() == 2


def test_a_tier_is_asked(owned, agent1, agent2, agent3, other_team_agent):
    asks(owned, agent1, tier=Tier.objects.get(level=2))
    assert told("invited") == sorted([agent2.name, other_team_agent.name])
    commands.join(owned, actor=agent2)
    with pytest.raises(NotAllowed):
        commands.join(owned, actor=agent3)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("agent1", "cannot ask yourself"),
        ("colleague", "is a requester here"),
        ("requester", "is a requester here"),
        ("automation", "not active"),
        ("gone", "not active"),
    ],
)
def test_whom_one_cannot_ask(request, owned, agent1, world, who, why):
    if who == "gone":
        asked = person("dodi", is_active=False)
        Membership.objects.create(user=asked, team=world.network)
    else:
        asked = request.getfixturevalue(who)
    with pytest.raises(Invalid, match=why) as refused:
        asks(owned, agent1, person=asked)
    assert "whom" in refused.value.fields


def test_neither_the_owner_nor_the_team_that_has_it_nor_twice(owned, agent1, lead, agent2, world):
    with pytest.raises(Invalid, match="owns this ticket"):
        asks(owned, lead, person=agent1)
    with pytest.raises(Invalid, match="already has this ticket"):
        asks(owned, lead, team=world.desk)
    for whom in ({"person": agent2}, {"team": world.network}, {"tier": world.network.tier}):
        asks(owned, lead, **whom)
        with pytest.raises(Invalid, match="asked already"):
            asks(owned, lead, **whom)
    with pytest.raises(Invalid, match="whom to ask"):
        asks(owned, lead)
    with pytest.raises(Invalid) as refused:
        commands.invite(owned, actor=lead, asked=" ", person=agent2)
    assert "asked" in refused.value.fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Helper.objects.create(ticket=owned, person=agent2, asked="x", invited_by=lead, invited_at=MONDAY)


def test_only_those_who_work_on_it_ask_others(owned, agent1, agent2, agent3):
    asks(owned, agent1, person=agent2)
    commands.join(owned, actor=agent2)
    with pytest.raises(NotAllowed):
        asks(owned, agent2, person=agent3)


def test_a_helper_notes_and_logs_time_and_decides_nothing(owned, agent1, agent2):
    asks(owned, agent1, person=agent2)
    every_agent = MAJOR | {"link", "unlink", "absorb", "unabsorb", "add_follower", "unwatch"}
    every_agent |= {"log_time", "correct_time", "drop_time", "run_macro"}
    assert verbs_for(agent2, owned) - every_agent == {"note", "watch", "join", "uninvite", "acknowledge"}
    commands.join(owned, actor=agent2)
    fresh = Ticket.objects.get()
    left = verbs_for(agent2, fresh) - every_agent
    assert left == {"note", "watch", "log_help", "help_done", "uninvite", "acknowledge"}
    for refused in (
        lambda: commands.resolve(owned, actor=agent2, resolution="x"),
        lambda: commands.assign(owned, actor=agent2, assignee=agent2),
        lambda: commands.reply(owned, actor=agent2, body="x"),
        lambda: commands.pend(owned, actor=agent2, reason="vendor"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_the_time_is_the_helpers_own_and_can_be_corrected(owned, agent1, agent2, lead):
    asks(owned, agent1, person=agent2)
    commands.join(owned, actor=agent2)
    commands.log_help(owned, actor=agent2, minutes=10)
    commands.help_done(owned, actor=agent2, minutes=15)
    commands.log_help(owned, actor=agent2, minutes=20)
    assert Helper.objects.get().minutes == 20
    for other in (agent1, lead):
        with pytest.raises(NotAllowed):
            commands.log_help(owned, actor=other, minutes=1)
    for wrong in (-1, 7 * 24 * 60 + 1):
        with pytest.raises(Invalid):
            commands.log_help(owned, actor=agent2, minutes=wrong)


def test_asked_again_counts_anew_and_the_sum_holds_both(owned, agent1, agent2):
    for minutes in (15, 30):
        asks(owned, agent1, person=agent2)
        commands.join(owned, actor=agent2)
        commands.help_done(owned, actor=agent2, minutes=minutes)
    assert help_on(owned, agent1).minutes == 45


def test_who_was_not_asked_or_has_not_joined_is_not_done(owned, agent1, agent2, agent3):
    asks(owned, agent1, person=agent2)
    for actor in (agent2, agent3):
        with pytest.raises(NotAllowed):
            commands.help_done(owned, actor=actor, minutes=5)
    commands.join(owned, actor=agent2)
    with pytest.raises(NotAllowed):
        commands.join(owned, actor=agent2)


def test_taking_a_teams_invitation_back_takes_those_who_came_by_it(owned, agent1, agent2, world):
    row = asks(owned, agent1, team=world.network)
    commands.join(owned, actor=agent2)
    commands.log_help(owned, actor=agent2, minutes=10)
    commands.uninvite(owned, actor=agent1, helper=row)
    assert set(Helper.objects.values_list("ended_why", flat=True)) == {"removed"}
    assert help_on(owned, agent1).minutes == 10
    with pytest.raises(Invalid, match="has ended"):
        commands.uninvite(owned, actor=agent1, helper=row)


def test_one_may_decline_for_oneself_and_for_nobody_else(owned, agent1, agent2, agent3):
    own, other = asks(owned, agent1, person=agent2), asks(owned, agent1, person=agent3)
    with pytest.raises(NotAllowed):
        commands.uninvite(owned, actor=agent2, helper=other)
    commands.uninvite(owned, actor=agent2, helper=own)
    assert Helper.objects.open().get() == other


@pytest.mark.parametrize("way", ["resolve", "cancel"])
def test_an_ended_ticket_asks_nobody(owned, agent1, agent2, agent3, way):
    asks(owned, agent1, person=agent2)
    asks(owned, agent1, person=agent3)
    commands.join(owned, actor=agent2)
    commands.resolve(owned, actor=agent1, resolution="x") if way == "resolve" else commands.cancel(
        owned, actor=agent1, reason="x"
    )
    rows = {row.person: row for row in Helper.objects.all()}
    assert {row.ended_why for row in rows.values()} == {"ended"}
    assert rows[agent2].left_at and not rows[agent3].left_at
    assert asked_of(agent2) == []


def test_whoever_becomes_the_owner_is_no_helper(owned, agent1, lead):
    asks(owned, agent1, person=lead)
    commands.join(owned, actor=lead)
    commands.assign(owned, actor=lead, assignee=lead)
    assert Helper.objects.get().ended_why == "owns"


def test_a_stale_form_is_a_conflict(owned, agent1, agent2, lead):
    seen = owned.version
    commands.prioritise(owned, actor=lead, priority=1, reason="x")
    with pytest.raises(Conflict):
        asks(owned, agent1, person=agent2, version=seen)


def test_my_work_names_each_ticket_once(owned, opened, agent1, agent2, world):
    asks(owned, agent1, team=world.network)
    asks(owned, agent1, person=agent2)
    (row,) = asked_of(agent2)
    assert row.person == agent2 and row.ticket == owned
    assert asked_of(agent1) == []
