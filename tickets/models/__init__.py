from tickets.models.bulk import BulkRun, BulkStep
from tickets.models.checklists import ChecklistStep, ChecklistTemplate
from tickets.models.conversation import Attachment, Draft, Message, Rating
from tickets.models.departures import Departure
from tickets.models.event import TicketEvent
from tickets.models.helping import Helper
from tickets.models.links import TicketLink
from tickets.models.phone import PhoneTemplate
from tickets.models.plans import Plan, PlanRun
from tickets.models.search import SearchDocument, SearchWord
from tickets.models.settings import PriorityCell
from tickets.models.snoozes import Snooze
from tickets.models.tasks import Task
from tickets.models.templates import ReplyTemplate
from tickets.models.ticket import Submission, Ticket, Watcher
from tickets.models.time import TimeEntry
from tickets.models.views import SavedView

__all__ = [
    "Attachment",
    "BulkRun",
    "BulkStep",
    "ChecklistStep",
    "ChecklistTemplate",
    "Departure",
    "Draft",
    "Helper",
    "Message",
    "PhoneTemplate",
    "Plan",
    "PlanRun",
    "PriorityCell",
    "Rating",
    "ReplyTemplate",
    "SavedView",
    "SearchDocument",
    "SearchWord",
    "Snooze",
    "Submission",
    "Task",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TimeEntry",
    "Watcher",
]
