"""The pages of merging: the effect is said first, and what is not the agent's to see is not there."""

import pytest
from django.test import Client

from tickets import commands
from tickets.linked import merged_into
from tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(opened, world):
    return opened(into=world.desk, subject="VPN drops all day")


@pytest.fixture
def source(opened, world, colleague):
    return opened(by=colleague, into=world.desk, subject="canary-subject", description="canary-opening")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_merging_says_first_what_will_happen(source, target, agent1, colleague):
    client, url = browser(agent1), f"/desk/t/{source.key}/merge/"
    assert b"Which ticket goes on?" in client.get(url).content
    asked = client.post(url, {"into": f"https://desk.example/desk/t/{target.key}/"}).content.decode()
    assert f"{source.key} is closed" in asked and target.subject in asked and f"Let {colleague.name} follow" in asked
    assert source.is_live and not TicketLink.objects.exists()
    sent = {"into": target.key, "confirmed": "1", "version": source.version}
    assert client.post(url, sent).url == source.get_absolute_url()
    assert merged_into(Ticket.objects.get(pk=source.pk)) == target
    client.post(f"/desk/t/{source.key}/unmerge/")
    assert Ticket.objects.get(pk=source.pk).is_live


@pytest.mark.parametrize("wanted", ["", "INC-999999", "nonsense", "secret", "self"])
def test_a_ticket_that_is_not_there_for_the_agent_is_not_there(opened, world, source, agent1, wanted):
    secret = opened(into=world.hr, subject="canary-secret")
    typed = {"secret": secret.key, "self": source.key}.get(wanted, wanted)
    answer = browser(agent1).post(f"/desk/t/{source.key}/merge/", {"into": typed, "confirmed": "1"})
    assert answer.status_code == 422 and b"canary-secret" not in answer.content
    assert not TicketLink.objects.exists()


def test_a_merge_overtaken_by_a_colleague_is_confirmed_again(source, target, agent1, lead):
    seen = source.version
    commands.prioritise(source, actor=lead, priority=1, reason="x")
    sent = {"into": target.key, "confirmed": "1", "version": seen}
    answer = browser(agent1).post(f"/desk/t/{source.key}/merge/", sent)
    assert answer.status_code == 409 and f'value="{target.key}"' in answer.content.decode()
    sent["version"] = Ticket.objects.get(pk=source.pk).version
    assert browser(agent1).post(f"/desk/t/{source.key}/merge/", sent).status_code == 302


def test_its_own_number_is_refused_before_anything_is_confirmed(source, agent1):
    answer = browser(agent1).post(f"/desk/t/{source.key}/merge/", {"into": source.key})
    assert answer.status_code == 422 and b"not merged with itself" in answer.content


def test_a_ticket_page_costs_the_same_with_many_merged_into_it(
    opened, world, target, agent1, django_assert_max_num_queries
):
    client, page = browser(agent1), target.get_absolute_url()
    commands.merge(opened(into=world.desk), into=target, actor=agent1)
    client.get(page)
    with django_assert_max_num_queries(30) as one:
        client.get(page)
    for _number in range(3):
        commands.merge(opened(into=world.desk), into=target, actor=agent1)
    with django_assert_max_num_queries(len(one)):
        client.get(page)
