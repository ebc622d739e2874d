"""The rule editor and the list of rules: typing is kept, drafted, refused in words, and turned on by managers."""

import re

import pytest
from django.utils import timezone as django_time

from escalation.commands.rules import draft_rule, switch, turn_off
from escalation.models import Rule, RuleSwitch, RuleVersion
from tests.escalation.rule_pages import fields_of, press, send_signed_out
from tests.escalation.rules import SAYS_VPN, priority, rule, team, wording

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("world")]
NEW = "/desk/rules/new/"


@pytest.fixture
def writer(lead, client):
    client.force_login(lead)
    return client


def drawn(client, **changes):
    """A new rule with one condition and one action, as it stands in the page."""
    page = press(client, NEW, client.get(NEW), "rows:if:add")
    page = press(client, NEW, page, "rows", if__1__field="priority")
    page = press(client, NEW, page, "rows:then:add", if__1__op="at_least", if__1__value="2")
    page = press(client, NEW, page, "rows", then__1__do="set_team")
    said = {"name": "Urgent to network", "name_id": "Mendesak ke jaringan", "then__1__team": "network", **changes}
    return press(client, NEW, page, "rows", **said)


def test_a_rule_is_written_row_by_row_without_scripts(writer, lead):
    page = drawn(writer)
    text = page.content.decode()
    assert "When a ticket is opened, and only if priority is at least P2 High: move it to Network." in text
    assert 'lang="id"' in text
    answer = press(writer, NEW, page, "save", note="First try")
    version = RuleVersion.objects.get()
    assert answer.headers["Location"] == f"/desk/rules/{version.rule_id}/edit/"
    assert version.definition["if"] == {"all": [{"field": "priority", "op": "at_least", "value": 2}]}
    assert version.definition["then"] == [{"do": "set_team", "team": "network"}]
    assert (version.note, version.author, version.rule.name_id) == ("First try", lead, "Mendesak ke jaringan")
    assert not version.rule.is_active


def test_a_group_is_one_level_down_and_what_is_typed_stays(writer):
    page = press(writer, NEW, drawn(writer), "rows:if:group")
    fields = fields_of(page)
    assert fields["name"] == ["Urgent to network"] and fields["if-item"] == ["1", "g2", "2.3"]
    page = press(writer, NEW, page, "rows:if:add:2", if__3__field="requester_vip")
    page = press(writer, NEW, page, "rows", if__4__field="service")
    page = press(writer, NEW, page, "rows", if__4__op="in")
    press(writer, NEW, page, "save", if__4__value=["vpn"], if__3__value="true")
    assert RuleVersion.objects.get().definition["if"]["all"][1] == {
        "any": [
            {"field": "requester_vip", "op": "is", "value": True},
            {"field": "service", "op": "in", "value": ["vpn"]},
        ]
    }


def test_rows_move_and_go(writer):
    page = press(writer, NEW, drawn(writer), "rows:then:add")
    page = press(writer, NEW, page, "rows", then__2__do="set_priority")
    page = press(writer, NEW, page, "rows:then:up:2")
    assert fields_of(page)["then-item"] == ["2", "1"] and fields_of(page)["then-1-team"] == ["network"]
    assert 'id="id_then-2-up"' in page.content.decode() and "autofocus" in page.content.decode()
    page = press(writer, NEW, page, "rows:then:remove:2")
    assert fields_of(page)["then-item"] == ["1"]
    assert "if-item" not in fields_of(press(writer, NEW, page, "rows:if:remove:1"))


