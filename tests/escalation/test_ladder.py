"""The ladder in force: which steps there are, who takes them, and what goes along."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalogue.models import SupportTeam
from core.errors import Invalid
from escalation import commands as escalation
from escalation import due, unaccepted
from escalation.ladder import ladder, next_team
from escalation.ladder_definition import LEADS, UP, as_tree
from escalation.models import Handover, LadderVersion, TierVisit
from notifications.models import OutboxMessage
from tests.cast import MONDAY
from tests.escalation.promises import everything_promised
from tickets import commands
from tickets.models import Attachment, Message
from tickets.uploads import store

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def packet(**fields):
    return escalation.Packet(**{"reason": "access", "symptom": "no route", "asked": "check the gateway", **fields})


def in_force(**changes):
    """A ladder whose first step up is changed like this; `skips` is the ladder's own."""
    tree = as_tree(ladder())
    tree["skips"] = changes.pop("skips", True)
    tree["steps"][0].update(changes)
    return LadderVersion.objects.create(number=1, definition=tree, created_at=timezone.now())


def refusal(ticket, actor, team, **fields):
    with pytest.raises(Invalid) as raised:
        escalation.escalate(ticket, actor=actor, team=team, packet=packet(**fields))
    return raised.value.fields


def test_a_step_asks_for_what_the_ladder_says(opened, agent1, world):
    in_force(fields=["tried", "evidence", "urgency"])
    ticket = opened()
    assert set(refusal(ticket, agent1, world.network)) == {"tried", "evidence", "urgency"}
    complete = packet(tried="rebooted", evidence="https://log.example/1", urgency="now")
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=complete)
    assert Handover.objects.get().urgency == "now"


def test_every_line_of_the_checklist_must_be_ticked_and_is_kept_with_the_packet(opened, agent1, world):
    lines = [
        {"en": "Asked for the profile", "id": "Profil sudah ditanyakan"},
        {"en": "Tried another network", "id": ""},
    ]
    in_force(checklist=lines)
    ticket = opened()
    left = refusal(ticket, agent1, world.network, ticked=["Asked for the profile"])
    assert left == {"checklist": ["Not ticked yet: Tried another network."]}
    ticked = [line["en"] for line in lines]
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(ticked=ticked))
    assert Handover.objects.get().checklist == lines


def test_a_step_can_be_for_leads_alone(opened, agent1, lead, world):
    in_force(senders=LEADS)
    ticket = opened()
    assert "team" in refusal(ticket, agent1, world.network)
    escalation.escalate(ticket, actor=lead, team=world.network, packet=packet())
    assert ticket.team == world.network


def test_a_step_can_be_for_some_teams_alone(opened, agent1, world):
    in_force(teams=[world.hr.pk])
    assert "team" in refusal(opened(), agent1, world.network)


def test_a_ladder_may_forbid_to_skip_a_tier(opened, agent1, world):
    in_force(skips=False)
    assert "team" in refusal(opened(), agent1, world.infra)


def test_agents_do_not_pass_a_ticket_up_without_a_packet(opened, agent1, lead, world):
    ticket = opened()
    with pytest.raises(Invalid, match="escalate"):
        commands.transfer(ticket, actor=agent1, team=world.network)
    commands.transfer(ticket, actor=lead, team=world.network)
    assert ticket.tier.level == 2


def test_a_move_the_ladder_does_not_know_is_refused_to_people_but_not_to_rules(opened, manager, automation, world):
    tree = as_tree(ladder())
    tree["steps"] = [step for step in tree["steps"] if step["direction"] == UP]
    LadderVersion.objects.create(number=1, definition=tree, created_at=timezone.now())
    ticket = opened(into=world.network)
    with pytest.raises(Invalid, match="no step from Level II to Service Desk"):
        commands.transfer(ticket, actor=manager, team=world.desk)
    commands.transfer(ticket, actor=automation, team=world.desk)
    assert ticket.team == world.desk


def test_a_clock_passes_on_what_nobody_ticked(opened, automation, world):
    in_force(fields=["tried"], checklist=[{"en": "Asked", "id": ""}])
    ticket = opened()
    escalation.escalate(ticket, actor=automation, team=world.network, packet=packet(reason="late"))
    assert (ticket.team, Handover.objects.get().checklist) == (world.network, [])


def test_a_team_stands_on_another_tier_for_one_service(opened, agent1, world):
    SupportTeam.objects.filter(service=world.vpn, team=world.network).delete()
    SupportTeam.objects.filter(service=world.vpn, team=world.infra).update(team=world.network)
    ticket = opened()
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet())
    assert ticket.tier.level == 3
    assert TierVisit.objects.filter(ticket=ticket).last().tier.level == 3


def file_of(person, ticket=None):
    file = store(SimpleUploadedFile("trace.txt", b"no route to host"), person)
    Attachment.objects.filter(pk=file.pk).update(ticket=ticket)
    file.refresh_from_db()
    return file


def test_files_sent_along_stay_inside(opened, agent1, world, requester):
    ticket, file = opened(), file_of(agent1)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(uploads=[file]))
    file.refresh_from_db()
    assert (file.ticket, file.message.kind) == (ticket, "note")
    assert list(Handover.objects.get().files.all()) == [file]
    assert not Message.objects.visible_to(requester, ticket).filter(attachments=file).exists()


def test_a_file_of_another_ticket_is_no_evidence(opened, agent1, world):
    file = file_of(agent1, ticket=opened())
    assert "evidence" in refusal(opened(), agent1, world.network, files=[file])


