"""Reply templates: who writes them, what they may say, how they read; and rules that reply from them."""

import pytest
from django.test import Client
from django.utils import translation

from core.errors import Conflict, Invalid, NotAllowed
from escalation.models import Rule, RuleRun
from escalation.rules.stored import check_stored
from tests.escalation.rule_pages import send_signed_out
from tests.escalation.rules import SAYS_VPN, rule
from tickets import commands
from tickets.actions import ReplyForm
from tickets.automation import ActionError, actions
from tickets.models import ReplyTemplate
from tickets.reply_templates import keep_reply_template, switch_reply_template

pytestmark = pytest.mark.django_db
BASE = "/desk/reply-templates/"


@pytest.fixture
def template(lead):
    written = ReplyTemplate(
        name="Steps for VPN",
        name_id="Langkah VPN",
        body_en="Dear {requester}, restart {service}. {owner}",
        body_id="Halo {requester}, mulai ulang {service}.",
    )
    return keep_reply_template(written, actor=lead)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(**fields):
    return {"name": "Steps", "name_id": "", "body_en": "Restart it.", "body_id": "", "version": "1", **fields}


def said(ticket):
    return [message.body for message in ticket.messages.filter(is_public=True, author__is_automation=True)]


def test_leads_write_agents_read_and_requesters_see_nothing(template, lead, agent1, requester):
    assert b"Steps for VPN" in browser(agent1).get(BASE).content
    assert browser(agent1).get(f"{BASE}new/").status_code == 403
    assert browser(agent1).post(f"{BASE}{template.pk}/off/").status_code == 403
    assert browser(requester).get(BASE).status_code == 404
    assert browser(lead).post(f"{BASE}new/", form()).status_code == 302
    assert ReplyTemplate.objects.filter(name="Steps", version=1).exists()
    with pytest.raises(NotAllowed):
        keep_reply_template(template, actor=agent1)
    with pytest.raises(NotAllowed):
        switch_reply_template(template, actor=agent1, is_active=False)


