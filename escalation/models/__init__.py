from escalation.models.calendars import BusinessCalendar, CalendarVersion
from escalation.models.clocks import Clock, Milestone
from escalation.models.handovers import Handover
from escalation.models.ladder import LadderVersion
from escalation.models.pauses import Pause
from escalation.models.policies import PolicyVersion, SlaPolicy
from escalation.models.recounts import Recount
from escalation.models.routing import RoutingDecision, RoutingRule
from escalation.models.visits import TierVisit

__all__ = [
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "Handover",
    "LadderVersion",
    "Milestone",
    "Pause",
    "PolicyVersion",
    "Recount",
    "RoutingDecision",
    "RoutingRule",
    "SlaPolicy",
    "TierVisit",
]
