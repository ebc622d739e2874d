"""The small parts every page is made of: right words, right marks, nothing unescaped."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template
from django.test import override_settings
from django.utils import timezone, translation

from core import spoken_time
from core.templatetags import ui

NOW = datetime(2026, 11, 19, 3, 42, tzinfo=UTC)  # 10:42 in Jakarta
RINA = SimpleNamespace(name="Rina Wulandari", initials="RW", hue=2)


@pytest.fixture(autouse=True)
def jakarta_at_ten_to_eleven():
    with time_machine.travel(NOW, tick=False), timezone.override("Asia/Jakarta"):
        yield


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (0, "0m", "0m"),
        (1, "1m", "1m"),
        (37 * 60, "37m", "37m"),
        (3600, "1h", "1j"),
        (103 * 60, "1h 43m", "1j 43m"),
        (185 * 60, "3h 05m", "3j 05m"),
        (26 * 3600, "1d 2h", "1 hr 2j"),
        (4 * 86400 + 3600, "4d", "4 hr"),
    ],
)
def test_durations_are_said_in_both_languages(seconds, english, indonesian):
    assert spoken_time.compact_duration(seconds) == english
    with translation.override("id"):
        assert spoken_time.compact_duration(seconds) == indonesian


def test_working_time_stays_in_hours():
    assert ui.business_duration(40 * 3600) == "40h"


def test_no_length_of_time_is_a_dash():
    assert ui.duration(None) == "–"
    assert ui.duration(timedelta(minutes=5)) == "5m"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (NOW, "10:42"),
        (NOW - timedelta(days=1), "yesterday 10:42"),
        (NOW + timedelta(days=1), "tomorrow 10:42"),
        (NOW - timedelta(days=9), "10 Nov 10:42"),
        (NOW - timedelta(days=365), "19 Nov 2025 10:42"),
    ],
)
def test_an_instant_reads_as_people_plan_with_it(instant, words):
    assert f">{words}</time>" in ui.when(instant)


def test_indonesian_writes_time_with_a_dot_and_its_own_months():
    with translation.override("id"):
        assert spoken_time.clock_time(NOW) == "10.42"
        assert spoken_time.short_date(datetime(2026, 5, 2, tzinfo=UTC)) == "2 Mei"


def test_a_time_carries_its_machine_form_and_how_long_ago():
    html = ui.when(NOW - timedelta(minutes=12), "both")
    assert 'datetime="2026-11-19T03:30:00+00:00"' in html
    assert "10:30 · 12 minutes ago</time>" in html
    assert ">3m</time>" in ui.ago(NOW - timedelta(minutes=3))
    assert "–" in ui.ago(None)


def test_an_icon_is_decoration_unless_it_is_named():
    assert ui.icon("timer").startswith('<svg class="ic" aria-hidden="true"><use href="/static/icons/lucide.svg#timer">')
    assert 'role="img" aria-label="Locked"' in ui.icon("lock", "lg", "Locked")
    assert 'class="ic ic-lg"' in ui.icon("lock", size="lg")


@override_settings(STATIC_URL="/elsewhere/")
def test_icons_follow_the_static_address():
    assert "/elsewhere/icons/lucide.svg#timer" in ui.icon("timer")


def test_an_avatar_shows_initials_and_a_steady_hue():
    assert ui.avatar(RINA) == '<span class="av" data-h="2" aria-hidden="true">RW</span>'
    assert 'aria-label="Rina Wulandari"' in ui.avatar(RINA, "sm", named=True)
    assert '<span class="dot typing"></span>' in ui.avatar(RINA, presence="writing")


def test_nobody_is_a_dashed_circle():
    assert "av-none" in ui.avatar(None)
    assert 'aria-label="Unassigned"' in ui.avatar(None, named=True)


def test_names_are_escaped_everywhere():
    villain = SimpleNamespace(name='<b onclick="x">', initials="<i", hue=1)
    html = draw(
        "{% avatar villain named=True %}{% icon name %}{% meter 0.5 label %}",
        villain=villain,
        label='"<x>',
        name='a"><script>',
    )
    assert "<b" not in html
    assert "<i" not in html
    assert "<script>" not in html
    assert "<x>" not in html


def test_a_tier_is_a_numeral_with_a_spoken_name():
    assert ui.tier_badge(2) == ('<span class="tier" data-tier="2"><span class="visually-hidden">Tier </span>II</span>')
    assert ui.tier_badge(SimpleNamespace(level=3)).endswith("III</span>")
    assert ui.tier_badge(None) == ""


def test_priority_is_short_in_lists_and_named_on_the_ticket():
    assert "<span>P2</span>" in ui.priority_badge(2)
    assert "<span>P2 High</span>" in ui.priority_badge(2, label=True)


@pytest.mark.parametrize(
    ("status", "reason", "reopened", "shape", "words"),
    [
        ("new", "", 0, "new", "New"),
        ("open", "", 0, "open", "In progress"),
        ("open", "", 1, "reopen", "Reopened"),
        ("pending", "requester", 0, "wait", "Waiting for user"),
        ("pending", "vendor", 1, "wait", "Waiting for vendor"),
        ("resolved", "", 1, "done", "Resolved"),
        ("closed", "", 0, "closed", "Closed"),
    ],
)
def test_status_is_a_shape_and_a_word(status, reason, reopened, shape, words):
    ticket = SimpleNamespace(status=status, pending_reason=reason, reopen_count=reopened)
    assert ui.status_label(ticket) == f'<span class="st" data-s="{shape}">{words}</span>'


def test_the_reporter_reads_that_their_answer_is_needed():
    ticket = SimpleNamespace(status="pending", pending_reason="requester", reopen_count=0)
    assert "Your reply needed" in ui.portal_status(ticket)
    assert "tag-violet" in ui.portal_status(ticket)


def left(state: str, **values: object) -> SimpleNamespace:
    return SimpleNamespace(**({"state": state, "share": 0.57, "remaining_seconds": 6180, "due_at": NOW} | values))


def test_time_left_draws_the_share_used_and_ticks():
    html = ui.sla_chip(left("ok"), id="sla-10482")
    assert 'data-sla="ok" id="sla-10482" title="Due Thu 19 Nov 2026, 10:42 WIB"' in html
    assert 'stroke-dasharray="57 100"' in html
    assert 'data-left="6180"' in html
    assert '<span class="t">1h 43m</span>' in html


def test_late_counts_up():
    assert "41m over" in ui.sla_chip(left("over", remaining_seconds=-41 * 60))


def test_paused_names_whom_we_wait_for_and_does_not_tick():
    html = ui.sla_chip(left("pause", waiting_for="Vendor", paused_seconds=2 * 86400))
    assert "Vendor, 2d" in html
    assert "data-left" not in html


def test_a_closed_calendar_does_not_tick():
    assert "data-left" not in ui.sla_chip(left("ok", is_running=False))


@pytest.mark.parametrize("nothing", [None, {"state": "none"}, SimpleNamespace(state="none")])
def test_no_target_is_a_dash(nothing):
    assert ui.sla_chip(nothing) == '<span class="mute">–</span>'


def test_key_hints_split_chords():
    assert ui.key_hint("Shift+I").count("<kbd>") == 2
    assert ui.key_hint("G 1").count("<kbd>") == 2
    assert "<kbd>.</kbd>" in ui.key_hint(".")


def test_a_meter_stays_within_its_bar():
    assert 'width="100"' in ui.meter(1.4)
    assert 'data-tone=""' in ui.meter(0.2, tone='"><x')


def test_the_current_page_is_marked_by_name_and_value():
    match = SimpleNamespace(url_name="desk_queue", args=(), kwargs={"slug": "network"})
    request = SimpleNamespace(resolver_match=match)
    context = Context({"request": request})
    assert ui.current_page(context, "desk_queue", "network") == ' aria-current="page"'
    assert ui.current_page(context, "desk_queue", "apps") == ""
    assert ui.current_page(Context({}), "desk_queue") == ""
