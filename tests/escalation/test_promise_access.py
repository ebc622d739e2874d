"""Who may read and who may change what is promised, and what the pages say to read."""

import pytest
from django.test import Client

from escalation.commands import draft_policy, put_in_force
from escalation.commands import promises as keep
from escalation.models import BusinessCalendar, CalendarVersion, PolicyVersion, SlaPolicy
from escalation.policies import keeps_promises, reads_promises
from tests.escalation.pages import (
    hours,
    looked,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
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