def test_another_field_begins_with_an_empty_value(writer):
    page = press(writer, NEW, drawn(writer), "rows", if__1__field="text")
    assert fields_of(page)["if-1-value"] == [""] and fields_of(page)["if-1-op"] == ["contains"]


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"name": ""}, "id_name", "This field is required."),
        ({"on": []}, "id_on_0", "Choose what sets the rule off."),
        ({"if__1__value": "9"}, "id_if-1-value", "Expected a whole number."),
        ({"if__1__field": ""}, "id_if-1-field", "Choose what is asked, or remove this condition."),
        ({"then__1__do": ""}, "id_then-1-do", "Choose what is done, or remove this action."),
        ({"then__item": []}, "id_then-add", "Give 1 to 12 actions."),
        ({"then__1__team": "gone"}, "id_then-1-team", "Select a valid choice"),
        ({"order": "-1"}, "id_order", "greater than or equal to 0"),
        ({"since": "2026-12-02T10:00", "until": "2026-12-01T10:00"}, "id_until", "It ends before it begins."),
        ({"kind": "every", "reach_what": "in_tier"}, "id_reach_amount", "Say how much time."),
        ({"kind": "every", "reach_what": "open", "reach_amount": "0"}, "id_reach_amount", "from 1 to a year"),
    ],
)
def test_what_is_wrong_stands_at_its_control_and_is_linked(changes, place, words, writer):
    answer = press(writer, NEW, drawn(writer), "save", **changes)
    text = answer.content.decode()
    assert answer.status_code == 422 and not Rule.objects.exists()
    assert f'<a href="#{place}">' in text and f'id="{place}"' in text and text.count(words) >= 2


def test_a_schedule_in_hours_is_stored_in_minutes(writer, office):
    sent = {"kind": "every", "every": "15", "calendar": str(office.pk), "reach_what": "in_tier", "reach_amount": "2"}
    press(writer, NEW, drawn(writer), "save", reach_unit="hours", **sent)
    version = RuleVersion.objects.get()
    reaches = {"what": "in_tier", "minutes": 120}
    assert version.definition["when"] == {"every": 15, "calendar": office.pk, "reaches": reaches}
    fields = fields_of(writer.get(f"/desk/rules/{version.rule_id}/edit/"))
    assert (fields["reach_amount"], fields["reach_unit"], fields["kind"]) == (["2"], ["hours"], ["every"])


def test_the_window_is_in_the_authors_own_time(writer, lead):
    press(writer, NEW, drawn(writer), "save", since="2026-12-01T08:00")
    version = RuleVersion.objects.get()
    assert version.definition["from"] == "2026-12-01T08:00:00+07:00"
    assert fields_of(writer.get(f"/desk/rules/{version.rule_id}/edit/"))["since"] == ["2026-12-01T08:00"]


def test_a_stored_rule_comes_back_as_it_was(writer, lead):
    person = {"field": "assignee", "op": "in", "value": [lead.pk]}
    asked = [
        SAYS_VPN,
        person,
        {"any": [{"field": "tier", "op": "is_empty"}, {"field": "reopen_count", "op": "is", "value": 3}]},
    ]
    said = {"do": "notify", "who": ["lead"], "persons": [lead.pk], "text": "Look"}
    draft = draft_rule(None, wording(5, asked, said, told={"en": "Because."}), actor=lead)
    url = f"/desk/rules/{draft.rule_id}/edit/"
    press(writer, url, writer.get(url), "save")
    again = RuleVersion.objects.get(number=2)
    assert again.definition == draft.definition


def test_somebody_faster_is_named_and_sending_again_is_meant(writer, lead, manager):
    draft = draft_rule(None, wording(5, [SAYS_VPN], team("network")), actor=lead)
    url = f"/desk/rules/{draft.rule_id}/edit/"
    page = writer.get(url)
    draft_rule(draft.rule, wording(6, [], team("infrastructure")), actor=manager)
    answer = press(writer, url, page, "save", name="Mine")
    text = answer.content.decode()
    assert answer.status_code == 409 and "Somebody saved version 2 of this rule meanwhile." in text
    assert fields_of(answer)["name"] == ["Mine"] and fields_of(answer)["version"] == ["2"]
    assert press(writer, url, answer, "save").status_code == 302
    assert draft.rule.versions.first().name == "Mine"


def test_what_was_typed_survives_a_lost_session(client, lead):
    client.force_login(lead)
    page = drawn(client)
    send_signed_out(client, lead, NEW, fields_of(page) | {"action": "save"})
    fields = fields_of(client.get(NEW))
    assert fields["name"] == ["Urgent to network"] and fields["then-1-team"] == ["network"]


