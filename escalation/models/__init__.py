from escalation.models.bugs import BugLink, ExternalBug
from escalation.models.calendars import BusinessCalendar, CalendarVersion
from escalation.models.clocks import Clock, Milestone
from escalation.models.handovers import Handover, TierVisit
from escalation.models.pauses import Pause
from escalation.models.policies import PolicyVersion, SlaPolicy
from escalation.models.recounts import Recount
from escalation.models.routing import RoutingDecision, RoutingRule
from escalation.models.vendors import ContractTerms, VendorReferral

__all__ = [
    "BugLink",
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "ContractTerms",
    "ExternalBug",
    "Handover",
    "Milestone",
    "Pause",
    "PolicyVersion",
    "Recount",
    "RoutingDecision",
    "RoutingRule",
    "SlaPolicy",
    "TierVisit",
    "VendorReferral",
]
