"""The editors of calendars and policies: what is typed is kept, drafted, or refused in words."""

import pytest
from django.utils import timezone as django_time

from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.commands import promises as keep
from escalation.described import calendar_in_words
from escalation.forms.calendar import CalendarForm
from escalation.forms.policy import PolicyForm
from escalation.models import BusinessCalendar, Recount, SlaPolicy
from tests.escalation.pages import (
    calendar_page,
    looked,
    office_page,
    policy_page,
    standard_page,
    work_off,
)
from tests.escalation.rule_pages import send_signed_out
from tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROUND_THE_CLOCK = [[[0, 1440]]] * 7
VIP = {"all": [{"field": "requester_vip", "op": "is", "value": True}]}


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


def test_a_lost_session_leaves_a_stale_calendar_stale(client, keeper, office, admin, manager):
    url = f"/desk/promises/calendars/{office.pk}/edit/"
    sent = office_page(office, day_5="08:00-11:11", note="My reasons")
    draft_calendar(office, {**office.current.definition, "weekly": ROUND_THE_CLOCK}, actor=admin)
    send_signed_out(client, manager, url, sent)
    page = client.get(url).content.decode()
    assert 'name="version" value="1"' in page and 'value="08:00-11:11"' in page


def test_a_lost_session_leaves_a_stale_policy_stale(client, keeper, standard, admin, manager):
    url = f"/desk/promises/policies/{standard.pk}/edit/"
    sent = standard_page(standard, **{"vendor.1": "8h"})
    draft_policy(standard, standard.current.calendar, standard.current.definition, actor=admin)
    send_signed_out(client, manager, url, sent)
    page = client.get(url).content.decode()
    assert 'name="version" value="1"' in page and 'value="8h"' in page


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


def test_a_page_sent_after_the_session_ended_waits_for_its_writer(client, manager, standard, office):
    manager.set_password("a long enough word")
    manager.save()
    boxes = {"pauses": ["requester", "scheduled"], "name": "Half typed"}
    for address, sent, kept in (
        (f"/desk/promises/policies/{standard.pk}/edit/", standard_page(standard, **boxes), ("Half typed", 2)),
        (f"/desk/promises/calendars/{office.pk}/edit/", office_page(office, day_5="09:00-10:10"), ("09:00-10:10", 0)),
    ):
        client.logout()
        answer = client.post(address, sent)
        signed_in = {"login": manager.email, "password": "a long enough word"}
        page = client.post(answer.headers["Location"], signed_in, follow=True).content.decode()
        assert kept[0] in page
        ticked = [box for box in page.split("<input") if 'name="pauses"' in box and " checked" in box]
        assert len(ticked) == kept[1]
