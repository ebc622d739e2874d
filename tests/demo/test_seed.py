import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from accounts import roster
from accounts.models import ApiToken, Skill, Swap, TrainingNeed, User
from accounts.models.people import all_teams
from accounts.roster_swaps import duty_of
from accounts.skills import expired
from catalogue.models import Asset, Contract, Service, Vendor
from core.steady import steady
from escalation import agreements, terms
from escalation.models import (
    BusinessCalendar,
    Clock,
    ExternalBug,
    MajorIncident,
    Rule,
    SlaPolicy,
    TierVisit,
    VendorReferral,
)
from escalation.rebuild import check
from helpdesk.demo import plan
from helpdesk.demo.chance import chance
from helpdesk.demo.company import PASSWORD, REQUESTER, make_company
from helpdesk.demo.content import load
from helpdesk.demo.people import everybody
from helpdesk.demo.promises import holidays_of
from helpdesk.demo.roster import Roster
from knowledgebase.models import Article
from notifications.models import OutboxMessage
from tickets.choices import LIVE, Status
from tickets.models import Helper, Message, Ticket, TicketEvent

NOW = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Jakarta
SMALL = ("--days=4", "--jobs=1")

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def seed(*options: str) -> str:
    said = io.StringIO()
    call_command("seed_demo", *SMALL, *options, stdout=said, stderr=io.StringIO())
    return said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def no_calendar_is_left_behind():
    """Working hours are kept by calendar and version, and a rolled back version is given out again."""
    yield
    terms.terms_of.cache_clear()
    agreements.calendar_by_version.cache_clear()


