"""The pages where promises are kept: who may, what is typed, and what is said."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone as django_time

from escalation import recount as recounts
from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.commands import promises as keep
from escalation.described import calendar_in_words
from escalation.forms.calendar import CalendarForm
from escalation.forms.policy import PolicyForm
from escalation.models import BusinessCalendar, CalendarVersion, PolicyVersion, Recount, SlaPolicy
from escalation.policies import keeps_promises, reads_promises
from tests.cast import MONDAY
from tests.escalation.pages import calendar_page, policy_page
from tests.escalation.promises import minutes
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
ROUND_THE_CLOCK = [[[0, 1440]]] * 7
ROLES = {
    "requester": (False, False),
    "colleague": (False, False),
    "agent1": (True, False),
    "other_team_agent": (True, False),
    "lead": (True, False),
    "manager": (True, True),
    "admin": (True, True),
    "automation": (True, False),
}
VIP = '{"all": [{"field": "requester_vip", "op": "is", "value": true}]}'


@pytest.fixture
def office() -> BusinessCalendar:
    return BusinessCalendar.objects.get()


@pytest.fixture
def standard() -> SlaPolicy:
    return SlaPolicy.objects.get(is_default=True)


@pytest.fixture
def keeper(manager, client) -> Client:
    client.force_login(manager)
    return client


def work_off() -> None:
    while recounts.work_off(1):
        pass


def looked(version, actor=None) -> Recount:
    recount = recounts.ask(version, "preview", actor=actor)
    work_off()
    return Recount.objects.get(pk=recount.pk)


def hours(office, **changes) -> CalendarVersion:
    return draft_calendar(office, {**office.current.definition, **changes})


def impossible(standard) -> PolicyVersion:
    """A draft by which everything old is late no more."""
    easy = {**standard.current.definition, "targets": {"resolution": minutes(*[366 * 24 * 60] * 4)}}
    return draft_policy(standard, BusinessCalendar.objects.get(), easy)


def office_page(office, **changes):
    return calendar_page(
        CalendarForm(definition=office.current.definition, name=office.name), version=str(newest(office)), **changes
    )


def standard_page(standard, **changes):
    definition = standard.current.definition
    drawn = PolicyForm(policy=standard, definition=definition, calendar=standard.current.calendar)
    return policy_page(drawn, version=str(newest(standard)), **changes)


def newest(owner) -> int:
    return owner.versions.first().number


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_and_who_keeps_promises(role, request):
    person = request.getfixturevalue(role)
    assert (reads_promises(person), keeps_promises(person)) == ROLES[role]


def addresses(office, standard, recount):
    """(method, address, for whom): "read" for the desk, "keep" for those who keep promises."""
    calendar, policy = f"/desk/promises/calendars/{office.pk}/", f"/desk/promises/policies/{standard.pk}/"
    looked_at = f"/desk/promises/recounts/{recount.pk}/"
    yield from (("get", url, "read") for url in ("/desk/promises/", calendar, policy, looked_at))
    yield from (("get", f"{one}versions/1/", "read") for one in (calendar, policy))
    yield "get", f"{looked_at}progress/", "read"
    for one in (calendar, policy):
        yield from (("get", f"{one}{tail}", "keep") for tail in ("edit/", "delete/"))
        yield from (("post", f"{one}{tail}", "keep") for tail in ("edit/", "delete/", "versions/1/restore/"))
    yield from (("get", f"/desk/promises/{kind}/new/", "keep") for kind in ("calendars", "policies"))
    yield from (("post", f"/desk/promises/{kind}/new/", "keep") for kind in ("calendars", "policies"))
    yield "post", f"{policy}move/", "keep"
    yield from (("post", f"{looked_at}{tail}/", "keep") for tail in ("put-in-force", "again", "cancel"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "automation"])
def test_pages_for_every_role(role, request, client, office, standard):
    recount = looked(hours(office))
    client.force_login(request.getfixturevalue(role))
    reads, keeps = ROLES[role]
    for method, address, whom in addresses(office, standard, recount):
        status = getattr(client, method)(address).status_code
        if keeps or (reads and whom == "read"):
            assert status < 403 or status == 422, (method, address, status)
        else:
            assert status == (403 if reads else 404), (method, address, status)


def test_nothing_is_changed_without_the_token(manager, office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    for _method, address, _whom in (one for one in addresses(office, *_some(office)) if one[0] == "post"):
        assert client.post(address).status_code == 403, address
    assert office.versions.count() == 2


def _some(office):
    return SlaPolicy.objects.get(is_default=True), looked(hours(office))


def test_what_is_not_there_is_not_found(keeper):
    for address in ("calendars/999/", "policies/999/edit/", "recounts/999/", "calendars/999/versions/1/"):
        assert keeper.get(f"/desk/promises/{address}").status_code == 404


# --- reading ------------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_promised(agent1, client, standard):
    client.force_login(agent1)
    page = client.get("/desk/promises/").content.decode()
    for words in ("Standard promise", "default", "Office hours", "Monday to Friday", "15m", "45h", "Asia/Jakarta"):
        assert words in page, words
    assert "Edit" not in page and "New policy" not in page


def test_a_broken_policy_says_why(agent1, client, standard):
    SlaPolicy.objects.filter(pk=standard.pk).update(broken="targets: this is no table")
    client.force_login(agent1)
    assert "targets: this is no table" in client.get("/desk/promises/").content.decode()


def test_a_wording_that_cannot_be_read_breaks_no_page(keeper, office, standard):
    PolicyVersion.objects.update(definition={"targets": 7})
    CalendarVersion.objects.update(definition={"weekly": "never"})
    for folder, owner in (("calendars", office), ("policies", standard)):
        for tail in ("", f"{folder}/{owner.pk}/", f"{folder}/{owner.pk}/versions/1/", f"{folder}/{owner.pk}/edit/"):
            assert keeper.get(f"/desk/promises/{tail}").status_code == 200, tail


def test_an_empty_desk_says_what_to_do_first(keeper):
    SlaPolicy.objects.update(current=None)
    SlaPolicy.objects.all().delete()
    BusinessCalendar.objects.update(current=None)
    BusinessCalendar.objects.all().delete()
    page = keeper.get("/desk/promises/").content.decode()
    assert "No policies yet" in page and "No calendars yet" in page
    assert keeper.get("/desk/promises/policies/new/").headers["Location"] == "/desk/promises/calendars/new/"


def test_the_list_costs_the_same_however_many_there_are(keeper, office, opened, django_assert_max_num_queries, manager):
    opened()
    for number in range(8):
        calendar = keep.create_calendar(f"Calendar {number}", office.current.definition, actor=manager)
        policy = SlaPolicy.objects.create(name=f"Policy {number}", position=number)
        put_in_force(draft_policy(policy, calendar, SlaPolicy.objects.get(is_default=True).current.definition))
    keeper.get("/desk/promises/")
    with django_assert_max_num_queries(16):
        assert "Policy 7" in keeper.get("/desk/promises/").content.decode()


# --- calendars ----------------------------------------------------------------------------------------------------


def test_a_new_calendar_is_in_force_at_once(keeper, manager):
    sent = calendar_page(CalendarForm(), name="Shop", note="For the shops", action="preview")
    answer = keeper.post("/desk/promises/calendars/new/", sent)
    made = BusinessCalendar.objects.get(name="Shop")
    assert answer.headers["Location"] == f"/desk/promises/calendars/{made.pk}/"
    assert (made.current.number, made.current.author, made.current.note) == (1, manager, "For the shops")
    again = keeper.post("/desk/promises/calendars/new/", sent)
    assert again.status_code == 422 and "There is a calendar of this name already." in again.content.decode()


def test_changed_hours_are_a_draft_and_lead_to_what_they_would_change(keeper, office):
    sent = office_page(office, day_5="08:00-12:00", note="Saturdays", name="Office", action="preview")
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", sent)
    recount = Recount.objects.get()
    assert answer.headers["Location"] == f"/desk/promises/recounts/{recount.pk}/"
    before = office.current_id
    office.refresh_from_db()
    assert (office.name, office.current_id, recount.version.note) == ("Office", before, "Saturdays")
    assert "Saturday 08:00–12:00" in " ".join(calendar_in_words(recount.version).lines)


def test_the_same_hours_need_no_draft(keeper, office):
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", office_page(office, name="Renamed"))
    assert answer.headers["Location"] == f"/desk/promises/calendars/{office.pk}/"
    assert office.versions.count() == 1 and BusinessCalendar.objects.get().name == "Renamed"


def test_a_double_click_is_one_draft(keeper, office):
    sent = office_page(office, day_5="08:00-12:00")
    answers = [keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", sent) for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert office.versions.count() == 2 and Recount.objects.count() == 1


def test_a_stale_page_says_who_was_faster_and_keeps_what_was_typed(keeper, office, admin):
    sent = office_page(office, day_5="08:00-11:11", note="My reasons")
    draft_calendar(office, {**office.current.definition, "weekly": ROUND_THE_CLOCK}, actor=admin)
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and office.versions.count() == 2
    for words in ("Admin wrote version 2", "08:00-11:11", "My reasons", 'name="version" value="2"'):
        assert words in page, words
    again = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", sent | {"version": "2"})
    assert again.status_code == 302 and office.versions.count() == 3


def test_what_is_wrong_with_a_calendar_stands_at_its_field(keeper, office):
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", office_page(office, day_5="noon", note="Why"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="noon"' in page and "is not a time span" in page and 'value="Why"' in page


@pytest.mark.parametrize("action", ["import", "rows"])
def test_importing_and_more_rows_save_nothing(action, keeper, office):
    asked = {"import-country": "ID", "import-first_year": "2026", "import-last_year": "2027"}
    sent = office_page(office, name="Half typed", action=action, **asked)
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/edit/", sent)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Half typed" in page and office.versions.count() == 1
    assert ("Independence Day" in page) == (action == "import")


def test_a_calendar_in_use_is_not_deleted_and_says_by_whom(keeper, office):
    answer = keeper.post(f"/desk/promises/calendars/{office.pk}/delete/")
    assert answer.status_code == 422 and "Standard promise" in answer.content.decode()
    assert BusinessCalendar.objects.filter(pk=office.pk).exists()


def test_a_calendar_that_measured_tickets_is_not_deleted(keeper, office, opened, manager):
    opened()
    other = keep.create_calendar("Other", office.current.definition, actor=manager)
    Ticket.objects.get().clocks.update(calendar_version=other.current)
    answer = keeper.post(f"/desk/promises/calendars/{other.pk}/delete/")
    assert answer.status_code == 422 and "1 ticket was or is measured by it" in answer.content.decode()


def test_a_calendar_nobody_uses_is_deleted_with_its_versions(keeper, office, manager):
    other = keep.create_calendar("Other", office.current.definition, actor=manager)
    looked(draft_calendar(other, {**office.current.definition, "weekly": ROUND_THE_CLOCK}))
    assert "cannot be taken back" in keeper.get(f"/desk/promises/calendars/{other.pk}/delete/").content.decode()
    assert keeper.post(f"/desk/promises/calendars/{other.pk}/delete/").status_code == 302
    assert list(BusinessCalendar.objects.all()) == [office]


# --- policies -----------------------------------------------------------------------------------------------------


def test_a_new_policy_is_off_until_it_is_put_in_force(keeper, office, opened, requester):
    requester.is_vip = True
    requester.save()
    ticket = opened(impact=1, urgency=2, at=django_time.now())
    sent = policy_page(PolicyForm(), name="VIP", calendar=str(office.pk), conditions=VIP)
    sent |= {"targets.resolution.1": "1h", "targets.resolution.2": "1h", "targets.response.1": "", "action": "preview"}
    answer = keeper.post("/desk/promises/policies/new/", sent)
    policy = SlaPolicy.objects.get(name="VIP")
    assert (policy.is_active, policy.current) == (False, None)
    work_off()
    assert Recount.objects.get().moved > 0
    page = keeper.get(answer.headers["Location"]).content.decode()
    assert "Put in force" in page and "A first version" in page
    keeper.post(f"{answer.headers['Location']}put-in-force/")
    work_off()
    policy.refresh_from_db()
    assert policy.is_active and ticket.clocks.get(metric="resolution").policy_version.policy == policy
    twice = keeper.post("/desk/promises/policies/new/", sent)
    assert twice.status_code == 422 and "There is a policy of this name already." in twice.content.decode()


def test_changed_promises_are_a_draft(keeper, standard):
    answer = keeper.post(f"/desk/promises/policies/{standard.pk}/edit/", standard_page(standard, **{"vendor.1": "8h"}))
    assert answer.headers["Location"] == f"/desk/promises/recounts/{Recount.objects.get().pk}/"
    work_off()
    page = keeper.get(answer.headers["Location"]).content.decode()
    assert "Vendor, P1" in page and "<ins>8h</ins>" in page
    standard.refresh_from_db()
    assert standard.current.number == 1


def test_names_and_owner_count_at_once(keeper, standard, lead):
    sent = standard_page(standard, name="Usual", name_id="Biasa", owner=str(lead.pk))
    assert keeper.post(f"/desk/promises/policies/{standard.pk}/edit/", sent).status_code == 302
    standard.refresh_from_db()
    assert (standard.name, standard.name_id, standard.owner, standard.versions.count()) == ("Usual", "Biasa", lead, 1)


@pytest.mark.parametrize(("action", "status"), [("check", 200), ("rows", 200), ("preview", 422)])
def test_what_is_typed_into_a_policy_is_kept(action, status, keeper, office):
    broken = {"targets.response.1": "soon"} if action != "check" else {}
    sent = policy_page(PolicyForm(), name="Gold", calendar=str(office.pk), conditions=VIP, action=action, **broken)
    answer = keeper.post("/desk/promises/policies/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == status and 'value="Gold"' in page and "requester is a VIP" in page
    assert ('value="soon"' in page) == bool(broken)
    assert not SlaPolicy.objects.filter(name="Gold").exists()


def test_a_stale_policy_page_is_told_and_goes_through_the_second_time(keeper, standard, admin):
    sent = standard_page(standard, **{"vendor.1": "8h"})
    draft_policy(standard, standard.current.calendar, standard.current.definition, actor=admin)
    answer = keeper.post(f"/desk/promises/policies/{standard.pk}/edit/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Admin wrote version 2" in page and 'value="8h"' in page
    assert keeper.post(f"/desk/promises/policies/{standard.pk}/edit/", sent | {"version": "2"}).status_code == 302


def test_the_default_policy_can_be_neither_turned_off_nor_deleted(keeper, standard):
    off = keeper.post(f"/desk/promises/policies/{standard.pk}/move/", {"to": "off"})
    gone = keeper.post(f"/desk/promises/policies/{standard.pk}/delete/")
    for answer in (off, gone):
        assert answer.status_code == 422 and "The default policy stays" in answer.content.decode()
    assert "cannot be turned off" in keeper.get(f"/desk/promises/policies/{standard.pk}/").content.decode()


def test_policies_are_moved_and_turned_off_and_on(keeper, standard, office):
    for name in ("A", "B", "C"):
        policy = SlaPolicy.objects.create(name=name)
        put_in_force(draft_policy(policy, office, standard.current.definition))
    a, c = SlaPolicy.objects.get(name="A"), SlaPolicy.objects.get(name="C")
    for policy, to in ((c, "up"), (c, "up"), (c, "up"), (a, "down"), (a, "off")):
        assert keeper.post(f"/desk/promises/policies/{policy.pk}/move/", {"to": to}).status_code == 302
    assert [one.name for one in SlaPolicy.objects.filter(is_default=False)] == ["C", "B", "A"]
    a.refresh_from_db()
    assert not a.is_active
    keeper.post(f"/desk/promises/policies/{a.pk}/move/", {"to": "on"})
    a.refresh_from_db()
    assert a.is_active


def test_a_draft_is_not_turned_on(keeper, standard, office):
    policy = SlaPolicy.objects.create(name="A", is_active=False)
    draft_policy(policy, office, standard.current.definition)
    assert keeper.post(f"/desk/promises/policies/{policy.pk}/move/", {"to": "on"}).status_code == 422


# --- recounts -----------------------------------------------------------------------------------------------------


def test_a_running_count_is_asked_for_every_second_and_then_the_page_comes_anew(keeper, office, opened):
    opened()
    recount = recounts.ask(hours(office), "preview", actor=None)
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page and "<progress" in page and "Cancel" in page
    progress = f"/desk/promises/recounts/{recount.pk}/progress/"
    assert "HX-Refresh" not in keeper.get(progress).headers
    work_off()
    assert keeper.get(progress).headers["HX-Refresh"] == "true"


def test_a_look_can_be_cancelled(keeper, office):
    recount = recounts.ask(hours(office), "preview", actor=None)
    keeper.post(f"/desk/promises/recounts/{recount.pk}/cancel/")
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert "This look was cancelled" in page and "put-in-force" not in page


def test_what_flips_is_listed(keeper, standard, opened):
    ticket = opened(impact=1, urgency=2, at=django_time.now() - timedelta(days=30), subject="Forklift scanner")
    recount = looked(impossible(standard))
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    for words in ("2 would be on time again", "Would be on time again", ticket.key, "Forklift scanner", "Solution, P1"):
        assert words in page, words


def test_a_ticket_one_may_not_see_is_only_counted(agent1, client, standard, opened, world):
    opened(at=django_time.now() - timedelta(days=30), subject="Salaries", into=world.hr)
    seen = opened(at=django_time.now() - timedelta(days=30), subject="Forklift scanner")
    recount = looked(impossible(standard))
    client.force_login(agent1)
    page = client.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert seen.key in page and "Salaries" not in page
    assert "not yours to see" in page


def test_the_page_costs_the_same_however_many_flip(keeper, standard, opened, django_assert_max_num_queries):
    for _n in range(12):
        opened(at=django_time.now() - timedelta(days=30))
    recount = looked(impossible(standard))
    keeper.get(f"/desk/promises/recounts/{recount.pk}/")
    with django_assert_max_num_queries(20):
        keeper.get(f"/desk/promises/recounts/{recount.pk}/")


def test_put_in_force_moves_deadlines_and_asking_twice_is_asking_once(keeper, office, opened, manager):
    ticket = opened(impact=1, urgency=2, at=MONDAY + timedelta(hours=7))
    recount = looked(hours(office, weekly=ROUND_THE_CLOCK))
    before = ticket.clocks.get(metric="resolution").due_at
    answers = [keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/") for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Recount.objects.filter(kind="apply").count() == 1
    work_off()
    assert ticket.clocks.get(metric="resolution").due_at < before
    page = keeper.get(answers[0].headers["Location"]).content.decode()
    assert "Put in force by Maya" in page and "deadline" in page
    assert "It was put in force" in keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()


def test_what_was_not_counted_to_the_end_is_not_put_in_force(keeper, office):
    recount = recounts.ask(hours(office), "preview", actor=None)
    keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/")
    office.refresh_from_db()
    assert office.current.number == 1


def test_an_older_draft_does_not_overtake_a_newer_one(keeper, office):
    recount = looked(hours(office, weekly=ROUND_THE_CLOCK))
    put_in_force(hours(office))
    answer = keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/")
    assert answer.status_code == 409 and "A newer version is in force already" in answer.content.decode()
    assert 'action="/desk/promises/recounts/%d/put-in-force/"' % recount.pk not in answer.content.decode()


def test_an_older_version_comes_back_as_the_newest(keeper, office):
    put_in_force(hours(office, weekly=ROUND_THE_CLOCK))
    assert "Go back to this version" in keeper.get(f"/desk/promises/calendars/{office.pk}/versions/1/").content.decode()
    keeper.post(f"/desk/promises/calendars/{office.pk}/versions/1/restore/")
    first, newest = office.versions.get(number=1), office.versions.first()
    assert (newest.number, newest.definition, newest.note) == (3, first.definition, "Version 1 again")
    assert Recount.objects.get().version == newest


def test_counting_again_is_a_new_look(keeper, office):
    recount = looked(hours(office))
    answers = [keeper.post(f"/desk/promises/recounts/{recount.pk}/again/") for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"] and Recount.objects.count() == 2
