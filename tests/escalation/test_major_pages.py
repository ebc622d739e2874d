"""The pages and the API of major incidents: what they show to whom, and what they refuse."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import ApiToken
from core.time import database_now
from escalation import commands
from escalation.models import MajorIncident, MajorUpdate
from notifications.models import OutboxMessage
from tests.cast import person
from tests.escalation.major import EN, ID

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
CANARY = "kanari-5b1d"


def browser(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def hidden(opened, world):
    """A restricted ticket of the same service, by somebody with a telling name."""
    return opened(by=person(CANARY), subject=f"{CANARY} VPN", into=world.hr, at=database_now())


def form(world, **other):
    return {
        "title": "VPN is down",
        "title_id": "VPN mati",
        "service": world.vpn.pk,
        "severity": "many",
        "service_state": "outage",
        "cadence_minutes": "45",
        "commander": "",
        **other,
    }


class TestFromProposalToDeclaration:
    def test_the_dialog_proposes(self, lead_ticket, agent1):
        page = browser(agent1)
        assert b"Propose as major incident" in page.get(f"/desk/t/{lead_ticket.key}/").content
        assert page.get(f"/desk/t/{lead_ticket.key}/propose/").status_code == 200
        refused = page.post(f"/desk/t/{lead_ticket.key}/propose/", {"reason": ""})
        assert refused.status_code == 422
        page.post(f"/desk/t/{lead_ticket.key}/propose/", {"reason": "Ten calls"})
        incident = MajorIncident.objects.get()
        assert b"Ten calls" in page.get(incident.get_absolute_url()).content

    def test_a_second_proposal_leads_to_the_first(self, active, opened, agent1, world):
        ticket = opened(into=world.desk)
        answer = browser(agent1).post(f"/desk/t/{ticket.key}/propose/", {"reason": "x"})
        assert f"/desk/major/{active.pk}/attach/?ticket={ticket.pk}".encode() in answer.content

    def test_declaring_asks_for_everything_and_keeps_what_was_typed(self, candidate, lead, world):
        page = browser(lead)
        address = f"/desk/major/{candidate.pk}/promote/"
        assert page.get(address).status_code == 200
        refused = page.post(address, form(world, title_id="", cadence_minutes="-3"))
        assert refused.status_code == 422
        assert b"Write the title in Indonesian." in refused.content and b'value="VPN is down"' in refused.content
        assert page.post(address, form(world)).status_code == 302
        again = page.post(address, form(world))
        assert again.status_code == 409 and b"Laras has already declared" in again.content

    def test_only_leads_and_managers_find_the_form(self, candidate, agent1):
        assert browser(agent1).get(f"/desk/major/{candidate.pk}/promote/").status_code == 404

    def test_dismissing(self, candidate, lead):
        page = browser(lead)
        assert page.post(f"/desk/major/{candidate.pk}/dismiss/", {"dismissal": ""}).status_code == 422
        assert page.post(f"/desk/major/{candidate.pk}/dismiss/", {"dismissal": "One only"}).status_code == 302
        assert b"One only" in page.get(candidate.get_absolute_url()).content


class TestWhileItIsActive:
    def test_every_desk_page_says_so(self, active, agent1, requester):
        page = browser(agent1)
        for address in ("/desk/", "/desk/q/service-desk/", "/desk/major/", "/desk/updates/"):
            assert b"VPN is down" in page.get(address).content, address
        for address in ("/", "/status/"):
            assert b"VPN is down" in browser(requester).get(address).content, address

    def test_roles_clock_and_notes(self, active, manager, agent2):
        page, url = browser(manager), active.get_absolute_url()
        page.post(f"{url}role/", {"role": "communicator", "person": agent2.pk})
        page.post(f"{url}cadence/", {"minutes": "20"})
        page.post(f"{url}note/", {"text": "Carrier called"})
        assert page.post(f"{url}cadence/", {"minutes": "0"}).status_code == 422
        assert page.post(f"{url}role/", {"role": "scribe", "person": active.lead.requester_id}).status_code == 422
        shown = page.get(url).content
        assert b"Carrier called" in shown and b"Communicator is Bayu" in shown and b'value="20"' in shown

    def test_attaching_from_the_list_and_taking_out(self, active, opened, agent1, world, colleague):
        ticket = opened(by=colleague, into=world.desk, at=database_now())
        page, url = browser(agent1), active.get_absolute_url()
        assert ticket.key.encode() in page.get(f"{url}attach/").content
        assert ticket.key.encode() in page.get(f"{url}attach/", {"q": ticket.key}).content
        page.post(f"{url}attach/", {"ticket": [ticket.pk]})
        assert b"Part of major incident" in page.get(f"/desk/t/{ticket.key}/").content
        assert b"VPN is down" in page.get(f"/desk/t/{ticket.key}/side/major/").content
        assert b"handle it as a major incident" in browser(colleague).get(f"/my/tickets/{ticket.key}/").content
        assert page.post(f"{url}attach/", {"ticket": [ticket.pk]}).status_code == 422
        page.post(f"{url}detach/?ticket={ticket.key}")
        assert b"handle it as a major incident" not in browser(colleague).get(f"/my/tickets/{ticket.key}/").content

    def test_the_panel_offers_what_is_active(self, active, opened, agent1, world):
        ticket = opened(into=world.desk)
        assert b"Is this the same trouble?" in browser(agent1).get(f"/desk/t/{ticket.key}/side/major/").content

    def test_an_update_is_looked_at_then_sent_once(self, active, manager, requester):
        page, url = browser(manager), f"{active.get_absolute_url()}update/"
        assert page.post(url, {"step": "preview", "text": EN, "text_id": ""}).status_code == 422
        seen = page.post(url, {"step": "preview", "text": EN, "text_id": ID})
        assert b"1 person gets this" in seen.content and b"English: 1" in seen.content
        assert not MajorUpdate.objects.exists()
        for _click in range(2):
            page.post(url, {"step": "send", "text": EN, "text_id": ID, "dedupe_key": "k"})
        assert MajorUpdate.objects.count() == 1
        assert OutboxMessage.objects.filter(template="major_update").count() == 1
        mine = browser(requester).get(f"/my/tickets/{active.lead.key}/").content.decode()
        assert mine.count(EN) == 1 and "to everybody affected" in mine
        assert EN in browser(requester).get("/status/").content.decode()
        assert EN in page.get(f"/desk/t/{active.lead.key}/").content.decode()

    def test_an_update_stays_on_the_page_of_a_ticket_taken_out(self, active, opened, agent1, manager, world, colleague):
        ticket = opened(by=colleague, into=world.desk)
        commands.send_update(active, actor=manager, text="First words", text_id=ID)
        commands.attach(active, actor=agent1, tickets=[ticket])
        commands.send_update(active, actor=manager, text="Second words", text_id=ID)
        page = browser(colleague)
        inside = page.get(f"/my/tickets/{ticket.key}/").content
        assert b"First words" in inside and b"Second words" in inside
        commands.detach(active, actor=agent1, ticket=ticket)
        commands.send_update(active, actor=manager, text="Third words", text_id=ID)
        outside = page.get(f"/my/tickets/{ticket.key}/").content
        assert b"First words" not in outside and b"Second words" in outside and b"Third words" not in outside

    def test_standing_down_resolves_what_is_ticked_and_lists_what_refuses(self, active, opened, agent1, lead, world):
        kept, elsewhere = opened(into=world.desk), opened(into=world.network)
        commands.attach(active, actor=agent1, tickets=[kept, elsewhere])
        page, url = browser(lead), f"{active.get_absolute_url()}stand-down/"
        assert page.get(url).content.count(b" checked") == 3
        sent = {"step": "stand_down", "text": EN, "text_id": ID, "ticket": [active.lead_id, elsewhere.pk]}
        assert page.post(url, sent).status_code == 422
        answer = page.post(url, {**sent, "resolution": "The line was cut."})
        assert answer.status_code == 200 and f"{elsewhere.key}</a> You are not allowed".encode() in answer.content
        kept.refresh_from_db()
        active.lead.refresh_from_db()
        assert (kept.status, active.lead.status) == ("new", "resolved")
        answer = page.post(url, {"step": "resolve", "resolution": "The line was cut.", "ticket": [kept.pk]})
        kept.refresh_from_db()
        assert answer.status_code == 302 and kept.status == "resolved"


class TestTheReview:
    def test_it_is_read_by_staff_written_and_finished(self, active, manager, agent1, requester):
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        page, url = browser(manager), f"{active.get_absolute_url()}review/"
        assert b"declared the major incident" in page.get(url).content
        assert browser(agent1).get(url).status_code == 200
        assert browser(requester).get(url).status_code == 404
        typed = {"number": "1", "happened": "It broke.", "cause": "A cable", "action_what": ["Second line", ""]}
        typed |= {"action_owner": [agent1.pk, ""], "action_due": ["2026-12-01", ""]}
        assert page.post(url, {**typed, "action_due": ["soon", ""]}).status_code == 422
        assert page.post(url, typed).status_code == 302
        stale = page.post(url, {**typed, "happened": "Typed in vain?"})
        assert stale.status_code == 409 and b"Typed in vain?" in stale.content
        assert page.post(f"{url}finish/", {"number": "2"}).status_code == 302
        shown = page.get(url).content
        assert b"Second line" in shown and b"2026-12-01" in shown and b"<textarea" not in shown
        assert b"declared the major incident" in page.get(url, {"version": "1"}).content


class TestWhoSeesWhat:
    def test_requesters_find_no_page_of_it(self, active, requester):
        page = browser(requester)
        for tail in ("", "promote/", "attach/", "update/", "stand-down/", "review/"):
            assert page.get(f"{active.get_absolute_url()}{tail}").status_code == 404
        for tail in ("note/", "role/", "cadence/", "detach/", "dismiss/", "fold/"):
            assert page.post(f"{active.get_absolute_url()}{tail}", {"text": "x"}).status_code == 404
        assert page.get("/desk/major/").status_code == 404

    def test_a_restricted_ticket_in_it_shows_neither_subject_nor_requester(
        self, active, hidden, manager, agent1, other_team_agent
    ):
        commands.attach(active, actor=other_team_agent, tickets=[hidden])
        commands.send_update(active, actor=manager, text=EN, text_id=ID)
        url, key = active.get_absolute_url(), hidden.key.encode()
        for address in (url, f"{url}attach/", f"{url}attach/?q={hidden.key}", f"{url}?f=tickets", "/desk/major/"):
            shown = browser(agent1).get(address).content
            assert CANARY.encode() not in shown.lower() and f">{hidden.key}<".encode() not in shown, address
        assert key in browser(other_team_agent).get(url).content
        assert key in browser(manager).get(url).content
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        assert key not in browser(agent1).get(f"{url}review/").content

    def test_a_proposal_is_known_to_those_who_know_its_ticket(self, hidden, other_team_agent, agent1, lead):
        incident = commands.propose(hidden, actor=other_team_agent, reason=CANARY)
        for who in (agent1, lead):
            page = browser(who)
            assert page.get(incident.get_absolute_url()).status_code == 404
            assert CANARY.encode() not in page.get("/desk/major/").content
        assert browser(other_team_agent).get(incident.get_absolute_url()).status_code == 200

    def test_a_declared_one_is_known_to_all_but_not_its_leading_ticket(
        self, hidden, other_team_agent, agent1, manager, world
    ):
        incident = commands.propose(hidden, actor=other_team_agent, reason=CANARY)
        browser(manager).post(f"{incident.get_absolute_url()}promote/", form(world))
        shown = browser(agent1).get(incident.get_absolute_url()).content
        assert b"VPN is down" in shown and CANARY.encode() not in shown.lower()
        assert hidden.key.encode() not in shown

    def test_updates_are_for_those_whose_ticket_is_in_it(self, active, manager, opened, colleague, world):
        apart = opened(by=colleague, into=world.desk)
        commands.send_update(active, actor=manager, text=EN, text_id=ID)
        assert EN.encode() not in browser(colleague).get(f"/my/tickets/{apart.key}/").content


class TestCosts:
    def test_the_page_costs_the_same_with_one_ticket_or_twenty(
        self, active, opened, agent1, manager, world, django_assert_max_num_queries
    ):
        page, url = browser(agent1), active.get_absolute_url()
        commands.attach(active, actor=agent1, tickets=[opened(into=world.desk)])
        page.get(url)
        with django_assert_max_num_queries(30) as few:
            page.get(url)
        commands.attach(active, actor=agent1, tickets=[opened(into=world.desk) for _n in range(20)])
        with django_assert_max_num_queries(30) as many:
            page.get(url)
        assert len(many) == len(few)


class TestTheApi:
    @pytest.fixture
    def api(self, manager):
        token = ApiToken.objects.issue(manager, "test", ["read", "write"])
        return Client(headers={"authorization": f"Bearer {token}"})

    def post(self, api, incident, verb, body, **headers):
        address = f"/api/v1/major-incidents/{incident.pk}/{verb}/"
        return api.post(address, body, content_type="application/json", headers=headers)

    def test_a_whole_one(self, api, candidate, opened, world):
        told = {"title": "VPN is down", "title_id": "VPN mati", "service": "vpn", "severity": "many"}
        told["service_state"] = "outage"
        assert self.post(api, candidate, "promote", {**told, "cadence_minutes": 0}).status_code == 400
        assert self.post(api, candidate, "promote", told).json()["state"] == "active"
        assert self.post(api, candidate, "promote", told).status_code == 409
        duplicate = opened(into=world.desk)
        answer = self.post(api, candidate, "attach", {"tickets": [duplicate.key, candidate.lead.key]})
        assert answer.json()["done"] == [duplicate.key] and candidate.lead.key in answer.json()["refused"]
        for _time in range(2):
            said = self.post(api, candidate, "updates", {"text": EN, "text_id": ID}, idempotency_key="k")
            assert (said.status_code, said.json()["number"]) == (201, 1)
        assert self.post(api, candidate, "updates", {"text": EN}).status_code == 400
        ended = self.post(api, candidate, "stand-down", {"text": EN, "text_id": ID, "resolution": "Mended"})
        assert sorted(ended.json()["done"]) == sorted([candidate.lead.key, duplicate.key])
        listed = api.get("/api/v1/major-incidents/").json()
        assert listed[0]["state"] == "stood_down" and listed[0]["tickets"][0] == candidate.lead.key

    def test_requesters_are_told_nothing(self, active, requester):
        token = ApiToken.objects.issue(requester, "test", ["read", "write"])
        api = Client(headers={"authorization": f"Bearer {token}"})
        assert api.get("/api/v1/major-incidents/").status_code == 404
        assert self.post(api, active, "updates", {"text": EN, "text_id": ID}).status_code == 404


def test_an_update_is_told_to_open_pages_of_the_portal(active, manager, requester):
    page = browser(requester)
    shown = page.get(f"/my/tickets/{active.lead.key}/")
    cursor = shown.context["cursor"]
    commands.send_update(active, actor=manager, text=EN, text_id=ID)
    fresh = page.get(f"/my/tickets/{active.lead.key}/changes/", {"since": cursor})
    assert fresh.status_code == 200 and EN.encode() in fresh.content
