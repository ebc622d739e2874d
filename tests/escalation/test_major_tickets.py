"""Attaching tickets, telling everybody affected, standing down, and the review."""

from __future__ import annotations

import pytest
from django.core import mail

from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now
from escalation import commands
from escalation.commands.major_review import Action
from escalation.major_choice import alike, came_in_since, found_by
from escalation.major_draft import impact_of
from escalation.major_timeline import story_of
from escalation.models import MajorIncident, MajorTicket, MajorUpdate
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tests.cast import person
from tests.escalation.major import EN, ID, declaration
from tickets import commands as desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def duplicate(opened, colleague, world):
    return opened(by=colleague, subject="VPN down here too", into=world.desk, at=database_now())


def told():
    return list(OutboxMessage.objects.filter(template="major_update").order_by("pk"))


class TestAttaching:
    def test_several_at_once_and_back(self, active, duplicate, opened, agent1, world):
        second = opened(into=world.desk)
        together = commands.attach(active, actor=agent1, tickets=[second, duplicate, duplicate])
        assert {ticket.pk for ticket in together.done} == {second.pk, duplicate.pk}
        assert duplicate.events.filter(verb="attach", data__incident=active.pk).count() == 1
        commands.detach(active, actor=agent1, ticket=second)
        assert set(active.links.filter(is_open=True).values_list("ticket_id", flat=True)) == {
            active.lead_id,
            duplicate.pk,
        }
        commands.attach(active, actor=agent1, tickets=[second])
        assert MajorTicket.objects.filter(ticket=second).count() == 2

    def test_what_does_not_fit_is_named_and_the_rest_goes_in(self, active, duplicate, opened, agent1, world):
        ended = desk.resolve(opened(into=world.desk), actor=agent1, resolution="done")
        together = commands.attach(active, actor=agent1, tickets=[active.lead, ended, duplicate])
        assert together.done == [duplicate]
        words = [words for _ticket, words in together.refused]
        assert "cannot be attached to itself" in words[0] and "has ended" in words[1]

    def test_nothing_that_fits_is_an_error(self, active, agent1):
        with pytest.raises(Invalid, match="to itself"):
            commands.attach(active, actor=agent1, tickets=[active.lead])
        with pytest.raises(Invalid, match="at least one"):
            commands.attach(active, actor=agent1, tickets=[])

    def test_a_ticket_is_in_one_open_major_incident(self, active, duplicate, opened, agent1, manager, world):
        commands.attach(active, actor=agent1, tickets=[duplicate])
        other = opened(category=None, into=world.desk)
        mail_service = type(world.vpn).objects.create(slug="mail", name="Mail")
        second = commands.promote(
            commands.propose(other, actor=agent1, reason="x"),
            actor=manager,
            declaration=declaration(world, service=mail_service),
        )
        with pytest.raises(Invalid, match=f"already part of {active.key}"):
            commands.attach(second, actor=agent1, tickets=[duplicate])

    def test_the_lead_stays_and_strangers_attach_nothing(self, active, duplicate, agent1, colleague):
        with pytest.raises(Invalid):
            commands.detach(active, actor=agent1, ticket=active.lead)
        with pytest.raises(NotAllowed):
            commands.attach(active, actor=colleague, tickets=[duplicate])

    def test_what_looks_alike_is_offered_with_the_reason(
        self, active, duplicate, opened, agent1, world, other_team_agent
    ):
        opened(subject="Printer jam", category=None, into=world.desk)
        hidden = opened(subject="VPN drops for everyone", into=world.hr)
        choices = alike(active, agent1)
        assert [choice.ticket for choice in choices] == [duplicate]
        assert "same service and category" in choices[0].why and "vpn" in choices[0].why
        assert hidden in [choice.ticket for choice in alike(active, other_team_agent)]
        assert [choice.ticket for choice in came_in_since(active, agent1)] == [duplicate]
        assert [choice.ticket for choice in found_by(active, agent1, duplicate.key)] == [duplicate]
        assert [choice.ticket for choice in found_by(active, agent1, "here too")] == [duplicate]
        assert not found_by(active, agent1, hidden.key)


