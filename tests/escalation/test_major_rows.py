"""Rows of lists say which tickets are in an active major incident, and of proposals nothing."""

import re

import pytest

pytestmark = pytest.mark.django_db


def row_of(client, ticket) -> str:
    page = client.get("/desk/q/service-desk/").content.decode()
    found = re.search(rf'<tr class="[^"]*" id="row-{ticket.pk}".*?</tr>', page, re.S)
    assert found
    return found[0]


def test_a_row_says_major_once_it_is_declared(active, opened, agent1, client):
    other = opened()
    client.force_login(agent1)
    assert "Major" in row_of(client, active.lead)
    assert "Major" not in row_of(client, other)


def test_a_proposal_marks_no_row(candidate, agent1, client):
    client.force_login(agent1)
    assert "Major" not in row_of(client, candidate.lead)
