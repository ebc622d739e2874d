"""Saved views: who sees, makes and changes them, what they show, and what happens when they make no sense any more."""

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from tests.cast import MONDAY
from tickets import commands
from tickets.commands import saved_views
from tickets.commands.saved_views import keep_view, remove_view, restore_view
from tickets.lists.stored import capped_count, spoken_count, stored
from tickets.models import SavedView, Ticket

pytestmark = pytest.mark.django_db
URGENT = {"all": [{"field": "priority", "op": "at_least", "value": 2}]}


def view_of(owner, **fields):
    fields = {"name": "Urgent", "condition": URGENT, **fields}
    return keep_view(SavedView(owner=owner, **fields), actor=owner)


@pytest.fixture
def urgent(opened):
    opened(impact=4, urgency=3)
    return opened(impact=1, urgency=1)


def test_a_view_shows_and_counts_what_its_condition_means(urgent, agent1, client):
    view = view_of(agent1, columns=["subject", "team"], sort="opened", group="")
    client.force_login(agent1)
    page = client.get(view.get_absolute_url()).content.decode()
    assert page.count("data-row=") == 1 and f'id="row-{urgent.pk}"' in page
    assert "c-team" in page and "c-owner" not in page
    assert (
        f'id="count-view-{view.pk}" hx-swap-oob="true" class="count">1<'
        in client.get("/desk/views/counts/").content.decode()
    )


def test_private_team_and_everybody(world, agent1, agent2, lead, manager, other_team_agent, requester):
    mine = view_of(lead)
    of_team = view_of(lead, scope="team", team=world.desk)
    of_all = view_of(manager, scope="everybody")
    seen = {who.name: set(SavedView.objects.visible_to(who)) for who in (agent1, agent2, lead, requester)}
    assert seen == {"Arif": {of_team, of_all}, "Bayu": {of_all}, "Laras": {mine, of_team, of_all}, "Rina": set()}


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [("agent1", "private", True), ("agent1", "team", False), ("agent1", "everybody", False), ("lead", "team", True),
     ("lead", "everybody", True), ("manager", "team", True), ("manager", "everybody", True), ("agent2", "team", False)],
)  # fmt: skip
def test_who_may_make_views_for_whom(request, world, role, scope, may):
    user = request.getfixturevalue(role)
    team = world.desk if scope == "team" else None
    if may:
        assert view_of(user, scope=scope, team=team).pk
    else:
        with pytest.raises(NotAllowed):
            view_of(user, scope=scope, team=team)


def test_others_neither_change_nor_remove_it(world, lead, agent1, client):
    view = view_of(lead, scope="team", team=world.desk)
    with pytest.raises(NotAllowed):
        keep_view(view, actor=agent1)
    with pytest.raises(NotAllowed):
        remove_view(view, actor=agent1)
    client.force_login(agent1)
    assert client.get(f"/desk/views/{view.pk}/").status_code == 403
    assert client.post(f"/desk/views/{view.pk}/remove/").status_code == 403


def test_removing_can_be_undone(agent1, client):
    view = view_of(agent1)
    client.force_login(agent1)
    page = client.post(f"/desk/views/{view.pk}/remove/", follow=True).content.decode()
    assert f"/desk/views/{view.pk}/restore/" in page
    assert client.get(view.get_absolute_url()).status_code == 404
    client.post(f"/desk/views/{view.pk}/restore/")
    assert client.get(view.get_absolute_url()).status_code == 200


def test_a_view_shows_each_reader_only_what_is_theirs_to_see(world, opened, manager, agent1, other_team_agent):
    view = view_of(manager, scope="everybody", condition={"all": []})
    opened(), opened(into=world.hr)
    counts = {who.name: capped_count(stored(view, who, MONDAY).tickets) for who in (agent1, other_team_agent, manager)}
    assert counts == {"Arif": 1, "Hana": 2, "Maya": 2}
    guest_on = Ticket.objects.get(team=world.hr)
    commands.invite(guest_on, actor=other_team_agent, person=agent1, asked="Look")
    assert capped_count(stored(view, agent1, MONDAY).tickets) == 2


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [{"field": "team", "op": "is", "value": "old-team"}]},
        {"all": [{"field": "gone", "op": "is"}]},
        {},
        {"x": 1},
    ],
)
def test_a_view_that_makes_no_sense_any_more_says_so(agent1, client, condition):
    view = SavedView.objects.create(owner=agent1, name="Old", condition=condition, sort="zzz", group="zzz")
    client.force_login(agent1)
    page = client.get(view.get_absolute_url())
    assert page.status_code == 200 and b"This view cannot be shown" in page.content
    assert client.get(f"/desk/views/{view.pk}/").status_code == 200
    assert client.get("/desk/views/counts/").status_code == 200
    if "old-team" in str(condition):
        assert "old-team" in page.content.decode()