class TestUpdates:
    def test_everybody_hears_once_and_in_their_language(self, active, opened, agent1, manager, requester, world):
        siti, wayan = person("budi", language="id"), person("wayan", language="id")
        hers = [opened(by=siti, into=world.desk) for _n in range(3)]
        desk.watch(hers[0], actor=agent1, follower=wayan)
        desk.watch(hers[0], actor=agent1, follower=requester)
        desk.watch(hers[0], actor=agent1, follower=agent1)
        commands.attach(active, actor=agent1, tickets=hers)
        update = commands.send_update(active, actor=manager, text=EN, text_id=ID)
        assert update.recipients == 3
        assert {(row.recipient.email, row.context["words"]) for row in told()} == {
            (requester.email, EN),
            (siti.email, ID),
            (wayan.email, ID),
        }
        while deliver_due():
            pass
        bodies = [letter for letter in mail.outbox if "VPN mati" in letter.subject]
        assert len(bodies) == 2 and ID in bodies[0].body and "Hello" not in bodies[0].subject

    def test_twice_is_once(self, active, manager):
        first = commands.send_update(active, actor=manager, text=EN, text_id=ID, dedupe_key="k")
        assert commands.send_update(active, actor=manager, text=EN, text_id=ID, dedupe_key="k") == first
        assert MajorUpdate.objects.count() == 1 and len(told()) == 1

    @pytest.mark.parametrize(
        ("text", "text_id", "field"), [("", ID, "text"), (EN, "  ", "text_id"), ("x" * 10_000, ID, "text")]
    )
    def test_both_languages_are_needed(self, active, manager, text, text_id, field):
        with pytest.raises(Invalid) as refused:
            commands.send_update(active, actor=manager, text=text, text_id=text_id)
        assert set(refused.value.fields) == {field}
        assert not told()

    def test_only_who_runs_it_speaks(self, active, agent1, manager):
        with pytest.raises(NotAllowed):
            commands.send_update(active, actor=agent1, text=EN, text_id=ID)
        commands.name_for_role(active, actor=manager, role="communicator", person=agent1)
        commands.send_update(active, actor=agent1, text=EN, text_id=ID)

    def test_who_comes_later_is_mailed_only_what_is_newer(self, active, duplicate, manager, agent1, colleague):
        commands.send_update(active, actor=manager, text=EN, text_id=ID)
        commands.attach(active, actor=agent1, tickets=[duplicate])
        assert not [row for row in told() if row.recipient == colleague]
        commands.send_update(active, actor=manager, text="Better", text_id="Membaik")
        assert [row.context["words"] for row in told() if row.recipient == colleague] == ["Better"]

    def test_it_counts_as_an_answer_to_those_who_wait(self, active, manager):
        commands.send_update(active, actor=manager, text=EN, text_id=ID)
        active.lead.refresh_from_db()
        clock = active.lead.clocks.get(metric="response")
        assert active.lead.first_replied_at is not None and clock.state == "done"


class TestStandingDown:
    def test_the_service_says_again_what_it_said_before(self, active, manager, world):
        commands.stand_down(active, actor=manager, text="All well", text_id="Sudah pulih")
        world.vpn.refresh_from_db()
        assert (world.vpn.state, world.vpn.state_note) == ("operational", "")
        assert active.state == "stood_down" and not active.links.filter(is_open=True).exists()
        assert active.updates.get().is_final

    def test_a_newer_word_about_the_service_stays(self, active, manager, world):
        type(world.vpn).objects.update(state="degraded", state_note="Slow since the repair")
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        world.vpn.refresh_from_db()
        assert (world.vpn.state, world.vpn.state_note) == ("degraded", "Slow since the repair")

    def test_it_is_done_once(self, active, manager, lead):
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        with pytest.raises(Conflict, match="Maya"):
            commands.stand_down(active, actor=lead, text=EN, text_id=ID)
        with pytest.raises(Conflict):
            commands.send_update(active, actor=manager, text=EN, text_id=ID)

    def test_its_tickets_are_resolved_with_one_text_and_refusals_are_named(
        self, active, duplicate, opened, agent1, lead, world
    ):
        elsewhere, apart = opened(into=world.network), opened(into=world.desk)
        commands.attach(active, actor=agent1, tickets=[duplicate, elsewhere])
        commands.stand_down(active, actor=lead, text=EN, text_id=ID)
        tickets = [active.lead, duplicate, elsewhere, apart]
        together = commands.resolve_together(active, actor=lead, tickets=tickets, resolution="The line was cut.")
        assert together.done == [active.lead, duplicate]
        assert [ticket for ticket, _words in together.refused] == [elsewhere, apart]
        duplicate.refresh_from_db()
        assert (duplicate.status, duplicate.resolution) == ("resolved", "The line was cut.")

    def test_tickets_are_not_resolved_before(self, active, manager):
        with pytest.raises(Invalid, match="Stand the major incident down first"):
            commands.resolve_together(active, actor=manager, tickets=[active.lead], resolution="x")

    def test_a_second_major_incident_of_the_service_can_follow(self, active, manager, agent1, opened, world):
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        again = commands.propose(active.lead, actor=agent1, reason="It is back")
        commands.promote(again, actor=manager, declaration=declaration(world))
        assert MajorIncident.objects.active().get() == again


