"""Proposing, declaring and dismissing a major incident; its roles and its clock of updates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation import commands
from escalation.commands.major import AlreadyLed
from escalation.major_sweep import propose_due, remind_due
from escalation.models import MajorEvent, MajorIncident
from notifications.models import OutboxMessage
from tests.cast import person
from tests.escalation.major import EN, ID, declaration
from tickets import commands as desk

pytestmark = pytest.mark.django_db


class TestProposing:
    def test_an_agent_proposes_with_a_reason_and_managers_hear_of_it(self, lead_ticket, agent1, manager):
        incident = commands.propose(lead_ticket, actor=agent1, reason="Ten calls at once")
        assert (incident.state, incident.reason, incident.service) == (
            "candidate",
            "Ten calls at once",
            lead_ticket.service,
        )
        told = OutboxMessage.objects.filter(template="major_proposed", recipient=manager)
        assert {letter.channel for letter in told} == {"in_app", "email"}
        assert lead_ticket.events.filter(verb="propose", data__incident=incident.pk).exists()

    def test_it_needs_a_reason_and_somebody_who_works_on_it(self, lead_ticket, agent1, agent2):
        with pytest.raises(Invalid, match="Say why"):
            commands.propose(lead_ticket, actor=agent1, reason="  ")
        with pytest.raises(NotAllowed):
            commands.propose(lead_ticket, actor=agent2, reason="x")
        assert not MajorIncident.objects.exists()

    def test_an_ended_ticket_is_not_proposed(self, lead_ticket, agent1):
        desk.resolve(lead_ticket, actor=agent1, resolution="done")
        with pytest.raises(Invalid):
            commands.propose(lead_ticket, actor=agent1, reason="x")
        assert not MajorIncident.objects.exists()

    def test_a_service_has_one_open_candidate(self, candidate, opened, agent1, world):
        with pytest.raises(AlreadyLed, match="already proposed") as refused:
            commands.propose(opened(into=world.desk), actor=agent1, reason="x")
        assert refused.value.incident == candidate


class TestDeclaring:
    def test_a_lead_or_manager_declares_it_and_the_status_page_says_so(self, active, manager, world):
        world.vpn.refresh_from_db()
        assert (world.vpn.state, world.vpn.state_note, world.vpn.state_note_id) == ("outage", "VPN is down", "VPN mati")
        assert (active.state, active.declared_by) == ("active", manager)
        assert active.next_update_at == active.declared_at + timedelta(minutes=60)
        assert active.cadence_at == active.declared_at + timedelta(minutes=45)
        assert [link.is_lead for link in active.links.all()] == [True]

    def test_an_agent_does_not(self, candidate, agent1, world):
        with pytest.raises(NotAllowed):
            commands.promote(candidate, actor=agent1, declaration=declaration(world))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title_id", "  "),
            ("title", "x" * 10_000),
            ("service", None),
            ("severity", "huge"),
            ("service_state", "operational"),
            ("cadence_minutes", 0),
            ("cadence_minutes", -5),
            ("cadence_minutes", None),
        ],
    )
    def test_what_does_not_fit_is_said_on_its_field(self, candidate, manager, world, field, value):
        with pytest.raises(Invalid) as refused:
            commands.promote(candidate, actor=manager, declaration=declaration(world, **{field: value}))
        assert set(refused.value.fields) == {field}
        candidate.refresh_from_db()
        assert candidate.state == "candidate"

    def test_a_requester_commands_nothing(self, candidate, manager, world, requester):
        with pytest.raises(Invalid) as refused:
            commands.promote(candidate, actor=manager, declaration=declaration(world, commander=requester))
        assert refused.value.fields == {"commander": ["Rina does not work at the desk."]}

    def test_who_comes_second_is_told_who_was_first(self, active, candidate, lead, world):
        with pytest.raises(Conflict, match="Maya"):
            commands.promote(candidate, actor=lead, declaration=declaration(world))

    def test_a_service_has_one_active_and_the_other_is_attached_instead(self, active, opened, agent1, lead, world):
        other = opened(subject="Something else", category=None, service=None, into=world.desk)
        second = commands.propose(other, actor=agent1, reason="x")
        with pytest.raises(AlreadyLed) as refused:
            commands.promote(second, actor=lead, declaration=declaration(world))
        assert refused.value.incident == active
        commands.fold(second, into=active, actor=lead)
        second.refresh_from_db()
        assert second.state == "dismissed"
        assert set(active.links.values_list("ticket_id", flat=True)) == {active.lead_id, other.pk}

    def test_dismissing_needs_a_reason(self, candidate, lead, agent1):
        with pytest.raises(Invalid):
            commands.dismiss(candidate, actor=lead, reason="")
        with pytest.raises(NotAllowed):
            commands.dismiss(candidate, actor=agent1, reason="x")
        commands.dismiss(candidate, actor=lead, reason="One person only")
        assert (candidate.state, candidate.dismissal) == ("dismissed", "One person only")

    def test_its_name_is_in_the_readers_language(self, active, candidate):
        assert active.label == "VPN is down"
        with translation.override("id"):
            assert active.label == "VPN mati"


class TestRoles:
    def test_a_change_is_kept_with_its_time_and_the_person_is_told(self, active, manager, agent2):
        commands.name_for_role(active, actor=manager, role="communicator", person=agent2)
        commands.name_for_role(active, actor=manager, role="communicator", person=agent2)
        kept = MajorEvent.objects.get(kind="role")
        assert kept.data == {"role": "communicator", "old": None, "new": agent2.pk}
        assert OutboxMessage.objects.filter(template="major_role", recipient=agent2).count() == 1
        commands.name_for_role(active, actor=agent2, role="communicator", person=None)
        assert active.communicator is None

    @pytest.mark.parametrize("who", ["requester", "automation"])
    def test_only_people_of_the_desk_have_roles(self, active, manager, who, request):
        with pytest.raises(Invalid):
            commands.name_for_role(active, actor=manager, role="scribe", person=request.getfixturevalue(who))

    def test_an_agent_without_a_role_names_nobody(self, active, agent1):
        with pytest.raises(NotAllowed):
            commands.name_for_role(active, actor=agent1, role="scribe", person=agent1)

    def test_an_unknown_role_is_refused(self, active, manager, agent1):
        with pytest.raises(Invalid):
            commands.name_for_role(active, actor=manager, role="lead", person=agent1)


class TestTheClockOfUpdates:
    @pytest.fixture
    def told(self, active, manager, agent1, agent2):
        commands.name_for_role(active, actor=manager, role="communicator", person=agent1)
        commands.name_for_role(active, actor=manager, role="commander", person=agent2)
        OutboxMessage.objects.all().delete()
        return active

    def due(self, incident, minutes):
        """Let the update have been due so many minutes ago."""
        due = database_now() - timedelta(minutes=minutes)
        step, at = ("remind", due - timedelta(minutes=15))
        MajorIncident.objects.filter(pk=incident.pk).update(next_update_at=due, cadence_at=at, cadence_step=step)

    def letters(self):
        rows = OutboxMessage.objects.filter(channel="in_app").order_by("pk")
        return [(row.template, row.recipient.short_name) for row in rows]

    def test_nothing_is_said_before_its_time(self, told):
        assert remind_due() == 0
        assert not self.letters()

    def test_the_communicator_is_reminded_once_a_quarter_before(self, told, agent1):
        self.due(told, -10)
        assert [remind_due(), remind_due()] == [1, 0]
        assert self.letters() == [("major_remind", "Arif")]

    def test_overdue_goes_to_the_communicator_then_to_the_commander(self, told):
        self.due(told, 1)
        remind_due()
        assert self.letters() == [("major_overdue", "Arif")]
        self.due(told, 20)
        remind_due()
        assert self.letters()[1:] == [("major_raise", "Arif"), ("major_raise", "Bayu")]
        assert remind_due() == 0

    def test_an_update_starts_it_anew(self, told, agent1):
        self.due(told, 20)
        commands.send_update(told, actor=agent1, text=EN, text_id=ID)
        assert remind_due() == 0
        assert told.next_update_at > database_now() + timedelta(minutes=59)

    def test_standing_down_stops_it(self, told, manager):
        self.due(told, 20)
        commands.stand_down(told, actor=manager, text=EN, text_id=ID)
        assert remind_due() == 0
        assert told.next_update_at is None

    def test_it_can_be_changed_but_not_to_nothing(self, told, manager):
        for minutes in (0, -1, None, 10_000):
            with pytest.raises(Invalid):
                commands.set_cadence(told, actor=manager, minutes=minutes)
        commands.set_cadence(told, actor=manager, minutes=30)
        assert told.next_update_at == told.declared_at + timedelta(minutes=30)
        assert MajorEvent.objects.get(kind="cadence").data == {"old": 60, "new": 30}


class TestTheRule:
    def test_a_burst_of_one_service_is_proposed_once(self, opened, automation, settings, manager):
        settings.MAJOR_TICKETS = 3
        tickets = [opened(at=database_now(), by=person(f"p{n}")) for n in range(3)]
        assert [propose_due(), propose_due()] == [1, 0]
        incident = MajorIncident.objects.get()
        assert (incident.lead, incident.source, incident.proposed_by) == (tickets[0], "rule", automation)
        assert incident.evidence == {"rule": "burst", "count": 3, "minutes": 30}
        assert OutboxMessage.objects.filter(template="major_proposed", recipient=manager, channel="in_app").count() == 1

    def test_too_few_or_too_slow_is_ordinary(self, opened, settings):
        settings.MAJOR_TICKETS = 2
        opened(at=database_now() - timedelta(minutes=45))
        opened(at=database_now())
        assert propose_due() == 0

    def test_an_urgent_ticket_of_a_critical_service_is_enough(self, opened, world):
        world.vpn.is_critical = True
        world.vpn.save()
        opened(at=database_now(), impact=1, urgency=1)
        assert propose_due() == 1
        assert MajorIncident.objects.get().evidence == {"rule": "urgent"}

    def test_what_was_decided_is_not_asked_again(self, opened, settings, lead):
        settings.MAJOR_TICKETS = 2
        for _n in range(2):
            opened(at=database_now())
        propose_due()
        commands.dismiss(MajorIncident.objects.get(), actor=lead, reason="Known")
        assert propose_due() == 0
        for _n in range(2):
            opened(at=database_now())
        assert propose_due() == 1

    def test_an_imported_past_is_no_news(self, opened, settings):
        settings.MAJOR_TICKETS = 2
        with desk.quietly():
            for _n in range(3):
                opened(at=database_now())
        assert propose_due() == 0
