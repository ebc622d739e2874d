"""Each operator finds what it says, in English and in Indonesian."""

from datetime import timedelta

import pytest

from catalogue.models import Asset
from core.time import database_now
from tests.search.asking import found
from tickets import commands
from tickets.search.answer import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(opened, world, agent1, requester, colleague):
    """A new one, one in progress with an owner, and a solved one of somebody else."""
    new = opened(subject="Kabel satu", into=world.desk, impact=1, urgency=1)
    taken = opened(subject="Kabel dua", into=world.desk)
    commands.assign(taken, actor=agent1, assignee=agent1)
    solved = opened(subject="Kabel tiga", by=colleague, into=world.desk)
    commands.resolve(solved, actor=agent1, resolution="ok")
    return {"new": new.pk, "taken": taken.pk, "solved": solved.pk}


CASES = (
    ("status:new", "new"), ("status:baru", "new"), ("status:open", "new taken"), ("is:open", "new taken"),
    ("status:progress", "taken"), ("status:selesai", "solved"), ("-status:new", "taken solved"),
    ("status:new,solved", "new solved"), ("prioritas:kritis", "new"), ("priority:p1", "new"),
    ("tier:I", "new taken solved"), ("tier:II", ""), ("team:service-desk", "new taken solved"),
    ("tim:desk", "new taken solved"), ("from:siti", "solved"), ("dari:siti@arunika.example", "solved"),
    ("pelapor:rina", "new taken"), ("owner:me", "taken"), ("petugas:saya", "taken"), ("is:mine", "taken"),
    ("assignee:arif", "taken"), ("owner:none", "new solved"), ("is:unassigned", "new solved"),
    ("service:vpn", "new taken solved"), ('layanan:"VPN kantor"', "new taken solved"),
    ("category:vpn-down", "new taken solved"), ("kind:incident", "new taken solved"), ("jenis:permintaan", ""),
    ("type:insiden kabel", "new taken solved"), ("kabel status:new from:rina", "new"), ("kabel -is:mine", "new solved"),
)  # fmt: skip


def test_operators_find_what_they_say(three, agent1):
    names = {pk: name for name, pk in three.items()}
    answers = {question: {names[pk] for pk in found(agent1, question)} for question, _expected in CASES}
    assert answers == {question: set(expected.split()) for question, expected in CASES}


def test_the_date_of_opening(opened, agent1, world):
    now = database_now()
    old = opened(subject="Lama", at=now - timedelta(days=400), into=world.desk)
    new = opened(subject="Baru", at=now - timedelta(days=1), into=world.desk)
    assert found(agent1, "since:7d") == [new.pk] == found(agent1, "sejak:2d")
    assert found(agent1, f"before:{now.year}-01") == [old.pk] == found(agent1, "is:open sebelum:100d")
    assert found(agent1, "after:today") == []
    assert set(found(agent1, "since:2020")) == {old.pk, new.pk}
    assert found(agent1, f"since:500d before:{(now - timedelta(days=300)).date()}") == [old.pk]


def test_late_is_what_is_late_now(opened, agent1, world):
    late = opened(subject="Terlambat", into=world.desk)
    opened(subject="Pelan", into=world.desk)
    commands.set_facts(late, next_due_at=database_now() - timedelta(hours=1))
    commands.set_facts(type(late).objects.exclude(pk=late.pk).get(), next_due_at=database_now() + timedelta(hours=9))
    assert found(agent1, "is:late") == found(agent1, "is:terlambat") == [late.pk]
    assert late.pk not in found(agent1, "-is:late")


def test_an_asset_by_its_tag(opened, agent1, requester, world):
    asset = Asset.objects.create(tag="LT-SBY-0231", name="ThinkPad", kind="laptop", owner=requester)
    ticket = opened(into=world.desk)
    type(ticket).objects.filter(pk=ticket.pk).update(asset=asset)
    commands.note(ticket, actor=agent1, body="x")
    assert found(agent1, "asset:lt-sby") == found(requester, "aset:LT-SBY-0231") == [ticket.pk]
    assert search(agent1, "lt-sby-0231").others["asset"][0].found.exact


def test_a_value_that_means_nothing_is_said_and_the_rest_is_searched(three, agent1):
    for question in ("status:purple", "tier:9", "since:soon", "team:nowhere", "owner:nobodyatall"):
        answer = search(agent1, f"{question} kabel")
        assert (answer.total, len(answer.hints)) == (3, 1), question


def test_people_by_name_and_telephone(agent1, colleague):
    colleague.phone = "+62 812-3456-7890"
    colleague.save()
    for question in ("sit", "siti", "7890", "0812-3456-7890", "@siti".removeprefix("@")):
        assert [row.found.title for row in search(agent1, question, typing=True).others.get("person", [])] == ["Siti"]
