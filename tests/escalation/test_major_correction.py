"""Correcting an active major incident, and what its service says while it lasts and afterwards."""

from __future__ import annotations

import pytest
from django.test import Client

from core.errors import Conflict, Invalid, NotAllowed
from escalation import commands
from escalation.models import MajorEvent
from tests.escalation.major import EN, ID

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SAID = {"title": "VPN is slow", "title_id": "VPN lambat", "severity": "place", "service_state": "degraded"}


def correction(**other):
    return commands.Correction(**{**SAID, **other})


def says(world):
    world.vpn.refresh_from_db()
    return world.vpn.state, world.vpn.state_note, world.vpn.state_note_id


def end(incident, actor):
    commands.stand_down(incident, actor=actor, text=EN, text_id=ID)


def test_it_is_said_at_once_kept_and_taken_back_at_the_end(active, manager, world):
    commands.correct(active, actor=manager, correction=correction())
    assert says(world) == ("degraded", "VPN is slow", "VPN lambat")
    step = MajorEvent.objects.get(kind="correct")
    assert step.data["severity"] == {"old": "many", "new": "place"} and set(step.data) == set(SAID)
    commands.correct(active, actor=manager, correction=correction())
    assert MajorEvent.objects.filter(kind="correct").count() == 1
    end(active, manager)
    assert says(world) == ("operational", "", "")


def test_whoever_does_not_steer_it_may_not_and_nobody_after_the_end(active, manager, agent1, agent2):
    with pytest.raises(NotAllowed):
        commands.correct(active, actor=agent1, correction=correction())
    commands.name_for_role(active, actor=manager, role="scribe", person=agent2)
    commands.correct(active, actor=agent2, correction=correction())
    with pytest.raises(Invalid) as refused:
        commands.correct(active, actor=manager, correction=correction(title=" ", service_state="operational"))
    assert set(refused.value.fields) == {"title", "service_state"}
    end(active, manager)
    with pytest.raises(Conflict):
        commands.correct(active, actor=manager, correction=correction(title="Late"))


def test_a_note_somebody_wrote_stays_while_the_state_follows(active, manager, world):
    type(world.vpn).objects.update(state_note="Use the backup")
    commands.correct(active, actor=manager, correction=correction())
    assert says(world) == ("degraded", "Use the backup", "VPN lambat")
    end(active, manager)
    assert says(world) == ("operational", "Use the backup", "")


@pytest.mark.parametrize("before", ["", "Slow at nine"])
def test_the_incidents_own_note_goes_though_somebody_changed_the_state(candidate, manager, world, before):
    type(world.vpn).objects.update(state_note=before)
    told = commands.Declaration(
        title="VPN is down", title_id="VPN mati", service=world.vpn, severity="many", service_state="outage",
        cadence_minutes=60,
    )  # fmt: skip
    commands.promote(candidate, actor=manager, declaration=told)
    type(world.vpn).objects.update(state="planned")
    end(candidate, manager)
    assert says(world) == ("planned", "", "")


def test_the_page_corrects_and_tells(active, manager, agent1, world):
    def page(who):
        client = Client()
        client.force_login(who)
        return client

    url = active.get_absolute_url()
    assert page(agent1).get(f"{url}edit/").status_code == 403
    assert b"major/%d/edit/" % active.pk not in page(agent1).get(url).content
    mine = page(manager)
    assert b'value="VPN mati"' in mine.get(f"{url}edit/").content
    refused = mine.post(f"{url}edit/", {**SAID, "title": ""})
    assert refused.status_code == 422 and b'value="VPN lambat"' in refused.content
    assert mine.post(f"{url}edit/", SAID).status_code == 302
    shown = mine.get(url).content.decode()
    assert "Outage → Degraded" in shown and "“VPN is down” → “VPN is slow”" in shown
    end(active, manager)
    assert mine.get(f"{url}edit/").status_code == 302
    late = mine.post(f"{url}edit/", {**SAID, "title": "Late"})
    assert late.status_code == 409 and b"Late" in late.content and b"L a t e" not in late.content