class TestTheReview:
    SECTIONS = {"happened": "It broke.", "cause": "A cable", "went_well": "", "improve": "", "questions": ""}

    @pytest.fixture
    def ended(self, active, duplicate, agent1, manager):
        commands.attach(active, actor=agent1, tickets=[duplicate])
        commands.name_for_role(active, actor=manager, role="scribe", person=agent1)
        commands.note_down(active, actor=agent1, text="Carrier called")
        commands.send_update(active, actor=manager, text=EN, text_id=ID)
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        return active

    def test_a_draft_tells_what_happened_and_asks_what_is_open(self, ended):
        draft = ended.reviews.get()
        for words in ("declared the major incident", "Scribe is Arif", "Carrier called", EN, "stood the major"):
            assert words in draft.happened, words
        assert "Ten calls" not in draft.happened
        assert "Commander" in draft.questions and "Scribe" not in draft.questions

    def test_the_figures_are_of_the_tickets_the_reader_may_see(self, ended, opened, manager, agent1, world):
        assert impact_of(ended, agent1).tickets == 2
        type(ended.lead).objects.filter(pk=ended.lead_id).update(team=world.hr)
        seen = impact_of(ended, agent1)
        assert (seen.tickets, seen.people, seen.visits) == (1, 1, [])
        assert impact_of(ended, manager).people == 2

    def test_a_new_version_keeps_the_old_ones(self, ended, manager, agent1):
        action = Action(what="Second line", owner=agent1.pk, due=None)
        commands.save_review(ended, actor=manager, sections=self.SECTIONS, actions=[action], number=1)
        versions = list(ended.reviews.all())
        assert [version.number for version in versions] == [2, 1]
        assert versions[0].actions == [{"what": "Second line", "owner": agent1.pk, "due": None}]

    def test_a_stale_save_is_refused(self, ended, manager, agent1):
        commands.save_review(ended, actor=agent1, sections=self.SECTIONS, actions=[], number=1)
        with pytest.raises(Conflict, match="Arif"):
            commands.save_review(ended, actor=manager, sections=self.SECTIONS, actions=[], number=1)

    def test_an_incident_manager_finishes_it_once_the_cause_is_named(self, ended, lead, manager):
        with pytest.raises(Invalid, match="cause"):
            commands.finish_review(ended, actor=manager, number=1)
        commands.save_review(ended, actor=lead, sections=self.SECTIONS, actions=[], number=1)
        with pytest.raises(NotAllowed):
            commands.finish_review(ended, actor=lead, number=2)
        commands.finish_review(ended, actor=manager, number=2)
        with pytest.raises(Conflict):
            commands.save_review(ended, actor=lead, sections=self.SECTIONS, actions=[], number=2)

    @pytest.mark.parametrize("action", [Action("", None, None), Action("x", 0, None), Action("x" * 501, None, None)])
    def test_an_action_says_what_is_to_be_done(self, ended, manager, action):
        if action.owner == 0:
            action = Action("x", ended.lead.requester_id, None)
        with pytest.raises(Invalid) as refused:
            commands.save_review(ended, actor=manager, sections=self.SECTIONS, actions=[action], number=1)
        assert "actions" in refused.value.fields

    def test_the_story_tells_outside_from_inside(self, ended, agent1):
        public = story_of(ended, agent1, "public")
        assert public and all(line.is_public for line in public)
        assert [line.body for line in story_of(ended, agent1, "notes")] == ["Carrier called"]
        assert {line.kind for line in story_of(ended, agent1)} == {"tickets", "updates", "people", "notes"}