def test_a_lost_session_does_not_write_over_somebody_faster(client, lead, manager):
    draft = draft_rule(None, wording(5, [SAYS_VPN], team("network")), actor=lead)
    url = f"/desk/rules/{draft.rule_id}/edit/"
    client.force_login(lead)
    page = client.get(url)
    draft_rule(draft.rule, wording(6, [], team("infrastructure")), actor=manager)
    send_signed_out(client, lead, url, fields_of(page) | {"action": "save", "name": "Mine"})
    answer = press(client, url, client.get(url), "save")
    assert answer.status_code == 409 and fields_of(answer)["name"] == ["Mine"]
    assert draft.rule.versions.first().number == 2


def test_enter_in_a_field_presses_the_harmless_button(keeper):
    one = rule(10, [SAYS_VPN], team("network"))
    text = keeper.get(f"/desk/rules/{one.pk}/edit/").content.decode()
    buttons = re.findall(r"<button[^>]*>", text)
    of_form = [tag for tag in buttons if 'form="rule-form"' in tag]
    assert 'value="rows"' in of_form[0] and 'value="on"' in of_form[1]
    assert text.index(of_form[0]) < text.index('id="rule-form"')


def test_while_all_rules_are_stopped_every_page_says_so(keeper, manager):
    one = rule(10, [SAYS_VPN], team("network"))
    switch(is_on=False, actor=manager, reason="They loop.")
    for path in ("", f"{one.pk}/", f"{one.pk}/edit/"):
        text = keeper.get(f"/desk/rules/{path}").content.decode()
        assert "All rules are stopped." in text and "Maya: They loop. " in text, path


def test_a_window_is_said_and_a_rule_outside_it_is_not_simply_on(keeper):
    later = rule(10, [SAYS_VPN], team("network"), **{"from": "2090-12-01T00:00:00+07:00"})
    past = {"from": "2020-12-01T00:00:00+07:00", "until": "2020-12-31T17:00:00+07:00"}
    over = rule(20, [SAYS_VPN], priority(2), **past)
    text = keeper.get("/desk/rules/").content.decode()
    assert "From 1 Dec 2090 00:00: when a ticket is opened" in text
    assert "From 1 Dec 2020 00:00 until 31 Dec 2020 17:00: when a ticket is opened" in text
    assert "not yet active" in text and "its time is over" in text
    assert "not yet active" in keeper.get(f"/desk/rules/{later.pk}/").content.decode()
    assert "its time is over" in keeper.get(f"/desk/rules/{over.pk}/edit/").content.decode()


def test_the_words_box_alone_answers_in_both_languages(writer):
    sent = fields_of(drawn(writer))
    text = writer.post("/desk/rules/words/", sent).content.decode()
    assert "<html" not in text and "move it to Network" in text and 'lang="id"' in text
    empty = writer.post("/desk/rules/words/", sent | {"then-1-do": ""}).content.decode()
    assert "once every row is filled in" in empty


