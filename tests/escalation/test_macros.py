"""Running macros: all steps or none, with the person's own rights, once per click, taken back as one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Conflict, Invalid, NotVisible
from core.time import database_now
from escalation.commands.ladder import write_ladder
from escalation.commands.macro_runs import run_macro, undo_macro
from escalation.commands.macros import switch_macro
from escalation.ladder import ladder
from escalation.ladder_definition import as_tree
from escalation.macros.offers import offers
from escalation.macros.wording import read
from escalation.models import MacroRun
from tests.escalation.macros import TAKE, macro, note, resolve, urgent
from tickets import commands
from tickets.composing import keep_draft
from tickets.departures import send_due
from tickets.models import Departure, Draft, Message, ReplyTemplate, Ticket
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(opened, world):
    return opened(into=world.desk)


@pytest.fixture
def reply(db):
    """Reply from a template with a name to fill in."""
    template = ReplyTemplate.objects.create(name="Look", body_en="Dear {requester}, I look at {ticket}. {nobody}")
    return {"do": "reply", "template": template.pk}


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def macro_line(ticket, reader):
    shown = timeline(ticket, reader, verbs={"release", "prioritise", "tag"})
    return next(entry for entry in shown if entry.kind == "macro")


def test_all_steps_are_done_in_order_by_the_person_and_told_as_one_line(ticket, agent1):
    kept = macro(agent1, TAKE, urgent(), {"do": "tag", "add": ["vpn"]}, note("Seen by {team}."), name="Begin")
    run = run_macro(ticket, kept, actor=agent1)
    now = fresh(ticket)
    assert (now.assignee, now.priority, now.tags, now.status) == (agent1, 1, ["vpn"], "open")
    assert Message.objects.get().body == "Seen by Service Desk."
    steps = ticket.events.filter(data__macro=run.pk).order_by("pk")
    assert [event.verb for event in steps] == ["run_macro", "accept", "prioritise", "tag", "note"]
    assert {event.actor for event in steps} == {agent1}
    line = macro_line(now, agent1)
    assert "ran the macro <b>Begin</b>" in line.sentence and len(line.events) == 3
    assert line.undo_url == f"/desk/t/{ticket.key}/macros/{run.pk}/undo/"


def test_one_refused_step_takes_all_of_them_back_and_is_named(ticket, agent1, agent2, world):
    kept = macro(agent1, urgent(), note("x"), {"do": "assign", "person": agent2.pk}, name="Give away")
    with pytest.raises(Invalid, match="Step 3, “assign it to Bayu”: .*does not work for the team"):
        run_macro(ticket, kept, actor=agent1)
    assert fresh(ticket).priority == ticket.priority and not Message.objects.exists()
    assert not MacroRun.objects.exists() and not ticket.events.filter(verb="run_macro").exists()


def test_nobody_does_by_a_macro_what_they_may_not_do_by_hand(ticket, agent1, agent2, manager, world):
    kept = macro(manager, urgent(), scope="everybody")
    with pytest.raises(Invalid, match="Step 1, .*not yours to do"):
        run_macro(ticket, kept, actor=agent2)
    up = macro(agent1, {"do": "set_team", "team": "network"})
    with pytest.raises(Invalid, match="stands on a higher tier: escalate"):
        run_macro(ticket, up, actor=agent1)
    hidden = macro(agent1, {"do": "set_team", "team": "hr-systems"}, name="Hide")
    with pytest.raises(Invalid, match="not yours to see"):
        run_macro(ticket, hidden, actor=agent1)
    assert fresh(ticket).team == world.desk


def test_handing_over_carries_the_macros_own_words(ticket, agent1, world):
    asked = {"do": "escalate", "to": "network", "asked": "Look at the tunnel of {requester}.", "tried": "Restarted it."}
    run_macro(ticket, macro(agent1, asked, note("Passed on.")), actor=agent1)
    handover = ticket.handovers.get()
    assert (fresh(ticket).team, handover.asked) == (world.network, "Look at the tunnel of Rina.")


def test_who_may_run_which(ticket, agent1, agent2, lead, manager, requester, world):
    private, of_team = macro(agent1, TAKE), macro(lead, TAKE, team=world.desk)
    shared = macro(manager, TAKE, scope="everybody")
    for person, kept in ((lead, private), (manager, private), (agent2, of_team), (requester, shared)):
        with pytest.raises(NotVisible):
            run_macro(ticket, kept, actor=person)
    run_macro(ticket, of_team, actor=agent1)


def test_a_double_click_does_it_once(ticket, agent1):
    kept = macro(agent1, note("once"))
    runs = [run_macro(ticket, kept, actor=agent1, dedupe_key="click") for _click in range(2)]
    assert runs[0] == runs[1] and Message.objects.count() == 1


def test_what_changed_since_it_was_shown_is_a_conflict(ticket, agent1, lead):
    kept = macro(agent1, note("x"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        run_macro(ticket, kept, actor=agent1, seen=kept.version + 1)
    commands.prioritise(ticket, actor=lead, priority=1, reason="x")
    with pytest.raises(Conflict):
        run_macro(ticket, kept, actor=agent1, version=ticket.version - 1)
    assert not Message.objects.exists()


def test_a_macro_out_of_use_or_meant_for_other_tickets_is_refused(ticket, agent1):
    other = macro(agent1, TAKE, only_if={"all": [{"field": "priority", "op": "is", "value": 1}]})
    with pytest.raises(Invalid, match="not meant for this ticket"):
        run_macro(ticket, other, actor=agent1)
    assert offers(ticket, agent1, database_now()) == []
    off = switch_macro(macro(agent1, TAKE, name="Old"), actor=agent1, is_active=False)
    with pytest.raises(Invalid, match="not in use"):
        run_macro(ticket, off, actor=agent1)


def test_what_it_names_that_is_gone_is_flagged_and_not_run(ticket, agent1, reply):
    kept = macro(agent1, TAKE, reply)
    ReplyTemplate.objects.update(is_active=False)
    assert "not there any more" in read(kept)[1]
    (offer,) = offers(ticket, agent1, database_now())
    assert "not there any more" in offer.trouble
    with pytest.raises(Invalid, match="not there any more"):
        run_macro(ticket, kept, actor=agent1)
    kept.steps = [{"do": "dance"}]
    assert read(kept)[0] is None


def test_undo_takes_the_whole_of_it_back(ticket, agent1):
    before = fresh(ticket)
    wait = {"do": "pause", "reason": "vendor"}
    run = run_macro(ticket, macro(agent1, TAKE, urgent(), {"do": "tag", "add": ["vpn"]}, wait), actor=agent1)
    assert undo_macro(run, actor=agent1).in_words == ""
    now = fresh(ticket)
    assert (now.assignee, now.priority, now.tags, now.pending_reason) == (None, before.priority, [], "")
    line = macro_line(now, agent1)
    assert line.is_undone and not line.undo_url


def test_undo_says_what_stays(ticket, agent1, lead):
    before = ticket.priority
    run = run_macro(ticket, macro(agent1, urgent(), note("x"), {"do": "tag", "add": ["a"]}), actor=agent1)
    commands.tag(ticket, actor=lead, add=["b"])
    assert undo_macro(run, actor=agent1).in_words == "It stays that you added an internal note, tagged."
    assert (fresh(ticket).priority, fresh(ticket).tags) == (before, ["a", "b"])


def test_only_its_author_takes_it_back_and_not_when_nothing_can(ticket, agent1, lead):
    run = run_macro(ticket, macro(agent1, urgent()), actor=agent1)
    with pytest.raises(Invalid, match="Only the person"):
        undo_macro(run, actor=lead)
    run = run_macro(ticket, macro(agent1, note("x")), actor=agent1)
    with pytest.raises(Invalid, match="cannot be taken back"):
        undo_macro(run, actor=agent1)


def test_a_reply_waits_like_one_that_was_typed_and_undo_stops_it(ticket, agent1, reply):
    keep_draft(agent1, ticket, Draft.Mode.REPLY, "half a sentence")
    kept = macro(agent1, reply, {"do": "tag", "add": ["a"]}, {"do": "pause", "reason": "requester"})
    run = run_macro(ticket, kept, actor=agent1, delay=10)
    departure = Departure.objects.get()
    assert departure.body == f"Dear Rina, I look at {ticket.key}. {{nobody}}"
    undo_macro(run, actor=agent1)
    assert not Departure.objects.exists() and fresh(ticket).tags == []
    again = run_macro(fresh(ticket), kept, actor=agent1, delay=10)
    Departure.objects.update(leaves_at=database_now() - timedelta(seconds=1))
    send_due(5)
    assert Message.objects.get().author == agent1
    assert undo_macro(again, actor=agent1).in_words == "It stays that you replied."
    # what the person was writing themselves is still there
    assert Draft.objects.get().body == "half a sentence"


def test_a_reply_leaves_at_once_where_a_later_step_ends_the_ticket(ticket, agent1, reply):
    run_macro(ticket, macro(agent1, reply, resolve("Set a new password for {requester}.")), actor=agent1, delay=10)
    now = fresh(ticket)
    assert (now.status, now.resolution) == ("resolved", "Set a new password for Rina.")
    assert Message.objects.get().is_public and not Departure.objects.exists()


def test_the_first_reply_outside_the_house_is_written_by_hand(ticket, agent1, requester, reply):
    requester.email = "rina@elsewhere.example"
    requester.save()
    with pytest.raises(Invalid, match="outside the organisation"):
        run_macro(fresh(ticket), macro(agent1, reply), actor=agent1)


def test_placeholders_reach_no_further_than_their_names(ticket, agent1):
    Ticket.objects.filter(pk=ticket.pk).update(subject="{requester} {0.__class__}")
    run_macro(fresh(ticket), macro(agent1, note("{subject} {ticket.requester}")), actor=agent1)
    assert Message.objects.get().body == "{requester} {0.__class__} {ticket.requester}"


def test_the_menu_says_what_would_be_refused_or_change_nothing(ticket, agent1, agent2, world):
    commands.prioritise(ticket, actor=agent1, priority=1, reason="x")
    moved = {"do": "escalate", "to": "network", "asked": "Look."}
    macro(agent1, urgent(1), moved, {"do": "tag", "add": ["a"]}, note("x"))
    (offer,) = offers(fresh(ticket), agent1, database_now())
    assert [(line.is_needless, bool(line.refused)) for line in offer.lines] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert offer.lines[1].words == "escalate it to Network, tier II"
    assert "Priority" not in str(ticket.events.filter(verb="run_macro"))


def test_the_ladders_checklist_is_confirmed_by_whoever_runs_it(ticket, agent1, manager, world):
    tree = as_tree(ladder())
    for step in tree["steps"]:
        step.update(checklist=[{"en": "Asked since when", "id": "Sudah ditanya"}])
    write_ladder(tree, actor=manager, note="x")
    passed_on = {"do": "escalate", "to": "network", "asked": "Look."}
    unticked = macro(agent1, passed_on)
    (offer,) = offers(ticket, agent1, database_now())
    assert "Not ticked yet: Asked since when" in offer.lines[0].refused
    with pytest.raises(Invalid, match="Not ticked yet"):
        run_macro(ticket, unticked, actor=agent1)
    run_macro(ticket, macro(agent1, {**passed_on, "ticked": ["Asked since when"]}), actor=agent1)
    assert fresh(ticket).team == world.network


def test_another_teams_reply_template_is_refused(ticket, agent1, world, reply):
    ReplyTemplate.objects.update(team=world.network)
    kept = macro(agent1, reply)
    (offer,) = offers(ticket, agent1, database_now())
    assert offer.lines[0].refused and not offer.lines[0].text
    with pytest.raises(Invalid, match="another team's"):
        run_macro(ticket, kept, actor=agent1)


def test_a_macro_answers_no_question_about_a_ticket_seen_from_outside(opened, world, agent1, other_team_agent):
    """Whether its condition fits would tell what the condition asks about."""
    hidden = opened(by=agent1, into=world.hr)
    commands.tag(hidden, actor=other_team_agent, add=["hr-case"])
    for value in ("hr-case", "other"):
        asks = {"all": [{"field": "tags", "op": "has_any", "value": [value]}]}
        with pytest.raises(NotVisible):
            run_macro(hidden, macro(agent1, note("x"), name=value, only_if=asks), actor=agent1)
