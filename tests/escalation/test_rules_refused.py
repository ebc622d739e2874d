"""Wrong rules are refused when they are written, and the place is named."""

import pytest

from core.errors import Invalid
from escalation.commands.rules import RuleWording, draft_rule
from escalation.models import Rule
from tests.escalation.rules import SAYS_VPN, asks, team, wording

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("place", "definition"),
    [
        ("then.0.team", {"then": [team("gone")]}),
        ("then", {"then": []}),
        ("then.0.do", {"then": [{"do": "explode"}]}),
        ("then.0.colour", {"then": [{**team("network"), "colour": "red"}]}),
        ("if.team", {"if": {"all": [asks("team", "is", "gone")]}}),
        ("if.all.0.op", {"if": {"all": [asks("team", "contains", "x")]}}),
        ("then.0.text", {"then": [{"do": "note", "text": "Hi {requestor}"}]}),
        ("if.all.0.value", {"if": {"all": [asks("text", "matches", "(a+)+$")]}}),
        ("if.all.1", {"if": {"all": [asks("priority", "is", 1), asks("priority", "is", 2)]}}),
        ("when", {"when": {}}),
        ("when.on", {"when": {"on": ["explosion"]}}),
        ("when.every", {"when": {"every": 7}}),
        ("when.reaches.minutes", {"when": {"every": 5, "reaches": {"what": "in_tier", "minutes": 0}}}),
        ("until", {"from": "2026-11-02T00:00:00+07:00", "until": "2026-11-01T00:00:00+07:00"}),
        ("order", {"order": "first"}),
        ("told.en", {"told": {"en": "x" * 201}}),
        ("colour", {"colour": "red"}),
    ],
)
def test_a_wrong_rule_is_refused_by_naming_the_place(world, lead, place, definition):
    said = wording(1, [SAYS_VPN], team("network"))
    with pytest.raises(Invalid) as caught:
        draft_rule(None, RuleWording(said.name, {**said.definition, **definition}), actor=lead)
    assert list(caught.value.fields) == [place]
    assert not Rule.objects.exists()