def test_htmx_gets_the_form_alone(writer):
    answer = writer.post(NEW, fields_of(drawn(writer)) | {"action": "rows:if:add"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<form class="page') and b"<html" not in answer.content


def test_names_are_escaped_everywhere(writer, lead):
    evil = '<img src=x onerror="alert(1)">'
    press(writer, NEW, drawn(writer), "save", name=evil, name_id=evil, note=evil, told_en=evil)
    one = Rule.objects.get()
    for path in ("/desk/rules/", f"/desk/rules/{one.pk}/", f"/desk/rules/{one.pk}/edit/"):
        assert "<img" not in writer.get(path).content.decode(), path


def test_the_list_says_how_each_rule_stands(keeper, lead, manager):
    on, off = rule(10, [SAYS_VPN], team("network")), rule(20, [], priority(3))
    turn_off(off, actor=manager, reason="Too many")
    draft = draft_rule(None, wording(30, [], team("infrastructure")), actor=lead)
    tired = rule(40, [], priority(2))
    Rule.objects.filter(pk=tired.pk).update(is_active=False, failures=5, switched_off_why="No team")
    text = keeper.get("/desk/rules/").content.decode()
    for words in ("move it to Network", "Turned off: Too many", "1 draft not live", "switched itself off", "No team"):
        assert words in text, words
    assert text.index(f"rule-{on.pk}") < text.index(f"rule-{off.pk}") < text.index(f"rule-{draft.rule_id}")


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rules(
    keeper, lead, opened, django_assert_max_num_queries
):
    rule(10, [SAYS_VPN], team("network"))
    rule(11, [{"field": "team", "op": "is", "value": "network"}], {"do": "escalate", "to": "next"})
    opened(at=django_time.now())
    with django_assert_max_num_queries(40) as few:
        keeper.get("/desk/rules/")
    for order in range(12, 32):
        asked = [SAYS_VPN, {"field": "team", "op": "is", "value": "infrastructure"}]
        rule(order, asked, {"do": "escalate", "to": "infrastructure"}, owner=lead)
    with django_assert_max_num_queries(len(few)):
        text = keeper.get("/desk/rules/").content.decode()
    assert "applied once in 7 days" in text


def test_the_editor_reads_its_choices_once_for_any_number_of_rows(writer, lead, django_assert_max_num_queries):
    asked = {"field": "service", "op": "in", "value": ["vpn"]}
    few, many = (draft_rule(None, wording(n, [asked] * n, team("network")), actor=lead) for n in (1, 20))
    writer.get("/desk/rules/")
    with django_assert_max_num_queries(60) as one:
        writer.get(f"/desk/rules/{few.rule_id}/edit/")
    with django_assert_max_num_queries(len(one)):
        assert b"if-20-field" in writer.get(f"/desk/rules/{many.rule_id}/edit/").content


def test_moving_a_rule_drafts_its_new_place(writer, lead):
    first, second = rule(10, [], priority(2)), rule(20, [SAYS_VPN], team("network"))
    writer.post(f"/desk/rules/{second.pk}/move/", {"to": "up"})
    draft = second.versions.first()
    assert draft.number == 2 and draft.definition["order"] < 10 and draft.author == lead
    second.refresh_from_db()
    assert second.position == 20 and second.current.number == 1
    assert writer.post(f"/desk/rules/{first.pk}/move/", {"to": "up"}).status_code == 422


def test_the_switch_stops_all_rules_with_a_reason(keeper, manager):
    refused = keeper.post("/desk/rules/switch/", {"to": "off", "reason": " "})
    assert refused.status_code == 422 and "Say why the rules are stopped." in refused.content.decode()
    keeper.post("/desk/rules/switch/", {"to": "off", "reason": "Loop in production"})
    text = keeper.get("/desk/rules/").content.decode()
    assert "All rules are stopped." in text and "Maya: Loop in production." in text
    keeper.post("/desk/rules/switch/", {"to": "on"})
    assert RuleSwitch.objects.get().is_on


def test_who_may_do_what(client, requester, agent1, lead, manager):
    one = rule(10, [SAYS_VPN], team("network"))
    read = ["/desk/rules/", f"/desk/rules/{one.pk}/"]
    write = [NEW, f"/desk/rules/{one.pk}/edit/", "/desk/rules/import/", "/desk/rules/export/"]
    keep = [f"/desk/rules/{one.pk}/versions/1/turn-on/", f"/desk/rules/{one.pk}/remove/"]
    for person, statuses in {requester: (404, 404, 404), agent1: (200, 403, 403), lead: (200, 200, 403)}.items():
        client.force_login(person)
        for paths, status in zip((read, write, keep), statuses, strict=True):
            assert [client.get(path).status_code for path in paths] == [status] * len(paths), (person, paths)
    for path, sent in (("switch/", {"to": "on"}), (f"{one.pk}/off/", {}), (f"{one.pk}/versions/1/restore/", {})):
        assert client.post(f"/desk/rules/{path}", sent).status_code == 403, path
    client.force_login(agent1)
    assert client.post(f"/desk/rules/{one.pk}/move/", {"to": "up"}).status_code == 403
    assert client.post("/desk/rules/words/").status_code == 403
    client.force_login(manager)
    assert client.get("/desk/rules/99999/").status_code == 404
    switch(is_on=False, actor=manager, reason="Test")
    assert client.get("/desk/rules/").status_code == 200
