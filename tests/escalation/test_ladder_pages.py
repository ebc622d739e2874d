"""The settings page of the ladder: who reads it, who writes it, and what it refuses."""

import pytest

from accounts.models import Team, Tier
from catalogue.models import SupportTeam
from core.errors import Conflict, Invalid, NotAllowed
from escalation.commands.ladder import write_ladder
from escalation.forms.ladder import LadderForm
from escalation.ladder import ladder
from escalation.ladder_definition import as_tree
from escalation.models import LadderVersion
from tests.escalation.rule_pages import send_signed_out

pytestmark = pytest.mark.django_db
EDIT = "/desk/tiers/edit/"


def sent(**changes):
    """The editor's form as a browser sends it, with some fields changed."""
    form = LadderForm(ladder())
    data = {"version": LadderVersion.objects.count(), "note": "", "skips": "on"}
    for rows in (form.rungs, form.steps):
        for field in rows.management_form:
            data[field.html_name] = field.value()
        for row in rows.forms:
            for field in row:
                value = field.value()
                if value not in (None, "", [], False):
                    data[field.html_name] = value
    return data | changes


def step_number(data, start, end):
    return next(
        number
        for number in range(int(data["steps-TOTAL_FORMS"]))
        if (data.get(f"steps-{number}-start"), data.get(f"steps-{number}-end")) == (start, end)
    )


def levels():
    return list(Tier.objects.order_by("level").values_list("level", "name"))


def test_everybody_who_climbs_it_reads_it_and_nobody_else(client, world, agent1, manager, requester):
    client.force_login(requester)
    assert client.get("/desk/tiers/").status_code == 404
    client.force_login(agent1)
    page = client.get("/desk/tiers/").content.decode()
    assert "Level III" in page and "Infrastructure" in page
    assert EDIT not in page
    assert client.get(EDIT).status_code == 403
    client.force_login(manager)
    assert EDIT in client.get("/desk/tiers/").content.decode()
    assert client.get(EDIT).status_code == 200


def test_a_restricted_team_is_not_named_to_others(client, world, agent1):
    SupportTeam.objects.filter(team=world.network).update(team=world.hr)
    client.force_login(agent1)
    assert "Hr Systems" not in client.get("/desk/tiers/").content.decode()


