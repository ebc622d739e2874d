"""Who made-up tickets are about: the people, teams, categories and promises that exist, and more where needed."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.management.base import CommandError

from accounts.models import Membership, Team, User
from catalogue.models import Category
from escalation.models import CalendarVersion, PolicyVersion

AGENTS_A_TEAM = 12
DOMAIN = "load.invalid"
NO_PASSWORD = "!"  # noqa: S105  nobody signs in as one of them


@dataclass(frozen=True, slots=True)
class Cast:
    """Primary keys, so that a million rows cost no objects.

    Attributes:
        members: team -> its agents.
        tiers: team -> its tier.
        categories: (category, service, kind) each.
        automation: the user row of the rules.
        promise: (calendar version, policy version) that the clocks go by.
    """

    requesters: list[int]
    teams: list[int]
    members: dict[int, list[int]]
    tiers: dict[int, int]
    categories: list[tuple[int, int, str]]
    automation: int
    promise: tuple[int, int]


def gather(people: int) -> Cast:
    """Find the cast, adding requesters and agents until there are enough.

    Args:
        people: how many requesters there shall be.

    Raises:
        CommandError: there is no team, category or promise yet; the demonstration data bring them.
    """
    teams = list(Team.objects.select_related("tier"))
    categories = list(Category.objects.values_list("pk", "service_id", "kind"))
    calendar, policy = CalendarVersion.objects.order_by("-pk").first(), PolicyVersion.objects.order_by("-pk").first()
    if not teams or not categories or calendar is None or policy is None:
        raise CommandError(
            "There are no teams, categories or promises yet. Run seed_demo, or set the company up first."
        )
    _add_requesters(people)
    return Cast(
        requesters=list(
            User.objects.filter(email__endswith=DOMAIN, email__startswith="r").values_list("pk", flat=True)
        ),
        teams=[team.pk for team in teams],
        members=_members(teams),
        tiers={team.pk: team.tier_id for team in teams},
        categories=categories,
        automation=User.objects.automation().pk,
        promise=(calendar.pk, policy.pk),
    )


def _add_requesters(people: int) -> None:
    have = User.objects.filter(email__endswith=DOMAIN, email__startswith="r").count()
    User.objects.bulk_create(
        [
            User(email=f"r{number:06}@{DOMAIN}", name=f"Load Requester {number:06}", password=NO_PASSWORD)
            for number in range(have, people)
        ],
        batch_size=2_000,
    )


def _members(teams: list[Team]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {team.pk: [] for team in teams}
    for team_id, user_id in Membership.objects.filter(user__is_active=True).values_list("team_id", "user_id"):
        members[team_id].append(user_id)
    for team in teams:
        missing = AGENTS_A_TEAM - len(members[team.pk])
        added = [
            User(
                email=f"a-{team.slug}-{number:03}@{DOMAIN}",
                name=f"Load Agent {team.slug} {number:03}",
                password=NO_PASSWORD,
            )
            for number in range(missing)
        ]
        User.objects.bulk_create(added)
        Membership.objects.bulk_create([Membership(team=team, user=user) for user in added])
        members[team.pk] += [user.pk for user in added]
    return members