def test_the_list_shows_how_it_reads_on_a_made_up_ticket(template, agent1, django_assert_num_queries):
    client = browser(agent1)
    page = client.get(BASE).content.decode()
    assert "Dear Rina Wulandari, restart Office VPN. Bayu Pratama" in page
    assert "mulai ulang VPN kantor" in page
    with django_assert_num_queries(7):
        client.get(BASE)
    ReplyTemplate.objects.bulk_create(ReplyTemplate(name=f"T{n}", body_en="x {team}") for n in range(5))
    with django_assert_num_queries(7):
        client.get(BASE)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"body_en": "Dear {customer}, {name}"}, "{customer}, {name} are not filled in"),
        ({"body_id": "Halo { requester }"}, "{ requester } is not filled in"),
        ({"body_en": ""}, "Write the text in one language at least"),
        ({"name": ""}, "Give the template a name"),
        ({"name": "Steps for VPN"}, "Another template has this name"),
        ({"body_en": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(template, lead, wrong, words):
    answer = browser(lead).post(f"{BASE}new/", form(name_id="canary-7", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and "canary-7" in page


def test_two_writers_do_not_overwrite_each_other(template, lead):
    client, path = browser(lead), f"{BASE}{template.pk}/"
    assert client.post(path, form(body_en="First.")).status_code == 302
    late = client.post(path, form(body_en="canary-8", version="1"))
    assert late.status_code == 409 and b"canary-8" in late.content and b'name="version" value="2"' in late.content
    assert client.post(path, form(body_en="canary-8", version="2")).status_code == 302
    template.refresh_from_db()
    assert (template.body_en, template.version) == ("canary-8", 3)
    template.version = 2
    with pytest.raises(Conflict):
        keep_reply_template(template, actor=lead, seen=2)
    with pytest.raises(Invalid):
        keep_reply_template(ReplyTemplate(name=template.name, body_en="x"), actor=lead)


def test_a_lost_session_does_not_write_over_somebody_faster(template, lead):
    client, path = browser(lead), f"{BASE}{template.pk}/"
    keep_reply_template(template, actor=lead)
    send_signed_out(client, lead, path, form(body_en="canary-9", version="1"))
    page = client.get(path).content.decode()
    assert 'name="version" value="1"' in page and "canary-9" in page
    assert client.post(path, form(body_en="canary-9", version="1")).status_code == 409


def test_the_preview_with_and_without_scripts(template, lead):
    client = browser(lead)
    typed = form(body_en="Hello {requester} **{priority}** {nope} <script>x</script>")
    for answer in (client.post(f"{BASE}preview/", typed), client.post(f"{BASE}new/", {**typed, "preview": "1"})):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Hello Rina Wulandari <strong>P2</strong>" in page
        assert "Not filled in: {nope}" in page and "<script>x" not in page
    assert ReplyTemplate.objects.count() == 1


def test_switching_off_can_be_taken_back(template, lead):
    client = browser(lead)
    page = client.post(f"{BASE}{template.pk}/off/", follow=True).content.decode()
    assert "not in use" in page and f"{BASE}{template.pk}/on/" in page
    assert not ReplyTemplate.objects.active().exists()
    client.post(f"{BASE}{template.pk}/on/")
    template.refresh_from_db()
    assert (template.is_active, template.version) == (True, 3)


# --- what rules do ------------------------------------------------------------------------------------------------


def reply_with(template):
    return {"do": "reply", "template": template.pk}


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Halo Rina, mulai ulang VPN kantor."), ("en", "Dear Rina, restart Office VPN. ")],
)
def test_a_rule_replies_in_the_ticket_s_language(opened, template, world, requester, language, words):
    rule(1, [SAYS_VPN], reply_with(template))
    ticket = opened(language=language, service=world.vpn)
    assert said(ticket) == [words.strip()]
    ticket.refresh_from_db()
    # nobody has looked at it yet
    assert (ticket.status, ticket.first_replied_at) == ("new", None)
    assert ticket.clocks.get(metric="response").state == "running"
    assert requester.outbox_messages.filter(template="ticket_replied").count() == 1


def test_the_other_language_where_one_was_not_written(opened, lead):
    written = keep_reply_template(ReplyTemplate(name="Short", body_id="Halo {requester}"), actor=lead)
    rule(1, [SAYS_VPN], reply_with(written))
    assert said(opened(language="en")) == ["Halo Rina"]


def test_an_absence_notice_that_answers_each_reply_gets_one(opened, template, requester, agent1, world):
    rule(1, [], reply_with(template), on=("requester_replied",))
    ticket = opened(into=world.desk)
    for _time in range(3):
        commands.reply(ticket, actor=requester, body="I am away.")
    assert len(said(ticket)) == 1
    runs = list(RuleRun.objects.filter(ticket=ticket).order_by("pk"))
    assert [run.state for run in runs] == ["done"] * 3 and runs[1].did[0]["result"]
    commands.reply(ticket, actor=agent1, body="Welcome back.")
    commands.reply(ticket, actor=requester, body="Thank you.")
    assert len(said(ticket)) == 2


def test_the_past_told_again_sends_nothing(opened, template):
    rule(1, [SAYS_VPN], reply_with(template))
    with commands.quietly():
        ticket = opened()
    assert not said(ticket)


def test_a_template_switched_off_fails_visibly_and_then_breaks_the_rule(opened, template, lead):
    broken = rule(1, [SAYS_VPN], reply_with(template), owner=lead)
    opened()
    switch_reply_template(template, actor=lead, is_active=False)
    run = RuleRun.objects.get(ticket=opened())
    assert run.state == "failed" and "not in use" in run.did[0]["error"]
    check_stored()
    broken.refresh_from_db()
    assert "is gone" in broken.broken and lead.outbox_messages.filter(template="rule_broken").exists()
    assert not RuleRun.objects.filter(ticket=opened()).exists()
    switch_reply_template(template, actor=lead, is_active=True)
    check_stored()
    assert not Rule.objects.get().broken
    assert said(opened())


def test_switching_off_says_which_rules_will_miss_it(template, lead):
    rule(1, [SAYS_VPN], reply_with(template))
    rule(2, [SAYS_VPN], reply_with(keep_reply_template(ReplyTemplate(name="Other", body_en="x"), actor=lead)))
    page = browser(lead).post(f"{BASE}{template.pk}/off/", follow=True).content.decode()
    assert "A rule in force does not work without it: “rule 1”." in page


def test_a_rule_shows_the_template_it_had_and_says_why_it_is_refused(template, lead):
    switch_reply_template(template, actor=lead, is_active=False)
    drawn = ReplyForm(initial={"template": template.pk})
    assert "Steps for VPN (not in use)" in str(drawn["template"]) and "selected" in str(drawn["template"])
    assert f'href="{BASE}"' in drawn.fields["template"].help_text
    sent = ReplyForm({"template": str(template.pk)})
    assert not sent.is_valid() and "is not in use. Choose another one" in str(sent.errors)


def test_what_the_settings_say_and_refuse(template, lead):
    action = actions()["reply"]
    assert action.words({"template": template.pk}) == "reply “Steps for VPN”"
    with translation.override("id"):
        assert "Langkah VPN" in action.words({"template": template.pk})
    assert action.checked({"template": template.pk}) == {"template": template.pk}
    switch_reply_template(template, actor=lead, is_active=False)
    for wrong in ({"template": template.pk}, {"template": 0}, {}):
        with pytest.raises(ActionError):
            action.checked(wrong)


def test_a_teams_templates_are_offered_to_the_team_and_written_by_its_leads(lead, agent1, agent2, manager, world):
    written = ReplyTemplate(name="Desk words", body_en="canary-31", team=world.desk)
    keep_reply_template(written, actor=lead)
    assert list(ReplyTemplate.objects.visible_to(agent1)) == [written]
    assert b"canary-31" in browser(agent1).get(BASE).content
    assert b"canary-31" not in browser(agent2).get(BASE).content
    assert list(ReplyTemplate.objects.visible_to(manager)) == [written]
    with pytest.raises(NotAllowed):
        keep_reply_template(ReplyTemplate(name="Theirs", body_en="x", team=world.network), actor=lead)
    taken = ReplyTemplate.objects.get(pk=written.pk)
    taken.team = world.network
    with pytest.raises(NotAllowed):
        keep_reply_template(taken, actor=lead)
    page = browser(lead).get(f"{BASE}{written.pk}/").content.decode()
    assert "Service Desk</option>" in page and "Network</option>" not in page
    assert browser(lead).post(f"{BASE}new/", form(team=world.network.pk)).status_code == 422
    assert browser(lead).post(f"{BASE}new/", form(team=world.desk.pk)).status_code == 302


def test_the_picker_offers_no_other_teams_words(opened, lead, agent1, agent2, world):
    written = keep_reply_template(ReplyTemplate(name="Desk", body_en="canary-32", team=world.desk), actor=lead)
    address = f"/desk/t/{opened(into=world.desk).key}/saved-replies/"
    assert b"canary-32" in browser(agent1).post(address, {"mode": "reply"}).content
    assert b"canary-32" not in browser(agent2).post(address, {"mode": "note"}).content
    assert browser(agent2).post(address, {"mode": "note", "template": written.pk}).status_code == 404


def test_the_words_of_a_closed_team_are_for_no_rule(manager, world):
    keep_reply_template(ReplyTemplate(name="Salary", body_en="x", team=world.hr), actor=manager)
    assert not ReplyForm().fields["template"].queryset.exists()
