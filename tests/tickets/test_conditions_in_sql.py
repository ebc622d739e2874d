"""Every condition must choose the same tickets in memory and in PostgreSQL."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Department, Site, Team, Tier, User
from catalogue.models import Asset, Category, Service
from tickets.choices import PendingReason
from tickets.conditions import FIELDS, contradictions, facts_of, validate
from tickets.conditions.facts import RELATED
from tickets.conditions.fields import LIST_OPERATORS, OPERATORS, FieldType
from tickets.conditions.letters import lower
from tickets.models import Ticket

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TICKETS = 250
DEPARTMENTS, SITES, SERVICES, TEAMS = ("Finance", "Gudang"), ("HQ", "Surabaya"), ("erp", "wms"), ("desk", "erp-team")
FRAGMENTS = (
    "VPN terputus", "ERP", "erp_prod", "“WMS”", "100%", "a_b", "c:\\temp", "(toner)", "İSTANBUL", "ΣΑΣ", "straße",
    "Printernya", "pasca-libur", "perpanjang", "É", "😀erp😀", "tab\terp", "baris\nbaru", "[x]", "'; --", "…",
)  # fmt: skip
WORDS = ("erp", "wms", "print*", "istanbul", "σασ", "σας", "100%", "toner", "vpn  terputus", "e*", "a_b", "[x]",
         "strasse", "baris baru", "é", "İstanbul", "\\temp", "😀")  # fmt: skip
LOWER_EACH = "SELECT string_agg(lower(letter), '' ORDER BY n) FROM unnest(%s) WITH ORDINALITY AS l(letter, n)"
PATTERNS = (
    "^erp",
    r"\d+%",
    "[a-c]_[a-z]",
    r"print\w*",
    "σας|σασ",
    r"\S+\s\S+$",
    "i̇?stanbul",
    "[^x-z]{4}",
    "é$",
    "a+.b",
)
TAGS, ASSETS, TITLES = ("vpn", "jakarta", "kasus khusus", "é"), ("LT-1", "PR-2"), ("", "Direktur ERP", "Σταff")
MINUTES = (-1440, -1, 0, 1, 59, 60, 61, 1440)
ANSWERS = ("Laptop", "laptop", "", None, 3, "3", True, "true", 0, False, ["Laptop"])


def text(rng):
    return rng.choice((" ", "", ", ", "\n")).join(rng.choices(FRAGMENTS, k=rng.randint(0, 4)))


def people(rng):
    departments = [Department.objects.create(name=name) for name in DEPARTMENTS]
    sites = [Site.objects.create(name=name, city=name) for name in SITES]
    return [
        User.objects.create_user(
            f"person{index}@example.com",
            name=f"Person {index}",
            is_vip=rng.random() < 0.3,
            job_title=rng.choice(TITLES),
            language=rng.choice(("en", "id")),
            department=rng.choice([None, *departments]),
            site=rng.choice([None, *sites]),
        )
        for index in range(12)
    ]


def instant(rng):
    """Around the whole minutes that conditions ask for, to the microsecond."""
    aside = timedelta(microseconds=rng.choice((-1, 0, 1, 30_000_000)))
    return rng.choice((None, *[NOW - timedelta(minutes=rng.choice(MINUTES)) + aside] * 4))


def times(rng):
    since = ("status_since", "team_since", "tier_since", "staff_acted_at", "requester_acted_at")
    names = (*since, "next_due_at", "breached_at")
    any_hour = NOW - timedelta(minutes=rng.randint(0, 400_000))
    return {name: instant(rng) for name in names} | {
        "opened_at": rng.choice((instant(rng) or NOW, any_hour)),
        "updated_at": instant(rng) or NOW,
    }


def previous(rng, users):
    known = {
        "status": ("new", "open", "pending"),
        "priority": (1, 2, 3, 4),
        "team": (None, *TEAMS),
        "tier": (None, 1, 2, 3),
        "assignee": (None, *(user.pk for user in users[:3])),
        "category": (None, *(f"{slug}-slow" for slug in SERVICES)),
    }
    return {name: rng.choice(values) for name, values in known.items() if rng.random() < 0.6}


def make_tickets():
    rng = random.Random(20261120)
    tiers = [Tier.objects.get_or_create(level=level, defaults={"name": f"Level {level}"})[0] for level in (1, 2, 3)]
    teams = [Team.objects.create(name=slug, slug=slug, tier=rng.choice(tiers)) for slug in TEAMS]
    services = [Service.objects.create(name=slug, slug=slug, is_critical=slug == "erp") for slug in SERVICES]
    assets = [Asset.objects.create(tag=tag, name=tag, kind=tag[:2]) for tag in ASSETS]
    kinds = zip(services, ("incident", "request"), strict=True)
    categories = [Category.objects.create(name=s.slug, slug=f"{s.slug}-slow", service=s, kind=k) for s, k in kinds]
    users = people(rng)
    Ticket.objects.bulk_create(
        Ticket(
            status="pending" if reason else rng.choice(("new", "open")),
            pending_reason=reason,
            kind=rng.choice(("incident", "request")),
            subject=text(rng)[:200],
            description=text(rng),
            language=rng.choice(("en", "id")),
            impact=rng.randint(1, 4),
            urgency=rng.randint(1, 3),
            priority=rng.randint(1, 4),
            channel=rng.choice(("portal", "phone", "email", "alert")),
            requester=(requester := rng.choice(users)),
            opened_by=requester,
            service=rng.choice([None, *services]),
            category=rng.choice([None, *categories]),
            team=rng.choice([None, *teams]),
            tier=rng.choice([None, *tiers]),
            assignee=rng.choice([None, *users[:3]]),
            reopen_count=rng.randint(0, 2),
            return_count=rng.randint(0, 3),
            intake={key: rng.choice(ANSWERS) for key in ("device", "contains", "2") if rng.random() < 0.7},
            asset=rng.choice([None, *assets]),
            tags=rng.sample(TAGS, rng.randint(0, 3)),
            was=previous(rng, users),
            **times(rng),
        )
        for reason in rng.choices(["", *PendingReason.values], k=TICKETS)
    )
    return [(ticket.pk, facts_of(ticket, NOW)) for ticket in Ticket.objects.select_related(*RELATED)]


def values_for(field, op, assignees):
    if op == "matches":
        return st.sampled_from(PATTERNS)
    if field.type is FieldType.AGE:
        return st.sampled_from([minutes for minutes in MINUTES if minutes >= field.lowest])
    if field.type is FieldType.TEXT:
        return st.sampled_from(WORDS if op == "contains_any" else [*WORDS, *FRAGMENTS])
    known = {
        "service": st.sampled_from(SERVICES),
        "category": st.sampled_from([f"{slug}-slow" for slug in SERVICES]),
        "team": st.sampled_from(TEAMS),
        "requester_department": st.sampled_from(DEPARTMENTS),
        "requester_site": st.sampled_from(SITES),
        "assignee": st.sampled_from([*assignees, 2**62]),
        "requester": st.sampled_from([*assignees, 2**62]),
        "asset": st.sampled_from(ASSETS),
        "asset_kind": st.sampled_from(("LT", "PR")),
        "tags": st.sampled_from(TAGS),
    }
    if field.type is FieldType.FLAG:
        return st.booleans()
    return known.get(
        field.name.removeprefix("previous_"),
        st.sampled_from(list(field.choices)) if field.choices else st.integers(0, 3),
    )


@st.composite
def leaves(draw, assignees):
    if draw(st.integers(0, 5)) == 0:
        op = draw(st.sampled_from(OPERATORS[FieldType.ANSWER]))
        name = "intake." + draw(st.sampled_from(("device", "contains", "2", "absent")))
        known = [answer for answer in ANSWERS if isinstance(answer, str | int) and answer != ""]
        value = st.sampled_from(["lap", "3", "LAPTOP"] if op == "contains" else known)
    else:
        field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
        op, name = draw(st.sampled_from(field.operators)), field.name
        value = values_for(field, op, assignees)
    leaf = {"field": name, "op": op}
    if op in LIST_OPERATORS:
        leaf["value"] = draw(st.lists(value, min_size=1, max_size=3))
    elif op not in ("is_empty", "is_set"):
        leaf["value"] = draw(value)
    return leaf


def groups(parts):
    return st.builds(
        lambda word, items: {word: items}, st.sampled_from(("all", "any")), st.lists(parts, min_size=1, max_size=3)
    )


@pytest.mark.django_db
def test_a_condition_chooses_the_same_tickets_in_memory_and_in_sql():
    tickets = make_tickets()
    assignees = sorted({facts["assignee"] for _, facts in tickets} - {None})
    leaf = leaves(assignees)

    @settings(max_examples=250, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(groups(st.one_of(leaf, leaf, groups(leaf))))
    def agrees(tree):
        condition = validate(tree)
        chosen = list(Ticket.objects.filter(condition.to_q(NOW)).order_by("pk").values_list("pk", flat=True))
        assert chosen == sorted(pk for pk, facts in tickets if condition.evaluate(facts))
        assert not (chosen and contradictions(condition))

    agrees()


def first_value(field):
    known = {
        "service": "erp",
        "category": "wms-slow",
        "team": "desk",
        "requester_department": "Gudang",
        "requester_site": "HQ",
        "asset": "LT-1",
        "asset_kind": "PR",
        "tags": "vpn",
    }
    name = field.name.removeprefix("previous_")
    if name in known:
        return known[name]
    if field.type is FieldType.TEXT:
        return "erp"
    if field.type is FieldType.FLAG:
        return True
    return next(iter(field.choices)) if field.choices else 1


@pytest.mark.django_db
def test_every_single_question_chooses_the_same_tickets():
    tickets = make_tickets()
    for field in FIELDS.values():
        for op in field.operators:
            leaf = {"field": field.name, "op": op}
            if op not in ("is_empty", "is_set"):
                value = first_value(field)
                leaf["value"] = [value] if op in LIST_OPERATORS else value
            condition = validate({"all": [leaf]})
            chosen = set(Ticket.objects.filter(condition.to_q(NOW)).values_list("pk", flat=True))
            assert chosen == {pk for pk, facts in tickets if condition.evaluate(facts)}, leaf


@pytest.mark.django_db
def test_an_intake_key_may_look_like_a_place_in_a_list_or_like_a_lookup():
    tickets = make_tickets()
    for key in ("2", "contains"):
        for leaf in ({"op": "contains", "value": "lap"}, {"op": "is", "value": "Laptop"}, {"op": "is_set"}):
            condition = validate({"all": [{"field": f"intake.{key}", **leaf}]})
            expected = {pk for pk, facts in tickets if condition.evaluate(facts)}
            assert expected
            assert set(Ticket.objects.filter(condition.to_q()).values_list("pk", flat=True)) == expected


@pytest.mark.django_db
def test_lower_case_means_what_the_database_means():
    letters = [chr(code) for code in range(0x80, 0x1F000) if chr(code).lower() != chr(code)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(lower(letter), '' ORDER BY place) FROM unnest(%s) WITH ORDINALITY AS l(letter, place)",
            [letters],
        )
        assert cursor.fetchone()[0] == lower("".join(letters))


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Europe/Berlin", "America/St_Johns"])
def test_weekday_and_hour_are_those_of_the_zone_also_when_its_clocks_change(settings, zone, requester):
    settings.TIME_ZONE = zone
    changes = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    Ticket.objects.bulk_create(
        Ticket(
            requester=requester,
            opened_by=requester,
            opened_at=(at := day + timedelta(minutes=half * 30)),
            updated_at=at,
        )
        for day in changes
        for half in range(-4, 16)
    )
    tickets = [(ticket.pk, facts_of(ticket)) for ticket in Ticket.objects.select_related(*RELATED)]
    for name, values in (("opened_hour", range(24)), ("opened_weekday", range(1, 8))):
        for value in values:
            condition = validate({"all": [{"field": name, "op": "is", "value": value}]})
            chosen = set(Ticket.objects.filter(condition.to_q()).values_list("pk", flat=True))
            assert chosen == {pk for pk, facts in tickets if condition.evaluate(facts)}, value


@pytest.mark.django_db
def test_facts_follow_nothing_but_what_is_selected_along(django_assert_num_queries):
    make_tickets()
    with django_assert_num_queries(1):
        for ticket in Ticket.objects.select_related(*RELATED)[:5]:
            facts_of(ticket)
