from tickets.models.checklists import ChecklistStep, ChecklistTemplate
from tickets.models.conversation import Attachment, Draft, Message, Rating
from tickets.models.event import TicketEvent
from tickets.models.helping import Helper
from tickets.models.links import TicketLink
from tickets.models.plans import Plan, PlanRun
from tickets.models.settings import PriorityCell
from tickets.models.snoozes import Snooze
from tickets.models.tasks import Task
from tickets.models.templates import ReplyTemplate
from tickets.models.ticket import Submission, Ticket, Watcher
from tickets.models.time import TimeEntry

__all__ = [
    "Attachment",
    "ChecklistStep",
    "ChecklistTemplate",
    "Draft",
    "Helper",
    "Message",
    "Plan",
    "PlanRun",
    "PriorityCell",
    "Rating",
    "ReplyTemplate",
    "Snooze",
    "Submission",
    "Task",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TimeEntry",
    "Watcher",
]
