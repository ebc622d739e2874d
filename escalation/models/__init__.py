from escalation.models.assignment import AssignmentTurn
from escalation.models.bugs import BugLink, ExternalBug
from escalation.models.calendars import BusinessCalendar, CalendarVersion
from escalation.models.clocks import Clock, Milestone
from escalation.models.dry_runs import DryRun
from escalation.models.handovers import Handover
from escalation.models.holds import Hold
from escalation.models.ladder import LadderVersion
from escalation.models.macros import Macro, MacroRun
from escalation.models.major import MajorIncident, MajorTicket, MajorUpdate
from escalation.models.major_records import MajorEvent, MajorReview
from escalation.models.pauses import Pause
from escalation.models.policies import PolicyVersion, SlaPolicy
from escalation.models.promises import PolicyChoice
from escalation.models.recounts import Recount
from escalation.models.rules import Rule, RuleDecision, RuleRun, RuleSwitch, RuleVersion
from escalation.models.summons import Summons, SummonsCall
from escalation.models.vendors import ContractTerms, VendorReferral
from escalation.models.visits import TierVisit

__all__ = [
    "AssignmentTurn",
    "BugLink",
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "ContractTerms",
    "DryRun",
    "ExternalBug",
    "Handover",
    "Hold",
    "LadderVersion",
    "Macro",
    "MacroRun",
    "MajorEvent",
    "MajorIncident",
    "MajorReview",
    "MajorTicket",
    "MajorUpdate",
    "Milestone",
    "Pause",
    "PolicyChoice",
    "PolicyVersion",
    "Recount",
    "Rule",
    "RuleDecision",
    "RuleRun",
    "RuleSwitch",
    "RuleVersion",
    "SlaPolicy",
    "Summons",
    "SummonsCall",
    "TierVisit",
    "VendorReferral",
]
