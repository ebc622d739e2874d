from tickets.models.conversation import Attachment, Draft, Message, Rating
from tickets.models.departures import Departure
from tickets.models.event import TicketEvent
from tickets.models.helping import Helper
from tickets.models.links import TicketLink
from tickets.models.settings import PriorityCell
from tickets.models.tasks import Task
from tickets.models.templates import ReplyTemplate
from tickets.models.ticket import Submission, Ticket, Watcher

__all__ = [
    "Attachment",
    "Departure",
    "Draft",
    "Helper",
    "Message",
    "PriorityCell",
    "Rating",
    "ReplyTemplate",
    "Submission",
    "Task",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "Watcher",
]
