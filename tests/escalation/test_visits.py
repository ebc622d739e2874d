"""The ledger of tier visits: what it says, that it cannot be rewritten, and that the history says the same."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from bench.visits import told_by
from escalation import commands as escalation
from escalation.models import TierVisit
from escalation.replay import Replayer, cases_of
from tests.cast import MONDAY
from tests.escalation.promises import everything_promised
from tickets import commands

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LOG = Path(__file__).resolve().parents[3] / "shared" / "data" / "bpi2013_incidents.csv.gz"


def packet():
    return escalation.Packet(reason="access", symptom="no route", asked="check the gateway")


@pytest.fixture
def travelled(opened, agent1, agent2, world):
    """Up, accepted, handed back, up again and resolved: four stays."""
    everything_promised()
    ticket = opened()
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(), at=MONDAY + HOUR)
    escalation.accept(ticket, actor=agent2, at=MONDAY + 2 * HOUR)
    escalation.hand_back(ticket, actor=agent2, reason="missing", missing="the log", at=MONDAY + 3 * HOUR)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=packet(), at=MONDAY + 4 * HOUR)
    commands.resolve(ticket, actor=agent2, resolution="route added", at=MONDAY + 24 * HOUR)
    return ticket


def differences(ticket, *, mend=False):
    out = StringIO()
    call_command("rebuild_visits", *([] if mend else ["--check"]), "--ticket", str(ticket.pk), stdout=out)
    return out.getvalue()


def test_a_visit_says_who_what_why_and_where_it_went_back_to(travelled, agent1, agent2, world):
    first, second, third, last = TierVisit.objects.filter(ticket=travelled)
    assert (first.left_by, first.left_verb, first.left_why) == (agent1, "escalate", "Needs access")
    assert (second.accepted_by, second.accepted_at) == (agent2, MONDAY + 2 * HOUR)
    assert (second.left_by, second.returned_to, second.left_why) == (agent2, world.desk, "Missing information")
    assert (third.entered_verb, third.returned_to) == ("hand_back", None)
    assert last.left_verb == "resolve"
    for earlier, later in pairwise((first, second, third, last)):
        assert earlier.left_event == later.entered_event


def test_a_visit_is_measured_in_working_time_and_by_the_wall(travelled):
    last = TierVisit.objects.filter(ticket=travelled).last()
    assert last.wall_time(MONDAY) == 20 * HOUR
    # Monday 13:00 to 17:00 and Tuesday 08:00 to 09:00 in Jakarta
    assert last.business_seconds == 5 * 3600


def test_the_ledger_is_what_the_history_says(travelled):
    assert "0 differences" in differences(travelled)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE escalation_tiervisit SET team_id = tier_id",
        "UPDATE escalation_tiervisit SET left_why = 'dislike'",
        "DELETE FROM escalation_tiervisit",
    ],
)
def test_the_database_refuses_to_rewrite_it(travelled, statement):
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_tampered_with_is_found_and_mended(travelled):
    before = list(TierVisit.objects.values_list("team_id", "entered_at", "left_at", "business_seconds"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL tuntas.rebuilding = 'on'")
        cursor.execute("DELETE FROM escalation_tiervisit WHERE id = (SELECT min(id) FROM escalation_tiervisit)")
        cursor.execute("UPDATE escalation_tiervisit SET business_seconds = 1 WHERE left_verb = 'resolve'")
        cursor.execute("SET LOCAL tuntas.rebuilding = 'off'")
    with pytest.raises(CommandError):
        differences(travelled)
    differences(travelled, mend=True)
    assert "0 differences" in differences(travelled)
    assert list(TierVisit.objects.values_list("team_id", "entered_at", "left_at", "business_seconds")) == before


@pytest.mark.slow
@pytest.mark.skipif(not LOG.exists(), reason="the incident log is kept beside the project")
def test_the_visits_of_a_real_log_are_the_logs_case_by_case():
    chosen = [case for number, case in enumerate(cases_of(LOG)) if number % 94 == 0]
    replayer = Replayer()
    tickets = {case.name: replayer.replay(case) for case in chosen}
    assert len(tickets) > 75
    for name, visits in told_by(LOG, tickets.keys()):
        rows = TierVisit.objects.filter(ticket=tickets[name]).select_related("team")
        assert [(row.team.name, row.entered_at, row.left_at) for row in rows] == visits, name
