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
from accounts.models.skills import Certificate, CertificateReminder, Level, PersonSkill, Skill
from accounts.models.teams import Membership, Team, Tier
from accounts.models.tokens import ApiToken
from accounts.models.training import Attendance, TrainingNeed, TrainingSession

__all__ = [
    "Absence",
    "ApiToken",
    "Attendance",
    "Certificate",
    "CertificateReminder",
    "Department",
    "FeedToken",
    "Level",
    "Membership",
    "OnCallOverride",
    "PersonSkill",
    "Rota",
    "RotaTurn",
    "SingleShift",
    "Site",
    "Skill",
    "Swap",
    "Team",
    "Tier",
    "TrainingNeed",
    "TrainingSession",
    "User",
    "WantedCover",
    "Weekday",
    "WeeklyShift",
]
