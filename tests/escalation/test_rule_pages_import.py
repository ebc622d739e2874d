"""Importing rules: all drafted or none, and what is wrong is said with its line."""

import json
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from escalation.forms.rule_import import RuleImport
from escalation.models import Rule, RuleVersion
from escalation.rules.places import line_at, lines_at
from tests.escalation.rules import SAYS_VPN, priority, rule, team, wording

URL = "/desk/rules/import/"
VPN = {"name": "VPN", "name_id": "VPN", "definition": dict(wording(10, [SAYS_VPN], team("network")).definition)}
PRINTER = {"name": "Printer", "definition": dict(wording(20, [], priority(3)).definition)}


@pytest.fixture
def writer(lead, client):
    client.force_login(lead)
    return client


def sent(client, *rules):
    return client.post(URL, {"text": json.dumps({"rules": rules}, indent=1)})


@pytest.mark.django_db
def test_each_rule_becomes_a_draft_of_its_name(writer):
    kept = rule(10, [SAYS_VPN], team("network"))
    Rule.objects.filter(pk=kept.pk).update(name="VPN")
    assert sent(writer, VPN, PRINTER).status_code == 302
    assert list(kept.versions.values_list("number", flat=True)) == [2, 1]
    made = Rule.objects.get(name="Printer")
    assert not made.is_active and made.versions.get().note == "Imported" and Rule.objects.count() == 2


@pytest.mark.django_db
def test_what_was_exported_can_be_imported(writer):
    rule(10, [SAYS_VPN], team("network"), priority(2))
    exported = writer.get("/desk/rules/export/")
    assert "attachment" in exported.headers["Content-Disposition"]
    upload = SimpleUploadedFile("rules.json", exported.content)
    assert writer.post(URL, {"text": "", "file": upload}).status_code == 302
    # it says what is said already
    assert RuleVersion.objects.count() == 1
    changed = json.loads(exported.content)
    changed["rules"][0]["name_id"] = "lain"
    page = sent(writer, *changed["rules"], PRINTER)
    first, again = RuleVersion.objects.filter(rule__name="rule 10").order_by("number")
    assert again.definition == first.definition and page.status_code == 302


@pytest.mark.django_db
def test_the_message_counts_what_was_left_out(writer):
    sent(writer, VPN, PRINTER)
    page = writer.post(URL, {"text": json.dumps({"rules": [VPN, PRINTER]})}, follow=True).content.decode()
    assert "2 rules say what they said already." in page and "drafted" not in page.split('id="undo"')[1][:400]
    other = {**PRINTER, "definition": {**PRINTER["definition"], "order": 40}}
    page = writer.post(URL, {"text": json.dumps({"rules": [VPN, other]})}, follow=True).content.decode()
    assert "1 rule is drafted. 1 rule says what it said already." in page
    assert RuleVersion.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the rules, or choose a file."),
        ('{"rules": [\n {"name": }]}', "Line 2, column 11"),
        ("[]", "with 1 to 500 rules"),
        ('{"rules": [{"name": "A"}]}', "Line 1 (rules.0.definition): This is not a rule."),
        ('{"rules": [{"name": "A", "definition": {}, "x": 1}]}', "Line 1 (rules.0.x): This key means nothing here."),
        (r'{"rules": [{"name": "A", "definition": {"told": "\ud800"}}]}', "characters that no ticket can hold"),
        ("[" * 100_000, "This is not JSON that can be read."),
        (" " * 1_000_001, "This is larger than 1 MB."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text, words, writer):
    answer = writer.post(URL, {"text": text})
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.django_db
def test_one_wrong_rule_keeps_all_out_and_its_line_is_named(writer):
    wrong = {**PRINTER, "definition": dict(wording(20, [SAYS_VPN], {"do": "set_team", "team": "gone"}).definition)}
    answer = sent(writer, VPN, wrong)
    text = json.dumps({"rules": [VPN, wrong]}, indent=1)
    line = next(number for number, one in enumerate(text.splitlines(), start=1) if '"team": "gone"' in one)
    assert answer.status_code == 422 and not Rule.objects.exists()
    assert f"Line {line} (rules.1.definition.then.0.team): Select a valid choice" in answer.content.decode()


def test_the_parts_asked_for_have_their_lines():
    text = '{\n "a": [1,\n  {"b\\"c": null,\n   "d": []}],\n "e": "x\\ny"\n}'
    lines = lines_at(text, ["a.1.d.0.value", 'a.1.b"c', "e", "nowhere"])
    assert lines == {"": 1, "a": 2, "a.1": 3, 'a.1.b"c': 3, "a.1.d": 4, "e": 5}
    assert line_at(lines, "a.1.d.0.value") == 4 and line_at(lines, "nowhere") == 1


DEEP = '{"a":' * 200 + "1" + "}" * 200
BOMBS = [
    ('{"rules":[{"' + "k" * 10_000 + '":[' + ",".join("0" * 90_000) + "]}]}", "longer than 80 characters"),
    ('{"rules":[' + ",".join(["{}"] * 66_000) + "]}", "with 1 to 500 rules"),
    ('{"rules":[{' + ",".join(f'"k{number}":0' for number in range(20_000)) + "}]}", "rules.0.k19): This key"),
    ('{"rules":[' + ",".join([DEEP] * 150) + "]}", "nested deeper than any rule"),
    ('{"rules":[' + ",".join([r'"\u0000"'] * 22_000) + "]}", "characters that no ticket can hold"),
    ('{"rules":[{"definition":"' + r"\n" * 100_000 + '"}]}', "Give the rule a name"),
]


@pytest.mark.parametrize(("text", "words"), BOMBS, ids=range(len(BOMBS)))
def test_a_text_made_to_fill_the_memory_does_not(text, words):
    tracemalloc.start()
    try:
        form = RuleImport({"text": text})
        assert not form.is_valid()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
    said = form.errors["text"]
    assert words in " ".join(said) and len(said) <= 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '{"rules":\n[{"name": "A",\n"name": "B", "definition": {}}]}',
            "Line 2 (rules.0.name): This key is here twice.",
        ),
        ('{"rules": [{"name": "A", "definition": {"order": NaN}}]}', "This is not JSON that can be read."),
        ('{"rules": [{"name": "A", "name_id": 1, "definition": {}}]}', "(rules.0.name_id): Expected a text."),
    ],
)
def test_keys_that_stand_twice_and_numbers_that_are_none_are_refused(text, words):
    assert words in " ".join(RuleImport({"text": text}).errors["text"])