def test_ended_tickets_come_only_when_asked_for(opened, agent1, client):
    commands.cancel(opened(), actor=agent1, reason="gone")
    view = view_of(agent1, condition={"all": []}, has_ended=True, sort="updated", group="")
    client.force_login(agent1)
    page = client.get(f"{view.get_absolute_url()}?sort=subject&group=status").content
    assert page.count(b"data-row=") == 1 and b'href="?sort=subject' not in page and b'class="grp"' not in page
    view_of(agent1, condition={"all": []})
    assert capped_count(stored(SavedView.objects.last(), agent1, MONDAY).tickets) == 0


def test_the_page_keeps_what_was_typed_and_names_what_to_fix(agent1, client):
    client.force_login(agent1)
    rows = {"conditions-word": "all", "conditions-item": "1", "conditions-1-field": "priority", "conditions-1-op": "is",
            "conditions-1-value": "2", "conditions-1-drawn": "priority"}  # fmt: skip
    sent = {"name": "", "who": "private", "sort": "due", "group": "due", "col": ["subject", "owner"], **rows}
    refused = client.post("/desk/views/new/", {**sent, "action": "save"})
    assert refused.status_code == 422 and b"Give the view a name." in refused.content
    moved = client.post("/desk/views/new/", {**sent, "name": "Mine", "action": "columns:up:owner"}).content.decode()
    assert moved.index('id="col-owner"') < moved.index('id="col-subject"') and 'value="Mine"' in moved
    client.post("/desk/views/new/", {**sent, "name": "Mine", "action": "save"})
    view = SavedView.objects.get()
    assert (view.name, view.columns) == ("Mine", ["subject", "owner"])
    assert view.condition == {"all": [{"field": "priority", "op": "is", "value": 2}]}
    ended = client.post("/desk/views/new/", {**sent, "name": "All", "has_ended": "on", "action": "save"})
    assert ended.status_code == 422


def test_a_list_is_taken_over_with_its_filters_and_columns(urgent, agent1, client):
    client.force_login(agent1)
    here = "/desk/q/service-desk/?f=unassigned&p=1&p=2&q=vpn&s=new&col=subject&col=team&sort=priority"
    client.get("/desk/views/new/", {"from": here})
    page = client.get("/desk/views/new/", {"from": here}).content.decode()
    assert "service-desk" in page and 'value="vpn"' in page
    assert page.index('value="team" id="col-team" checked') > page.index('value="subject" id="col-subject" checked')


@pytest.mark.parametrize("slug", ["my-teams", "my-tier", "unassigned", "waiting", "soon-late", "watched"])
def test_every_list_can_become_a_view(agent1, client, slug):
    client.force_login(agent1)
    assert client.get("/desk/views/new/", {"from": f"/desk/v/{slug}/"}).status_code == 200


def test_two_writers_do_not_overwrite_each_other(agent1):
    view = view_of(agent1)
    keep_view(view, actor=agent1, seen=1)
    with pytest.raises(Conflict):
        keep_view(view, actor=agent1, seen=1)


def test_there_is_an_end_to_how_many_one_keeps(agent1, monkeypatch):
    monkeypatch.setattr(saved_views, "VIEWS_AT_MOST", 1)
    removed = remove_view(view_of(agent1), actor=agent1)
    view_of(agent1)
    with pytest.raises(Invalid):
        view_of(agent1)
    with pytest.raises(Invalid):
        restore_view(removed, actor=agent1)


def test_large_counts_are_capped():
    assert (spoken_count(999), spoken_count(1000)) == ("999", "999+")