def test_the_page_costs_the_same_whatever_stands_on_it(
    client, world, manager, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(manager)
    client.get("/desk/tiers/")
    with django_assert_max_num_queries(18) as first:
        client.get("/desk/tiers/")
    for number in range(20):
        Team.objects.create(slug=f"t{number}", name=f"T{number}", tier=world.desk.tier)
    with django_assert_num_queries(len(first)):
        client.get("/desk/tiers/")


def test_saving_it_unchanged_keeps_it(client, world, manager):
    client.force_login(manager)
    before = ladder()
    assert client.post(EDIT, sent()).status_code == 302
    assert ladder() == before


def test_a_step_is_written(client, world, manager):
    client.force_login(manager)
    one, two = Tier.objects.get(level=1).pk, Tier.objects.get(level=2).pk
    data = sent()
    row = f"steps-{step_number(data, one, two)}"
    data |= {
        f"{row}-fields_needed": ["tried"],
        f"{row}-checklist": "Restarted | Dinyalakan ulang\nCabled",
        f"{row}-accept_minutes": "30m",
    }
    assert client.post(EDIT, data).status_code == 302
    step = ladder().step(one, two)
    assert (step.fields, step.accept_minutes) == (("tried",), 30)
    assert [(item.en, item.id) for item in step.checklist] == [("Restarted", "Dinyalakan ulang"), ("Cabled", "")]
    assert "Restarted" in client.get("/desk/tiers/").content.decode()


def test_a_new_tier_finds_its_place_and_its_steps(client, world, manager):
    client.force_login(manager)
    data = sent(**{"rungs-3-place": "2", "rungs-3-name": "Phone team", "rungs-1-place": "3", "rungs-2-place": "4"})
    assert client.post(EDIT, data).status_code == 302
    assert levels() == [(1, "Level I"), (2, "Phone team"), (3, "Level II"), (4, "Level III")]
    new = Tier.objects.get(name="Phone team").pk
    assert ladder().step(Tier.objects.get(level=1).pk, new).direction == "up"
    assert ladder().step(new, Tier.objects.get(level=3).pk).direction == "up"


def test_tiers_can_change_places_only_with_their_steps(client, world, manager):
    client.force_login(manager)
    page = client.post(EDIT, sent(**{"rungs-0-place": "2", "rungs-1-place": "1"}))
    assert page.status_code == 422
    assert "leads down, not up" in page.content.decode()
    assert levels()[0] == (1, "Level I")


def test_a_circle_is_refused_with_its_path_and_nothing_is_saved(client, world, manager):
    client.force_login(manager)
    two, three = Tier.objects.get(level=2).pk, Tier.objects.get(level=3).pk
    data = sent()
    data[f"steps-{step_number(data, three, two)}-direction"] = "up"
    page = client.post(EDIT, data)
    assert page.status_code == 422
    assert "Level II → Level III → Level II" in page.content.decode()
    assert not LadderVersion.objects.exists()


def test_a_tier_with_teams_is_not_taken_off(client, world, manager):
    client.force_login(manager)
    data = sent(**{"rungs-2-DELETE": "on"})
    page = client.post(EDIT, data)
    assert page.status_code == 422
    assert "still has teams or tickets" in page.content.decode()
    assert levels()[2] == (3, "Level III")


def test_whoever_comes_second_sees_that_it_was_changed(world, manager, admin):
    write_ladder(as_tree(ladder()) | {"skips": False}, actor=admin, seen=0)
    with pytest.raises(Conflict):
        write_ladder(as_tree(ladder()) | {"skips": True}, actor=manager, seen=0)
    assert LadderVersion.objects.count() == 1


def test_agents_write_no_ladder(world, lead):
    with pytest.raises(NotAllowed):
        write_ladder(as_tree(ladder()), actor=lead)


def test_a_step_for_a_team_that_is_gone_is_refused(world, manager):
    tree = as_tree(ladder())
    tree["steps"][0]["teams"] = [987654]
    with pytest.raises(Invalid, match="team that is not there"):
        write_ladder(tree, actor=manager)


def test_a_team_needs_a_tier(client, world, manager):
    client.force_login(manager)
    page = client.post("/desk/tiers/teams/network/", {"tier": ""})
    assert page.status_code == 422
    assert "needs a tier" in page.content.decode()
    three = Tier.objects.get(level=3)
    client.post("/desk/tiers/teams/network/", {"tier": three.pk})
    world.network.refresh_from_db()
    assert world.network.tier == three


def test_who_supports_a_service_is_written(client, world, manager):
    client.force_login(manager)
    one, two, three = Tier.objects.order_by("level")
    chosen = {f"tier-{one.pk}": "service-desk", f"tier-{two.pk}": "infrastructure", f"tier-{three.pk}": ""}
    assert client.post("/desk/tiers/services/vpn/", chosen).status_code == 302
    rows = SupportTeam.objects.filter(service=world.vpn).values_list("tier__level", "team__slug")
    assert list(rows) == [(1, "service-desk"), (2, "infrastructure")]
    twice = client.post("/desk/tiers/services/vpn/", chosen | {f"tier-{three.pk}": "infrastructure"})
    assert twice.status_code == 422
    assert "two tiers" in twice.content.decode()
    assert SupportTeam.objects.filter(service=world.vpn).count() == 2


def test_a_lost_session_leaves_a_stale_ladder_stale(client, world, manager, admin):
    client.force_login(manager)
    write_ladder(as_tree(ladder()) | {"skips": False}, actor=admin, seen=0)
    send_signed_out(client, manager, EDIT, sent(note="mine") | {"version": "0"})
    assert 'name="version" value="0"' in client.get(EDIT).content.decode()


def test_another_wording_is_overwritten_only_on_purpose(client, world, manager, admin):
    client.force_login(manager)
    mine = sent(note="mine")
    write_ladder(as_tree(ladder()) | {"skips": False}, actor=admin, seen=0)
    for _n in range(2):
        page = client.post(EDIT, mine)
        assert page.status_code == 409
        assert "Look at version 1 by Admin" in page.content.decode()
    assert client.post(EDIT, mine | {"overwrite": "1"}).status_code == 302
    assert (ladder().skips, LadderVersion.objects.count()) == (True, 2)


def test_an_earlier_wording_is_read_and_put_in_force_again(client, world, manager, agent1):
    for skips in (False, True):
        write_ladder(as_tree(ladder()) | {"skips": skips}, actor=manager)
    client.force_login(agent1)
    assert client.get("/desk/tiers/versions/1/").status_code == 200
    assert client.post("/desk/tiers/versions/1/").status_code == 403
    client.force_login(manager)
    assert client.post("/desk/tiers/versions/1/").status_code == 302
    assert (ladder().skips, LadderVersion.objects.first().note) == (False, "Back to version 1")


def test_a_tier_that_is_taken_off_takes_its_steps_along(client, world, manager):
    Team.objects.filter(tier__level=3).update(tier=Tier.objects.get(level=2))
    SupportTeam.objects.filter(tier__level=3).delete()
    client.force_login(manager)
    assert client.post(EDIT, sent(**{"rungs-2-DELETE": "on"})).status_code == 302
    assert levels() == [(1, "Level I"), (2, "Level II")]


def test_two_tiers_at_one_place_are_refused(client, world, manager):
    client.force_login(manager)
    page = client.post(EDIT, sent(**{"rungs-1-place": "1"}))
    assert page.status_code == 422
    assert "stand at the same place" in page.content.decode()


def test_the_ladder_is_read_over_rest(client, world, agent1, requester):
    client.force_login(requester)
    assert client.get("/api/v1/ladder/").status_code == 403
    client.force_login(agent1)
    assert [rung["name"] for rung in client.get("/api/v1/ladder/").json()["rungs"]] == [
        "Level I",
        "Level II",
        "Level III",
    ]
