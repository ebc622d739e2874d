"""Writing macros: who for whom, checked like rules, stale saves refused."""

from __future__ import annotations

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from escalation.commands.macros import keep_macro, move_macro, remove_macro, restore_macro
from escalation.models import Macro
from tests.escalation.macros import TAKE, macro, note, urgent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_agents_write_their_own_leads_the_teams_managers_everybodys(agent1, lead, manager, requester, world):
    macro(agent1, TAKE)
    macro(lead, TAKE, team=world.desk)
    macro(manager, TAKE, scope="everybody")
    for person, more in (
        (agent1, {"team": world.desk}),
        (lead, {"team": world.network}),
        (lead, {"scope": "everybody"}),
        (requester, {}),
    ):
        with pytest.raises(NotAllowed):
            macro(person, TAKE, **more)
    assert [row.owner for row in Macro.objects.visible_to(agent1)] == [agent1, lead, manager]


def test_a_teams_macro_is_changed_by_its_leads_and_ones_own_by_nobody_else(agent1, lead, manager, world):
    own, of_team = macro(agent1, TAKE), macro(manager, TAKE, team=world.desk)
    keep_macro(Macro.objects.get(pk=of_team.pk), actor=lead)
    for person, kept in ((agent1, of_team), (manager, own), (lead, own)):
        with pytest.raises(NotAllowed):
            keep_macro(Macro.objects.get(pk=kept.pk), actor=person)
        with pytest.raises(NotAllowed):
            remove_macro(kept, actor=person)


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([], "then"),
        ([TAKE] * 13, "then"),
        ([{"do": "webhook", "url": "https://x.example"}], "then.0.do"),
        ([{"do": "set_policy", "policy": 1}], "then.0.do"),
        ([TAKE, {"do": "set_team", "team": "nowhere"}], "then.1.team"),
        ([note("Dear {requestor}")], "then.0.text"),
        ([urgent(1), note("x"), urgent(2)], "then.2.do"),
        ([note("a\x00b")], "then.0.text"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(agent1, steps, place):
    with pytest.raises(Invalid) as refused:
        macro(agent1, *steps)
    assert list(refused.value.fields) == [place]


def test_a_stale_save_is_a_conflict(agent1):
    kept = macro(agent1, TAKE)
    keep_macro(Macro.objects.get(pk=kept.pk), actor=agent1, seen=1)
    with pytest.raises(Conflict):
        keep_macro(Macro.objects.get(pk=kept.pk), actor=agent1, seen=1)


def test_the_order_and_the_way_back_from_removing(agent1):
    first, second, third = (macro(agent1, TAKE, name=name) for name in "abc")
    move_macro(third, up=True, actor=agent1)
    move_macro(first, up=True, actor=agent1)
    assert [row.name for row in Macro.objects.visible_to(agent1)] == ["a", "c", "b"]
    remove_macro(second, actor=agent1)
    assert [row.name for row in Macro.objects.visible_to(agent1)] == ["a", "c"]
    restore_macro(second, actor=agent1)
    assert Macro.objects.visible_to(agent1).count() == 3
