"""Checklists: a ticket's own copy, by itself with a category, ticked with notes, told in a handover."""

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed
from tickets import commands
from tickets.checklists import tried_so_far
from tickets.models import ChecklistStep, ChecklistTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(world):
    return ChecklistTemplate.objects.create(
        name="VPN basics",
        category=world.category,
        is_automatic=True,
        steps=["Restart the client", "Try another network"],
    )


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_ticket_of_the_category_gets_a_copy_by_itself_and_keeps_it(template, opened, automation):
    ticket = opened()
    template.steps = ["Something else"]
    template.save()
    assert [step.text for step in ticket.steps.all()] == ["Restart the client", "Try another network"]
    assert ticket.events.get(verb="apply_checklist").actor == automation
    assert not opened(category=None).steps.exists()


def test_steps_are_ticked_with_a_note_and_unticked(template, opened, agent1, lead, agent2, world):
    ticket = opened(into=world.desk)
    first, second = ticket.steps.all()
    commands.tick_step(ticket, actor=agent1, row=second)
    commands.tick_step(ticket, actor=agent1, row=first, note="no change")
    commands.tick_step(ticket, actor=lead, row=first)
    first.refresh_from_db()
    assert (first.done_by, first.note) == (agent1, "no change")
    assert ticket.events.filter(verb="tick_step").count() == 2
    assert tried_so_far(ticket) == "- Try another network\n- Restart the client: no change"
    commands.untick_step(ticket, actor=lead, row=second)
    assert tried_so_far(ticket) == "- Restart the client: no change"
    with pytest.raises(NotAllowed):
        commands.tick_step(ticket, actor=agent2, row=second)


def test_an_untouched_checklist_is_taken_off_and_a_ticked_one_stays(template, opened, agent1):
    ticket = opened(category=None)
    steps = commands.apply_checklist(ticket, actor=agent1, template=template)
    assert commands.apply_checklist(ticket, actor=agent1, template=template) == []
    commands.tick_step(ticket, actor=agent1, row=steps[0])
    with pytest.raises(Invalid):
        commands.drop_checklist(ticket, actor=agent1, checklist=template.name)
    commands.untick_step(ticket, actor=agent1, row=steps[0])
    commands.drop_checklist(ticket, actor=agent1, checklist=template.name)
    assert not ChecklistStep.objects.exists()


def test_the_pages_add_tick_and_hand_over(template, opened, agent1, world):
    ticket, client = opened(into=world.desk, category=None), browser(agent1)
    base = f"/desk/t/{ticket.key}/"
    assert client.post(f"{base}checklists/add/", {"template": ""}).status_code == 422
    assert client.post(f"{base}checklists/add/", {"template": template.pk}).status_code == 302
    first, second = ticket.steps.all()
    assert client.get(f"{base}checklists/{first.pk}/tick/").status_code == 200
    client.post(f"{base}checklists/{first.pk}/tick/", {"note": "still broken"})
    client.post(f"{base}checklists/{second.pk}/tick/")
    client.post(f"{base}checklists/{second.pk}/untick/")
    assert "1 of 2" in client.get(f"{base}side/checklists/").content.decode()
    assert "- Restart the client: still broken" in client.get(f"{base}escalate/").content.decode()


def test_leads_write_templates_and_agents_read_them(template, lead, agent1, requester, world):
    client = browser(lead)
    typed = {"name": "New laptop", "steps": " Join the domain \n\nInstall Office", "is_active": "on"}
    assert client.post("/desk/checklists/new/", typed).status_code == 302
    assert ChecklistTemplate.objects.get(name="New laptop").steps == ["Join the domain", "Install Office"]
    for wrong in ({"steps": " \n "}, {"name": "VPN basics"}, {"is_automatic": "on"}, {"steps": "x\n" * 51}):
        assert client.post("/desk/checklists/new/", {**typed, "name": "Other", **wrong}).status_code == 422
    assert client.get(f"/desk/checklists/{template.pk}/").status_code == 200
    assert "New laptop" in browser(agent1).get("/desk/checklists/").content.decode()
    assert browser(agent1).get("/desk/checklists/new/").status_code == 403
    assert browser(requester).get("/desk/checklists/").status_code == 404
