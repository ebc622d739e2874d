from escalation.models.calendars import BusinessCalendar, CalendarVersion
from escalation.models.clocks import Clock, Milestone
from escalation.models.handovers import Handover, TierVisit
from escalation.models.major import MajorIncident, MajorTicket, MajorUpdate
from escalation.models.major_records import MajorEvent, MajorReview
from escalation.models.pauses import Pause
from escalation.models.policies import PolicyVersion, SlaPolicy
from escalation.models.recounts import Recount
from escalation.models.routing import RoutingDecision, RoutingRule

__all__ = [
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "Handover",
    "MajorEvent",
    "MajorIncident",
    "MajorReview",
    "MajorTicket",
    "MajorUpdate",
    "Milestone",
    "Pause",
    "PolicyVersion",
    "Recount",
    "RoutingDecision",
    "RoutingRule",
    "SlaPolicy",
    "TierVisit",
]
