"""A ticket by phone: who rings, what is open for them, templates, and everything in one piece."""

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Asset
from core.errors import Invalid, NotVisible
from notifications.models import OutboxMessage
from tests.cast import person
from tickets.callers import find_callers, new_caller
from tickets.choices import Status
from tickets.models import PhoneTemplate, Ticket

pytestmark = pytest.mark.django_db
NEW = "/desk/new/"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(**fields):
    base = {"requester": "", "subject": "Cannot print", "description": "Nothing comes out.", "stops": "task"}
    return base | {"owner": "me", "submission_key": "one"} | fields


def names(user, typed):
    return [one.person.name for one in find_callers(user, typed)]


@pytest.mark.parametrize(
    "typed", ["+62 812-3456", "0812 34567890", "62812345", "(0812) 3456-7890", "7890", "0062 812 345"]
)
def test_a_number_is_found_in_any_spelling_from_the_front_and_from_the_end(agent1, requester, colleague, typed):
    User.objects.filter(pk=requester.pk).update(phone="+62 812-3456-7890")
    User.objects.filter(pk=colleague.pk).update(phone="021 555 1234")
    assert names(agent1, typed) == ["Rina"]


def test_name_address_and_device_find_the_caller_with_what_is_open(agent1, requester, opened):
    Asset.objects.create(tag="LT-00123", name="Laptop", kind="laptop", owner=requester)
    opened()
    for typed in ("rin", "rina@aru", "lt-001"):
        (found,) = find_callers(agent1, typed)
        assert (found.person, found.devices, found.live) == (requester, ("LT-00123",), 1)
    assert names(agent1, "r") == []


def test_the_directory_is_for_the_desk_and_asks_little(agent1, requester, django_assert_max_num_queries):
    with pytest.raises(NotVisible):
        find_callers(requester, "rina")
    for address in (
        "/desk/callers/?requester=rina",
        f"/desk/callers/card/?caller={requester.pk}",
        "/desk/phone-templates/",
    ):
        assert browser(requester).get(address).status_code == 404
    agent1.hats  # noqa: B018  read once per request
    with django_assert_max_num_queries(6):
        find_callers(agent1, "ri")


def test_the_card_shows_only_what_the_agent_may_see(agent1, requester, opened, world):
    seen, hidden = opened(), opened()
    Ticket.objects.filter(pk=hidden.pk).update(team=world.hr)
    page = browser(agent1).get(f"/desk/callers/card/?caller={requester.pk}").content.decode()
    assert seen.key in page
    assert hidden.key not in page


def test_a_call_is_mine_and_sent_twice_it_is_one(agent1, requester):
    client = browser(agent1)
    for _ in range(2):
        assert client.post(NEW, form(caller=requester.pk)).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.assignee, ticket.requester, ticket.channel) == (agent1, requester, "phone")
    assert [event.verb for event in ticket.events.filter(depth=0)] == ["open", "assign"]


def test_a_call_solved_at_once_is_resolved_in_the_same_form(agent1, requester):
    refused = browser(agent1).post(NEW, form(caller=requester.pk, resolve="1"))
    assert refused.status_code == 422
    assert not Ticket.objects.exists()
    browser(agent1).post(NEW, form(caller=requester.pk, resolve="1", solution="Changed the toner."))
    assert Ticket.objects.get().status == Status.RESOLVED


def test_the_rules_choose_when_they_are_asked_to(agent1, requester):
    browser(agent1).post(NEW, form(caller=requester.pk, owner="rules"))
    assert Ticket.objects.get().assignee is None


def test_without_scripts_words_lead_to_a_choice_or_to_the_only_one(agent1, requester):
    other = person("rini")
    page = browser(agent1).post(NEW, form(requester="ri"))
    assert page.status_code == 422
    assert f'value="{other.pk}"' in page.content.decode()
    assert browser(agent1).post(NEW, form(requester="rina")).status_code == 302
    assert Ticket.objects.get().requester == requester


def test_somebody_unknown_is_written_down_once_with_the_ticket(agent1):
    call = form(caller_name="Tamu Gudang", caller_phone="0813 1111 222")
    for _ in range(2):
        assert browser(agent1).post(NEW, call).status_code == 302
    guest = User.objects.get(name="Tamu Gudang")
    assert Ticket.objects.get().requester == guest
    assert not guest.has_usable_password()
    assert not OutboxMessage.objects.filter(recipient=guest, channel="email").exists()
    with pytest.raises(Invalid, match="cannot be written down"):
        new_caller(actor=agent1, name="Another", phone="+62 813-1111-222")
    with pytest.raises(Invalid):
        new_caller(actor=agent1, name="Nobody")
    refused = browser(agent1).post(NEW, form(caller_name="X", caller_phone="08131111222", submission_key="two"))
    assert b"Tamu Gudang has this number already." in refused.content


def test_leads_write_templates_and_one_fills_the_form_without_scripts(agent1, lead, world, requester):
    written = {
        "name": "VPN",
        "position": "1",
        "subject": "VPN drops",
        "category": world.category.pk,
        "description": "Since when?",
    }
    assert browser(agent1).post("/desk/phone-templates/new/", written).status_code == 403
    assert browser(lead).post("/desk/phone-templates/new/", written).status_code == 302
    template = PhoneTemplate.objects.get()
    page = browser(agent1).post(NEW, form(caller=requester.pk, subject="", template=template.pk)).content.decode()
    assert 'value="VPN drops"' in page
    assert "Since when?" in page
    assert requester.name in page
    browser(lead).post(f"/desk/phone-templates/{template.pk}/off/")
    assert "VPN drops" not in browser(agent1).get(NEW).content.decode()
    assert browser(agent1).post(NEW, form(template=template.pk)).status_code == 404


def test_what_is_written_down_stays_as_a_draft(agent1, requester):
    client = browser(agent1)
    client.post("/desk/new/draft/", form(caller=requester.pk, subject="Half a sen"))
    page = client.get(NEW).content.decode()
    assert 'value="Half a sen"' in page
    assert "caller-name" in page
    client.post(NEW, form(caller=requester.pk))
    assert "Half a sen" not in client.get(NEW).content.decode()
