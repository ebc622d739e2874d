"""Other single keys: kept per person, refused when two things want one, sent along without a query."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/me/keys/"


@pytest.fixture
def browser(agent1) -> Client:
    client = Client()
    client.force_login(agent1)
    return client


def test_another_key_is_kept_and_every_page_is_told(browser, agent1):
    assert browser.post(PAGE, {"key:r": "Q", "key:g m": "g  W"}).status_code == 302
    agent1.refresh_from_db()
    assert agent1.keys == {"r": "q", "g m": "g w"}
    page = browser.get("/desk/").content.decode()
    assert 'data-keymap="{&quot;r&quot;: &quot;q&quot;, &quot;g m&quot;: &quot;g w&quot;}"' in page


def test_a_key_that_does_something_else_is_refused_by_name(browser, agent1):
    page = browser.post(PAGE, {"key:r": "n"})
    assert page.status_code == 422
    assert "“N” is the key for “Internal note” too." in page.content.decode()
    assert browser.post(PAGE, {"key:r": "n", "key:n": "r"}).status_code == 302


@pytest.mark.parametrize("typed", ["g", "1", "Enter", "ctrl+k", "<b>", "é"])
def test_only_single_keys_are_taken(browser, agent1, typed):
    assert browser.post(PAGE, {"key:r": typed}).status_code == 422
    agent1.refresh_from_db()
    assert agent1.keys == {}


def test_one_and_all_go_back_to_the_usual_keys(browser, agent1):
    browser.post(PAGE, {"key:r": "q", "key:n": "w"})
    browser.post(PAGE, {"key:r": "q", "key:n": "w", "reset": "r"})
    agent1.refresh_from_db()
    assert agent1.keys == {"n": "w"}
    browser.post(PAGE, {"reset": "all"})
    agent1.refresh_from_db()
    assert agent1.keys == {}


def test_the_switch_turns_all_of_them_off_in_this_browser(browser):
    assert browser.post(PAGE, {"switch": "off"}).cookies["keys"].value == "off"
    assert 'data-keys="off"' in browser.get(PAGE).content.decode()


def test_the_page_is_for_the_desk(requester):
    client = Client()
    client.force_login(requester)
    assert client.get(PAGE).status_code == 404