@pytest.fixture(scope="class")
def demo(django_db_setup, django_db_blocker):
    """One small demo for all the tests of a class, which only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def company():
    make_company(load(), 1, NOW)
    return Roster.read(load())


class TestTheCompany:
    def test_it_has_four_hundred_people_who_can_be_told_apart(self):
        people = everybody(load(), chance("company", 1))
        assert len(people) == len({person.email for person in people}) == 400
        assert {person.site for person in people} == {"HQ Jakarta", "Surabaya", "Makassar"}
        assert 3 <= sum(person.is_vip for person in people) <= 25

    def test_it_has_its_catalogue_its_rules_and_its_promises(self, company):
        assert Service.objects.count() == 12
        assert Service.objects.exclude(state=Service.State.OPERATIONAL).count() == 1
        assert Asset.objects.count() == 60
        assert Rule.objects.filter(is_active=True, broken="").count() == 15
        assert Rule.objects.filter(is_active=False, current__isnull=True).count() == 3
        assert SlaPolicy.objects.filter(current__isnull=False, broken="").count() == 3
        assert Article.objects.filter(state="published").count() >= 40
        assert not Article.objects.filter(helped=0).exists()

    def test_the_office_is_closed_on_holidays_and_estimates_are_marked(self, company):
        office = BusinessCalendar.objects.get(name="Office hours")
        independence = next(day for day in office.current.definition["holidays"] if day["day"] == "2026-08-17")
        assert not independence["is_estimated"]
        assert any(estimated for _day, _name, estimated in holidays_of(range(2027, 2028)))

    def test_it_has_a_roster_with_one_gap_ahead_and_a_swap_that_waits_for_the_lead(self, company):
        found = roster.read((team.pk for team in all_teams()), NOW, NOW + timedelta(days=7))
        gaps = [one for one in found.findings(NOW, NOW + timedelta(days=7)) if one.is_gap]
        assert [(one.kind, one.team) for one in gaps] == [("nobody", company.team("service-desk").pk)]
        swap = Swap.objects.get()
        assert swap.state == "agreed"
        assert duty_of(swap.team, swap.asker, swap.kind, swap.start, swap.end)
        on_call = [roster.on_call(team.pk, NOW) for team in all_teams()]
        assert sum(person is None for person in on_call) == 1

    def test_it_has_skills_and_what_there_is_to_learn(self, company):
        assert Skill.objects.count() == 7
        assert [one.person.short_name for one in expired(NOW.date())] == ["Binsar"]
        assert TrainingNeed.objects.exists()

    def test_everybody_signs_in_with_the_same_password(self, company):
        rina = User.objects.get(email=REQUESTER)
        assert rina.check_password(PASSWORD)
        assert User.objects.filter(password=rina.password).count() == 400


class TestThePlan:
    def test_it_is_the_same_every_time(self):
        assert plan.ordinary(NOW, 1, 548) == plan.ordinary(NOW, 1, 548)
        assert plan.ordinary(NOW, 1, 548) != plan.ordinary(NOW, 2, 548)

    def test_it_holds_thousands_of_tickets_with_a_monday_peak_and_office_hours(self):
        moments = [entry.opened_at.astimezone(NOW.tzinfo) + timedelta(hours=7) for entry in plan.ordinary(NOW, 1, 548)]
        assert len(moments) > 2_100
        days = Counter(moment.weekday() for moment in moments)
        assert days[0] == max(days.values()) and days[6] == min(days.values())
        assert sum(8 <= moment.hour < 17 for moment in moments) > 0.6 * len(moments)

    def test_every_queue_has_something_late_something_soon_and_something_waiting(self, company):
        with steady():
            specials = [entry.special for entry in plan.today(company, NOW, 1)]
        queues = {special.team.slug: [] for special in specials if hasattr(special, "team")}
        for special in specials:
            if hasattr(special, "team"):
                queues[special.team.slug].append(special.due)
        assert len(queues) == 7
        for dues in queues.values():
            assert {"late", "hour", "today", "paused"} <= set(dues)

    def test_the_parts_of_a_plan_together_are_the_whole(self):
        entries = plan.ordinary(NOW, 1, 60)
        assert sum(len([entry for entry in entries if entry.is_for(part, 3)]) for part in (1, 2, 3)) == len(entries)


@pytest.mark.usefixtures("demo")
class TestTheTickets:
    def test_their_numbers_follow_time_without_gaps(self):
        tickets = list(Ticket.objects.order_by("pk"))
        assert tickets[-1].pk - tickets[0].pk == len(tickets) - 1
        assert all(earlier.opened_at <= later.opened_at for earlier, later in pairwise(tickets))

    def test_nothing_happens_in_the_future_or_out_of_order(self):
        now = User.objects.get(email=REQUESTER).date_joined
        assert not TicketEvent.objects.filter(at__gt=now).exists()
        for ticket in Ticket.objects.prefetch_related("events"):
            times = [event.at for event in ticket.events.all()]
            assert times == sorted(times), ticket.key

    def test_visits_form_a_chain(self):
        visits = TierVisit.objects.order_by("ticket_id", "pk")
        for earlier, later in pairwise(visits):
            if earlier.ticket_id == later.ticket_id and later.entered_verb != "reopen":
                assert earlier.left_at == later.entered_at
        assert not TierVisit.objects.filter(left_at=None).exclude(ticket__status__in=LIVE).exists()
        live = Ticket.objects.filter(status__in=LIVE).count()
        assert TierVisit.objects.filter(left_at=None, team_id=F("ticket__team_id")).count() == live

    def test_every_promise_that_ran_out_is_on_record(self):
        now = User.objects.get(email=REQUESTER).date_joined
        assert not Clock.objects.filter(next_at__lte=now).exists()
        assert not Clock.objects.filter(state="running", due_at__lte=now, missed_at=None).exists()
        assert Clock.objects.filter(metric="resolution").count() == Ticket.objects.count()
        assert set(Clock.objects.values_list("metric", flat=True)) == {
            "response",
            "update",
            "resolution",
            "ola",
            "vendor",
        }

    def test_tickets_are_with_vendors_and_a_bug_has_its_fix(self):
        there = VendorReferral.objects.filter(ended_at=None, ticket__pending_reason="vendor")
        assert there.count() == VendorReferral.objects.filter(ended_at=None).count() > 0
        assert Vendor.objects.count() == 3
        assert {contract.why_not(NOW.date()) != "" for contract in Contract.objects.all()} == {True, False}
        assert ExternalBug.objects.filter(state="fixed", links__tell_at=None).exists()

    def test_others_are_asked_to_help_and_one_is_done(self):
        rows = Helper.objects.select_related("ticket__team")
        assert {bool(row.joined_at) for row in rows} == {True, False}
        assert any(row.minutes and row.ended_at for row in rows)
        assert any(row.ticket.team.is_restricted for row in rows.open())

    def test_every_clock_is_what_its_history_says(self):
        assert not [found for batch in check(Ticket.objects.values_list("pk", flat=True)) for found in batch]

    def test_every_ticket_has_its_place_and_its_words(self):
        assert not Ticket.objects.filter(team=None).exists()
        assert not Ticket.objects.filter(category=None).exists()
        assert not Ticket.objects.filter(subject__contains="{").exists()
        assert not Message.objects.filter(body__contains="{").exists()
        assert set(Ticket.objects.values_list("language", flat=True)) == {"id", "en"}

    def test_the_requester_finds_one_that_waits_for_her_one_in_work_and_one_solved(self):
        hers = Ticket.objects.filter(requester__email=REQUESTER, external_ref__startswith="demo-hers-")
        assert {ticket.status for ticket in hers} == {Status.PENDING, Status.OPEN, Status.RESOLVED}
        assert next(ticket for ticket in hers if ticket.status == Status.PENDING).waits_for_requester

    def test_something_critical_is_open_and_something_has_just_come_in(self):
        now = User.objects.get(email=REQUESTER).date_joined
        assert Ticket.objects.filter(status__in=LIVE, priority=1).exists()
        assert Ticket.objects.filter(status=Status.NEW, opened_at__gt=now - timedelta(minutes=20)).exists()

    def test_agents_find_updates_and_nobody_gets_mail_about_the_past(self):
        assert set(OutboxMessage.objects.values_list("channel", flat=True)) == {"in_app"}
        assert OutboxMessage.objects.filter(read_at=None).exists()

    def test_one_major_incident_is_reviewed_and_one_is_proposed(self):
        past, proposed = MajorIncident.objects.order_by("pk")
        assert (past.state, proposed.state) == ("reviewed", "candidate")
        assert past.links.count() == 4 and past.updates.count() == 3
        assert set(past.links.values_list("ticket__status", flat=True)) == {Status.CLOSED}
        assert not MajorIncident.objects.filter(cadence_at__isnull=False).exists()

    def test_a_second_run_adds_nothing(self):
        before = Ticket.objects.count(), User.objects.count(), TicketEvent.objects.count()
        assert "nothing was added" in seed()
        assert "nothing was added" in seed("--first-slice")
        assert (Ticket.objects.count(), User.objects.count(), TicketEvent.objects.count()) == before

    def test_another_seed_or_length_leaves_it_alone(self):
        assert "nothing was added" in seed("--seed=2")
        assert "nothing was added" in seed("--days=5")

    def test_an_edited_rule_does_not_bring_new_tickets(self):
        Rule.objects.update(is_active=False)
        assert "nothing was added" in seed()


def test_strangers_are_left_alone():
    User.objects.create_user("someone@elsewhere.example", name="Someone")
    with pytest.raises(CommandError, match="1 people who are not of the demo"):
        seed()
    assert User.objects.filter(email=REQUESTER).count() == 0


class TestTheLogins:
    def test_there_is_one_line_for_each_role(self, company):
        said = io.StringIO()
        call_command("demo_logins", stdout=said)
        roles = ("Requester", "Level I agent", "Level II", "Level III", "Team lead", "Incident manager", "Administr")
        assert all(role in said.getvalue() for role in roles)
        assert PASSWORD in said.getvalue() and REQUESTER in said.getvalue()

    def test_without_the_demo_it_says_so(self):
        with pytest.raises(CommandError, match="seed_demo"):
            call_command("demo_logins")

    def test_a_token_is_shown_once_and_stored_as_a_hash(self, company):
        said = io.StringIO()
        call_command("issue_token", REQUESTER, name="script", scopes=["read", "write"], stdout=said)
        token = ApiToken.objects.get(user__email=REQUESTER)
        assert said.getvalue().strip().startswith(token.prefix)
        assert token.scopes == ["read", "write"] and said.getvalue().strip() not in token.digest

    def test_nobody_gets_no_token(self):
        with pytest.raises(CommandError, match="Nobody"):
            call_command("issue_token", "nobody@arunika.example", name="script")
