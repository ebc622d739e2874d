from accounts.models.people import Department, Site, User
from accounts.models.roster import (
    Absence,
    FeedToken,
    OnCallOverride,
    Rota,
    RotaTurn,
    SingleShift,
    Swap,
    WantedCover,
    Weekday,
    WeeklyShift,
)
from accounts.models.teams import Membership, Team, Tier
from accounts.models.tokens import ApiToken

__all__ = [
    "Absence",
    "ApiToken",
    "Department",
    "FeedToken",
    "Membership",
    "OnCallOverride",
    "Rota",
    "RotaTurn",
    "SingleShift",
    "Site",
    "Swap",
    "Team",
    "Tier",
    "User",
    "WantedCover",
    "Weekday",
    "WeeklyShift",
]
