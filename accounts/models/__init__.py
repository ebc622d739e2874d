from accounts.models.people import Department, Site, User
from accounts.models.teams import Membership, Team, Tier
from accounts.models.tokens import ApiToken

__all__ = ["ApiToken", "Department", "Membership", "Site", "Team", "Tier", "User"]
