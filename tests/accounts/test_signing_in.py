"""S24, S25 Signing in: limits that hold, sessions that end, nobody learns who has an account."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests.cast import person

PASSWORD = "a long enough word"


@pytest.fixture
def rina(db: None) -> User:
    found = person("rina")
    found.set_password(PASSWORD)
    found.save()
    return found


def knock(client: Client, email: str, password: str = PASSWORD, **headers: str):
    return client.post("/login/", {"login": email, "password": password}, headers=headers)


def test_the_right_words_open_the_door_in_any_case(rina: User, client: Client) -> None:
    assert knock(client, rina.email.upper()).status_code == 302
    assert client.get("/").status_code == 200


def test_the_door_stays_shut_after_many_wrong_words(rina: User, client: Client) -> None:
    for _n in range(5):
        assert knock(client, rina.email, "wrong").status_code == 200
    assert knock(client, rina.email).status_code in (200, 429)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "Forwarded", "True-Client-IP"])
def test_a_claimed_address_is_no_way_around(name: str, rina: User, client: Client) -> None:
    for number in range(12):
        knock(client, f"somebody{number}@arunika.example", "wrong", **{name: f"203.0.113.{number}"})
    answer = knock(client, rina.email, **{name: "203.0.113.99"})
    assert answer.status_code in (200, 429)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "spelling", ["rina@arunika.example", "RINA@arunika.example", "Rina@Arunika.Example", " rina@arunika.example "]
)
def test_another_spelling_is_the_same_account(spelling: str, rina: User, client: Client) -> None:
    for number in range(5):
        knock(client, rina.email if number % 2 else spelling, "wrong")
    knock(client, rina.email)
    assert client.get("/").status_code == 302


def test_without_redis_people_come_in_and_the_limits_hold(rina: User, settings) -> None:
    options = {"socket_connect_timeout": 0.2}
    settings.CACHES = {
        "default": {
            "BACKEND": "helpdesk.cache.TolerantRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": options,
        }
    }
    assert knock(Client(), rina.email).status_code == 302
    for _n in range(5):
        knock(Client(), rina.email, "wrong")
    stranger = Client()
    knock(stranger, rina.email)
    assert stranger.get("/").status_code == 302


def test_one_success_does_not_wipe_what_others_tried(rina: User, client: Client) -> None:
    other = person("siti")
    other.set_password(PASSWORD)
    other.save()
    for _n in range(5):
        knock(client, rina.email, "wrong")
    knock(client, other.email)
    client.logout()
    knock(client, rina.email)
    assert client.get("/").status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer(rina: User, client: Client) -> None:
    known, unknown = knock(client, rina.email, "wrong"), knock(client, "nina@arunika.example", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert len(known.content) == len(unknown.content)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": "!"}, {"password": ""}])
def test_who_may_not_come_in_does_not(fields: dict, rina: User, client: Client) -> None:
    User.objects.filter(pk=rina.pk).update(**fields)
    knock(client, rina.email)
    knock(client, rina.email, "")
    assert client.get("/").status_code == 302


def test_the_automation_has_no_door(automation: User, client: Client) -> None:
    for password in ("", "!", "automation", PASSWORD):
        knock(client, automation.email, password)
    assert client.get("/").status_code == 302


def test_signing_in_takes_a_new_session_and_a_new_token(rina: User, client: Client) -> None:
    client.get("/login/")
    client.post("/tickets/new/", {"subject": "typed"})
    before = client.cookies["sessionid"].value
    knock(client, rina.email)
    cookie = client.cookies["sessionid"]
    assert cookie.value != before
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_deactivated_person_is_out_at_once(rina: User, client: Client) -> None:
    client.force_login(rina)
    token = Client()
    User.objects.filter(pk=rina.pk).update(is_active=False)
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/tickets/").status_code == 401
    assert client.post("/tickets/new/", {"subject": "a", "description": "b"}).status_code == 302
    assert token.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions(rina: User, client: Client) -> None:
    knock(client, rina.email)
    rina.set_password("another long word")
    rina.save()
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session_not_only_the_cookie(rina: User, client: Client) -> None:
    knock(client, rina.email)
    kept = client.cookies["sessionid"].value
    client.get("/logout/")
    assert client.get("/").status_code == 200, "leaving takes a POST"
    client.post("/logout/")
    client.cookies["sessionid"] = kept
    assert client.get("/").status_code == 302


def test_a_taken_away_role_is_gone_at_the_next_request(agent1: User, client: Client) -> None:
    client.force_login(agent1)
    assert client.get("/desk/").status_code == 200
    Membership.objects.filter(user=agent1).delete()
    assert client.get("/desk/").status_code == 404


def test_the_operators_site_is_shut_to_others(rina: User, agent1: User, manager: User, client: Client) -> None:
    assert client.get("/admin/").status_code == 302
    for somebody in (rina, agent1, manager):
        client.force_login(somebody)
        answer = client.get("/admin/", follow=True)
        assert answer.status_code in (403, 404), answer.redirect_chain
        assert client.get("/admin/accounts/user/", follow=True).status_code in (403, 404)


def test_people_change_only_what_is_theirs_to_change(rina: User, client: Client) -> None:
    client.force_login(rina)
    good = {"name": "Rina W", "language": "en", "time_zone": "Asia/Jakarta", "phone": ""}
    more = {
        "is_manager": "on", "is_staff": "on", "is_superuser": "on", "is_vip": "on", "email": "x@y.example", "id": "1",
        "password": "x", "is_automation": "on", "department": "1", "memberships": "1", "teams": "1", "groups": "1",
    }  # fmt: skip
    before = User.objects.filter(pk=rina.pk).values(*(set(more) - {"memberships", "teams", "groups"})).get()
    assert client.post("/me/preferences/", good | more).status_code == 302
    after = User.objects.filter(pk=rina.pk).values(*before).get()
    assert after == before
    assert User.objects.get(pk=rina.pk).name == "Rina W"
    assert not rina.memberships.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "where"), [("agent1", "/desk/"), ("requester", "/")])
def test_who_comes_for_no_page_is_led_to_where_they_work(
    who: str, where: str, request: pytest.FixtureRequest, client: Client
) -> None:
    person = request.getfixturevalue(who)
    person.set_password("a long enough word")
    person.save()
    door = client.get("/").headers["Location"]
    answer = client.post(door, {"login": person.email, "password": "a long enough word"})
    assert answer.headers["Location"] == where
