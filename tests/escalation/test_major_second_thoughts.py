"""What people do twice, too late or otherwise than the pages expect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from core.errors import Conflict, Invalid
from core.spoken_numbers import grouped
from core.spoken_time import time_ago
from core.time import database_now
from escalation import commands
from escalation.commands.major_review import Action
from escalation.models import MajorUpdate
from tests.escalation.major import EN, ID
from tests.escalation.test_major_pages import form

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def browser(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


class TestAnUpdateCorrectedAfterBack:
    def test_other_words_under_the_same_key_are_not_taken_for_the_first(self, active, manager):
        sent = commands.send_update(active, actor=manager, text=EN, text_id=ID, dedupe_key="k")
        assert commands.send_update(active, actor=manager, text=f"{EN} ", text_id=ID, dedupe_key="k") == sent
        for words in ({"text": "Better", "text_id": ID}, {"text": EN, "text_id": "Lebih baik"}):
            with pytest.raises(Conflict, match="other words"):
                commands.send_update(active, actor=manager, dedupe_key="k", **words)
        assert MajorUpdate.objects.count() == 1

    def test_the_page_keeps_them_and_sends_them_next(self, active, manager):
        page, url = browser(manager), f"{active.get_absolute_url()}update/"
        seen = page.post(url, {"step": "preview", "text": EN, "text_id": ID}).content.decode()
        key = seen.split('name="dedupe_key" value="')[1].split('"')[0]
        page.post(url, {"step": "send", "text": EN, "text_id": ID, "dedupe_key": key})
        changed = {"text": "We were wrong.", "text_id": "Kami keliru.", "dedupe_key": key}
        refused = page.post(url, {"step": "send", **changed})
        assert refused.status_code == 409 and b"We were wrong." in refused.content and b"Not sent" in refused.content
        for step in ("edit", "preview"):
            assert key.encode() not in page.post(url, {"step": step, **changed}).content


class TestTheSecondToDecide:
    def test_the_summary_says_who_was_first_and_no_field_spells_it(self, candidate, lead, manager, world):
        commands.promote(candidate, actor=manager, declaration=_told(world))
        answer = browser(lead).post(f"{candidate.get_absolute_url()}promote/", form(world))
        assert answer.status_code == 409 and answer.content.count(b"Maya has already declared") == 1
        assert b"M a y a" not in answer.content and b"error_title" not in answer.content

    def test_forms_that_came_too_late_lead_to_its_page(self, candidate, manager, world):
        page, url = browser(manager), candidate.get_absolute_url()
        for tail in ("update/", "attach/", "stand-down/"):
            late = page.get(f"{url}{tail}", follow=True)
            assert late.redirect_chain[0][0] == url and b"only proposed" in late.content, tail
        commands.promote(candidate, actor=manager, declaration=_told(world))
        assert b"Maya has already declared" in page.get(f"{url}promote/", follow=True).content
        commands.stand_down(candidate, actor=manager, text=EN, text_id=ID)
        assert page.get(f"{url}stand-down/").status_code == 200  # its ticket is still to be resolved
        for tail in ("update/", "attach/"):
            assert b"Maya has already stood" in page.get(f"{url}{tail}", follow=True).content, tail
        type(candidate.lead).objects.update(status="cancelled")
        assert page.get(f"{url}stand-down/").status_code == 302


def _told(world):
    return commands.Declaration(
        title="VPN is down", title_id="VPN mati", service=world.vpn, severity="many", service_state="outage",
        cadence_minutes=60,
    )  # fmt: skip


def test_the_last_update_is_looked_at_before_it_goes(active, lead):
    page, url = browser(lead), f"{active.get_absolute_url()}stand-down/"
    typed = {"text": EN, "text_id": "", "ticket": [active.lead_id], "resolution": ""}
    refused = page.post(url, {**typed, "step": "preview"}).content
    assert b"Write the update in Indonesian." in refused and b"Say how it was solved." in refused
    typed |= {"text_id": ID, "resolution": "The line was cut."}
    seen = page.post(url, {**typed, "step": "preview"})
    assert seen.status_code == 200 and b"1 person gets this" in seen.content
    assert f'name="ticket" value="{active.lead_id}"'.encode() in seen.content
    again = page.post(url, {**typed, "step": "edit"}).content
    assert ID.encode() in again and b"The line was cut." in again and b" checked" in again
    assert not MajorUpdate.objects.exists()
    assert page.post(url, {**typed, "step": "stand_down"}).status_code == 302
    active.lead.refresh_from_db()
    assert MajorUpdate.objects.get().is_final and active.lead.status == "resolved"


class TestTwoWriteTheReview:
    @pytest.fixture
    def ended(self, active, manager, agent1, lead):
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        action = Action("Second line", agent1.pk, date(2026, 12, 1))
        theirs = {"happened": "It broke.", "cause": "Their cause"}
        commands.save_review(active, actor=lead, sections=theirs, actions=[action], number=1)
        return active

    def test_the_later_one_sees_what_the_other_wrote_before_the_number_moves_on(self, ended, manager):
        page, url = browser(manager), f"{ended.get_absolute_url()}review/"
        typed = {"number": "1", "happened": "It broke.", "cause": "My cause", "action_what": ["Mine"]}
        typed |= {"action_owner": [""], "action_due": ["soon"]}
        slip = page.post(url, typed)
        assert slip.status_code == 422 and b'name="number" value="1"' in slip.content
        typed["action_due"] = [""]
        stale = page.post(url, typed)
        shown = stale.content.decode()
        assert stale.status_code == 409 and "Laras saved version 2 while you were writing." in shown
        assert "My cause</textarea>" in shown and "Their cause" in shown and "Second line" in shown
        assert shown.count("Laras wrote") == 2  # the cause and the actions; what happened is the same
        assert 'class="mi-write"' in shown and 'name="number" value="2"' in shown.split('class="mi-write"')[1]
        assert page.post(url, {**typed, "number": "2"}).status_code == 302
        assert ended.reviews.first().cause == "My cause"

    def test_what_was_written_after_the_end_is_shown_apart(self, ended, manager):
        commands.finish_review(ended, actor=manager, number=2)
        url = f"{ended.get_absolute_url()}review/"
        late = browser(manager).post(url, {"number": "2", "happened": "Late words", "cause": "x"})
        shown = late.content.decode()
        assert late.status_code == 409 and "What you wrote, not saved" in shown
        assert shown.count("Late words") == 1 and "Their cause" in shown

    def test_whoever_does_not_steer_it_is_told_so(self, ended, agent2):
        answer = browser(agent2).post(f"{ended.get_absolute_url()}review/", {"number": "2", "happened": "x"})
        assert answer.status_code == 403 and ended.reviews.count() == 2


class TestSmallWords:
    def test_numbers_are_written_as_the_reader_writes_them(self, active, manager):
        assert grouped(20_000) == "20,000"
        with override("id"):
            assert grouped(20_000) == "20.000"
            with pytest.raises(Invalid) as refused:
                commands.send_update(active, actor=manager, text="x" * 5_001, text_id=ID)
            assert "5.001" in refused.value.in_full and "," not in refused.value.in_full

    def test_a_moment_ahead_is_not_past(self):
        assert time_ago(database_now() + timedelta(seconds=30)) == "in less than a minute"
        assert time_ago(database_now() - timedelta(seconds=30)) == "just now"

    def test_an_action_is_due_in_this_age(self, active, manager):
        commands.stand_down(active, actor=manager, text=EN, text_id=ID)
        with pytest.raises(Invalid) as refused:
            commands.save_review(
                active, actor=manager, sections={}, actions=[Action("x", None, date(202, 12, 1))], number=1
            )
        assert "actions" in refused.value.fields