@pytest.fixture
def waiting(opened, agent1, world, lead):
    """Handed to a team that has half a working hour to accept, its lead an hour."""
    everything_promised()
    in_force(accept_minutes=30, lead_minutes=60)
    ticket = opened()
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(), at=MONDAY)
    return ticket


def sweep(monkeypatch, now):
    monkeypatch.setattr(due, "database_now", lambda: now)
    return unaccepted.remind_due()


def test_the_team_is_reminded_then_its_lead_each_once(waiting, agent2, monkeypatch):
    assert sweep(monkeypatch, MONDAY + 29 * MINUTE) == 0
    for minutes in (30, 31, 60, 61, 600):
        sweep(monkeypatch, MONDAY + minutes * MINUTE)
    reminders = waiting.events.filter(verb="remind")
    assert [(event.at, event.data["lead"]) for event in reminders] == [
        (MONDAY + 30 * MINUTE, False),
        (MONDAY + 60 * MINUTE, True),
    ]
    assert OutboxMessage.objects.filter(template="not_accepted", recipient=agent2).count() == 1


def test_time_to_accept_counts_in_working_hours(opened, agent1, world):
    everything_promised()
    in_force(accept_minutes=120)
    # Monday 16:30 in Jakarta, half an hour before the office closes
    evening = MONDAY + 7 * HOUR + 30 * MINUTE
    escalation.escalate(opened(at=evening), actor=agent1, team=world.network, packet=packet(), at=evening)
    assert Handover.objects.get().remind_at == MONDAY + 24 * HOUR + 30 * MINUTE


def test_whoever_accepted_is_not_reminded(waiting, agent2, monkeypatch):
    escalation.accept(waiting, actor=agent2, at=MONDAY + MINUTE)
    assert sweep(monkeypatch, MONDAY + 600 * MINUTE) == 0


def test_a_resolved_ticket_reminds_nobody(waiting, agent2, monkeypatch):
    commands.resolve(waiting, actor=agent2, resolution="done", at=MONDAY + MINUTE)
    sweep(monkeypatch, MONDAY + 600 * MINUTE)
    assert not waiting.events.filter(verb="remind").exists()
    assert Handover.objects.get().remind_at is None


def test_the_sender_is_told_and_reads_on_the_ticket_what_is_missing(waiting, agent1, agent2, client):
    escalation.hand_back(waiting, actor=agent2, reason="missing", missing="which profile", at=MONDAY + HOUR)
    assert OutboxMessage.objects.filter(template="handed_back", recipient=agent1).exists()
    client.force_login(agent1)
    assert "which profile" in client.get(f"/desk/t/{waiting.key}/side/handover/").content.decode()


def test_nobody_follows_into_a_team_that_is_closed_to_them(opened, agent1, world, client):
    ticket = opened()
    client.force_login(agent1)
    answer = client.post(
        f"/desk/t/{ticket.key}/escalate/",
        {"team": "hr-systems", "reason": "access", "symptom": "x", "asked": "y", "version": ticket.version},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    assert not ticket.watchers.filter(user=agent1).exists()
    assert client.get(f"/desk/t/{ticket.key}/").status_code == 404
    assert client.get(f"/api/v1/tickets/{ticket.key}/").status_code == 404


def test_the_dialog_says_when_the_sender_will_see_it_no_more_and_when_all_will(opened, agent1, manager, world, client):
    client.force_login(agent1)
    assert "you will not see the ticket any more" in client.get(f"/desk/t/{opened().key}/escalate/").content.decode()
    client.force_login(manager)
    secret = opened(into=world.hr)
    assert "can be read by every agent" in client.get(f"/desk/t/{secret.key}/escalate/").content.decode()


def test_whoever_handed_it_on_hears_what_came_of_it(opened, agent1, agent2, world):
    ticket = opened()
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet())
    commands.reply(ticket, actor=agent2, body="We look into it")
    commands.resolve(ticket, actor=agent2, resolution="done")
    told = OutboxMessage.objects.filter(template="followed", recipient=agent1)
    assert [message.context["verb"] for message in told.order_by("pk")] == ["reply", "resolve"]


def test_accepting_ones_own_again_says_nothing_new(waiting, agent2):
    for _n in range(2):
        escalation.accept(waiting, actor=agent2, at=MONDAY + MINUTE)
    assert waiting.events.filter(verb="accept").count() == 1


def test_a_step_the_ladder_does_not_have_is_not_promised(opened, world):
    SupportTeam.objects.filter(service=world.vpn, team=world.network).delete()
    ticket = opened(into=world.desk)
    assert next_team(ticket) == world.infra
    in_force(skips=False)
    assert next_team(ticket) is None


@pytest.mark.parametrize("invisible", ["\u200b", " \u2060 ", "\u00ad\ufeff"])
def test_what_cannot_be_seen_is_no_word(opened, agent1, world, invisible):
    with pytest.raises(Invalid):
        escalation.escalate(opened(), actor=agent1, team=world.network, packet=packet(asked=invisible))


def test_a_line_is_ticked_in_either_language(opened, agent1, world):
    in_force(checklist=[{"en": "Asked", "id": "Sudah ditanya"}])
    escalation.escalate(opened(), actor=agent1, team=world.network, packet=packet(ticked=["Sudah ditanya"]))
    assert Handover.objects.get().checklist == [{"en": "Asked", "id": "Sudah ditanya"}]
