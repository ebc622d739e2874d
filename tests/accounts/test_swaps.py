"""Swaps: who answers what and when, one winner, and who is told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts import roster
from accounts import roster_swaps as swaps
from accounts.models import Absence, Membership, OnCallOverride, Rota, SingleShift, Swap, User
from accounts.roster_policies import answers
from core.errors import Conflict, DomainError, Invalid, NotAllowed
from notifications.models import OutboxMessage
from tests.accounts.plans import at
from tests.cast import person

NOW = at("2026-11-17 10:00")
# dewi's turn on call: the week after
TURN = at("2026-11-23 08:00"), at("2026-11-30 08:00")


@pytest.fixture(autouse=True)
def tuesday(clock):
    clock(NOW)


def asked(desk, **changed: object) -> Swap:
    about = {"kind": "on_call", "start": TURN[0], "end": TURN[1], "colleague": desk.arif, **changed}
    return swaps.ask_swap(desk.team, actor=desk.dewi, **about)


def test_a_swap_is_asked_agreed_and_approved(desk):
    swap = asked(desk, note="wedding")
    swaps.agree_swap(swap, actor=desk.arif)
    assert roster.on_call(desk.team.pk, TURN[0]) == desk.dewi
    held = swaps.approve_swap(swap, actor=desk.laras)
    assert (held.state, held.decided_by, held.decided_at) == ("approved", desk.laras, NOW)
    assert roster.on_call(desk.team.pk, TURN[0]) == desk.arif
    # before and after it is the rota as ever
    assert roster.on_call(desk.team.pk, TURN[0] - timedelta(seconds=1)) == desk.arif
    assert roster.on_call(desk.team.pk, TURN[1]) == desk.laras


def test_each_step_tells_the_next_one(desk):
    swap = asked(desk)
    swaps.agree_swap(swap, actor=desk.arif)
    swaps.approve_swap(swap, actor=desk.laras)
    told = OutboxMessage.objects.filter(channel="in_app").order_by("pk").values_list("recipient__name", "context__what")
    assert list(told) == [
        ("Arif", "swap_asked"), ("Laras", "swap_agreed"), ("Dewi", "swap_approved"), ("Arif", "swap_approved"),
    ]  # fmt: skip
    assert OutboxMessage.objects.filter(channel="email").count() == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"start": at("2026-11-16 08:00"), "end": at("2026-11-23 08:00")},
        {"start": TURN[0] + timedelta(hours=1)},
        {"end": TURN[0]},
        {"kind": "shift"},
        {"kind": "nonsense"},
    ],
    ids=["somebody else's and begun", "cut short", "empty", "another kind", "no kind"],
)
def test_what_is_not_ones_duty_cannot_be_swapped(desk, changed):
    with pytest.raises(Invalid):
        asked(desk, **changed)
    assert not Swap.objects.exists()


def test_a_duty_that_has_begun_cannot_be_swapped(desk, clock):
    swap = asked(desk)
    clock(TURN[0])
    with pytest.raises(Invalid, match="begun"):
        swaps.agree_swap(swap, actor=desk.arif)
    with pytest.raises(Invalid, match="begun"):
        asked(desk)


def test_colleagues_are_of_the_team_and_there(desk, requester, other_team_agent):
    for colleague in (desk.dewi, requester, other_team_agent):
        with pytest.raises(Invalid, match="colleague"):
            asked(desk, colleague=colleague)
    Absence.objects.create(person=desk.arif, start=TURN[0], end=TURN[0] + timedelta(hours=1))
    with pytest.raises(Invalid, match="absent"):
        asked(desk)


def test_the_same_duty_is_asked_once_at_a_time(desk):
    swap = asked(desk)
    with pytest.raises(Conflict):
        asked(desk, colleague=desk.laras)
    swaps.withdraw_swap(swap, actor=desk.dewi)
    asked(desk, colleague=desk.laras)


@pytest.mark.parametrize("change", ["override", "absence", "rota gone", "colleague left"])
def test_a_duty_that_is_no_longer_theirs_is_not_approved(desk, change):
    swap = asked(desk)
    swaps.agree_swap(swap, actor=desk.arif)
    if change == "override":
        OnCallOverride.objects.create(team=desk.team, person=desk.laras, start=TURN[0], end=TURN[1])
    elif change == "absence":
        Absence.objects.create(person=desk.dewi, start=TURN[0], end=TURN[1])
    elif change == "rota gone":
        Rota.objects.all().delete()
    else:
        Membership.objects.filter(user=desk.arif).delete()
    with pytest.raises(Invalid):
        swaps.approve_swap(swap, actor=desk.laras)
    swap.refresh_from_db()
    assert swap.state == "agreed"


DECIDE = {"laras", "manager"}
MAY = {
    "asked": {"agree": {"arif"}, "decline": {"arif"}, "approve": set(), "withdraw": {"dewi"}, "undo": set()},
    "agreed": {"agree": set(), "decline": {"arif", *DECIDE}, "approve": DECIDE, "withdraw": {"dewi"}, "undo": set()},
    "approved": {"agree": set(), "decline": set(), "approve": set(), "withdraw": set(), "undo": DECIDE},
    "declined": {"agree": set(), "decline": set(), "approve": set(), "withdraw": set(), "undo": set()},
    "withdrawn": {"agree": set(), "decline": set(), "approve": set(), "withdraw": set(), "undo": set()},
    "undone": {"agree": set(), "decline": set(), "approve": set(), "withdraw": set(), "undo": set()},
}  # fmt: skip


@pytest.mark.parametrize("state", MAY)
def test_who_answers_what_in_which_state(state, desk, manager, agent2):
    swap = asked(desk)
    people = {"dewi": desk.dewi, "arif": desk.arif, "laras": desk.laras, "manager": manager, "agent2": agent2}
    for answer, command in swaps.ANSWERS.items():
        for name, actor in people.items():
            Swap.objects.filter(pk=swap.pk).update(state=state, decided_by=desk.arif)
            swap.refresh_from_db()
            if name in MAY[state][answer]:
                command(swap, actor=actor)
            else:
                with pytest.raises((NotAllowed, Conflict)):
                    command(swap, actor=actor)


def test_a_second_decision_is_told_who_was_first(desk, manager):
    swap = asked(desk)
    swaps.agree_swap(swap, actor=desk.arif)
    swaps.approve_swap(swap, actor=manager)
    with pytest.raises(Conflict, match="Maya has approved this swap already"):
        swaps.approve_swap(swap, actor=desk.laras)
    with pytest.raises(Conflict, match="Maya has approved"):
        swaps.withdraw_swap(swap, actor=desk.dewi)


def test_a_swap_can_be_given_back(desk):
    first = asked(desk)
    swaps.agree_swap(first, actor=desk.arif)
    swaps.approve_swap(first, actor=desk.laras)
    about = {"kind": "on_call", "start": TURN[0], "end": TURN[1]}
    back = swaps.ask_swap(desk.team, actor=desk.arif, colleague=desk.dewi, **about)
    swaps.agree_swap(back, actor=desk.dewi)
    swaps.approve_swap(back, actor=desk.laras)
    assert roster.on_call(desk.team.pk, TURN[0]) == desk.dewi


def test_the_page_asks_and_the_week_answers(desk):
    client = Client()
    client.force_login(desk.dewi)
    about = f"kind=on_call&start={TURN[0]:%Y%m%dT%H%M%SZ}&end={TURN[1]:%Y%m%dT%H%M%SZ}"
    address = f"/desk/roster/{desk.team.slug}/swap/?{about}"
    assert "Your colleague agrees first" in client.get(address).content.decode()
    assert client.post(address, {"colleague": desk.dewi.pk}).status_code == 422
    assert client.post(address, {"colleague": desk.arif.pk, "note": "<b>"}).status_code == 302
    swap = Swap.objects.get()
    assert "roster has changed" in _page(desk.arif, address)
    week = f"/desk/roster/{desk.team.slug}/?week=2026-W48"
    assert "Withdraw" in _page(desk.dewi, week) and "Agree" in _page(desk.arif, week)
    client.force_login(desk.arif)
    assert client.post(f"/desk/roster/swaps/{swap.pk}/agree/").status_code == 302
    assert client.post(f"/desk/roster/swaps/{swap.pk}/approve/").status_code == 403
    client.force_login(desk.laras)
    assert client.post(f"/desk/roster/swaps/{swap.pk}/approve/").status_code == 302
    again = client.post(f"/desk/roster/swaps/{swap.pk}/approve/")
    assert again.status_code == 409 and "already" in again.content.decode()
    assert client.post(f"/desk/roster/swaps/{swap.pk}/nonsense/").status_code == 404
    assert client.post("/desk/roster/swaps/999999/agree/").status_code == 404


@pytest.mark.parametrize(
    "about", ["", "kind=shift", "kind=x&start=1&end=2", "kind=shift&start=0001-01-01&end=9999-12-31"]
)
def test_a_swap_of_nothing_is_not_found(desk, about):
    client = Client()
    client.force_login(desk.dewi)
    assert client.get(f"/desk/roster/{desk.team.slug}/swap/?{about}").status_code == 404


def _page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_leads_at_once_one_decides(desk, manager):
    swap = asked(desk)
    swaps.agree_swap(swap, actor=desk.arif)
    gate, said = threading.Barrier(4), []

    def decide(number: int) -> None:
        actor, answer = (
            (desk.laras, "approve"),
            (manager, "decline"),
            (desk.laras, "approve"),
            (desk.dewi, "withdraw"),
        )[number]
        try:
            gate.wait(20)
            said.append(swaps.ANSWERS[answer](swap, actor=actor).state)
        except DomainError as error:
            said.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    winners = [one for one in said if isinstance(one, str)]
    assert len(said) == 4 and len(winners) == 1
    assert all(isinstance(one, Conflict) for one in said if not isinstance(one, str)), said
    swap.refresh_from_db()
    assert swap.state == winners[0]


def test_letters_are_in_the_readers_language_and_zone(desk):
    User.objects.filter(pk=desk.arif.pk).update(language="id", time_zone="Asia/Makassar")
    asked(desk, colleague=User.objects.get(pk=desk.arif.pk))
    message = OutboxMessage.objects.get(channel="email")
    assert (message.language, message.context["time_zone"]) == ("id", "Asia/Makassar")
    page = _page(desk.arif, "/desk/updates/")
    assert "Dewi" in page and "09:00 WITA" in page
    assert f"/desk/roster/{desk.team.slug}/?week=2026-W48" in page


def test_people_who_cannot_be_told_hold_nothing_up(desk):
    quiet = person("quiet", is_active=False)
    Membership.objects.create(user=quiet, team=desk.team, role="lead")
    swap = asked(desk)
    assert swaps.agree_swap(swap, actor=desk.arif).state == "agreed"


def test_a_colleague_on_the_same_duty_is_not_asked(desk):
    shift = at("2026-11-20 08:00"), at("2026-11-20 17:00")
    SingleShift.objects.create(team=desk.team, person=desk.dewi, start=shift[1] - timedelta(hours=1), end=shift[1])
    about = {"kind": "shift", "start": shift[0], "end": shift[1]}
    with pytest.raises(Invalid, match="Dewi is on duty then already: Fri 20 Nov 16:00"):
        swaps.ask_swap(desk.team, actor=desk.arif, colleague=desk.dewi, **about)
    assert swaps.ask_swap(desk.team, actor=desk.arif, colleague=desk.laras, **about).pk


def test_a_lead_does_not_approve_a_swap_of_their_own(desk, manager):
    swap = asked(desk, colleague=desk.laras)
    swaps.agree_swap(swap, actor=desk.laras)
    swap.refresh_from_db()
    with pytest.raises(NotAllowed):
        swaps.approve_swap(swap, actor=desk.laras)
    assert answers(desk.laras, swap) == ["decline"] and answers(manager, swap) == ["approve", "decline"]
    told = OutboxMessage.objects.filter(channel="in_app", context__what="swap_agreed")
    assert [message.recipient for message in told] == [manager]
    other = person("wulan")
    Membership.objects.create(user=other, team=desk.team, role="lead")
    assert swaps.approve_swap(swap, actor=other).state == "approved"


def test_an_approved_swap_is_undone_until_the_duty_begins(desk, clock):
    swap = asked(desk)
    swaps.agree_swap(swap, actor=desk.arif)
    swaps.approve_swap(swap, actor=desk.laras)
    swaps.undo_swap(swap, actor=desk.laras)
    assert roster.on_call(desk.team.pk, TURN[0]) == desk.dewi
    with pytest.raises(Conflict, match="Laras has undone"):
        swaps.undo_swap(swap, actor=desk.laras)
    assert OutboxMessage.objects.filter(channel="in_app", context__what="swap_undone").count() == 2
    Swap.objects.update(state="approved")
    clock(TURN[0])
    with pytest.raises(Invalid, match="begun"):
        swaps.undo_swap(swap, actor=desk.laras)
