from escalation.models.clocks import BusinessCalendar, Clock, Holiday, Milestone, SlaPolicy, SlaTarget
from escalation.models.handovers import Handover, TierVisit
from escalation.models.pauses import Pause
from escalation.models.routing import RoutingDecision, RoutingRule

__all__ = [
    "BusinessCalendar",
    "Clock",
    "Handover",
    "Holiday",
    "Milestone",
    "Pause",
    "RoutingDecision",
    "RoutingRule",
    "SlaPolicy",
    "SlaTarget",
    "TierVisit",
]
