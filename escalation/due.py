"""Working off rows that are due: each on its own, the ticket locked first, one that fails stepping back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model, QuerySet

from core.time import database_now
from tickets.models import Ticket

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_MINUTES = 5

# (ticket, primary key of the due row, now) -> whether it was still due; the ticket is locked
Attend = Callable[[Ticket, int, datetime], bool]


def attend_to_due(rows: QuerySet[Any, Any], column: str, attend: Attend, *, limit: int = BATCH) -> int:
    """Attend to up to `limit` rows whose `column` has come, oldest first, each in its own transaction.

    Any number of sweeps may run at once: a ticket somebody works on is left for the next round, and `attend` reads its
    row anew under the ticket's lock, so that what another sweep did is not done again.

    Args:
        rows: rows with a `ticket`; the filter by time is added here.
        column: the name of the time they wait for.

    Returns:
        How many were taken care of; less than `limit` means nothing more is due, or somebody works on the rest.
    """
    now = database_now()
    due = rows.filter(**{f"{column}__lte": now}).order_by(column, "pk").values_list("pk", "ticket_id")
    found = list(due[:limit])
    done = 0
    for pk, ticket_id in found:
        try:
            done += _attend(ticket_id, pk, attend, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing else would fare better
        except Exception:
            # one row nobody foresaw must not hold up everything behind it: it steps back and is tried again
            logger.exception("%s %s could not be attended to", rows.model.__name__, pk)
            step_back(rows.model, pk, column, now)
    return done


def step_back(model: type[Model], pk: int, column: str, now: datetime) -> None:
    """Try a due row again in a few minutes."""
    later = now + timedelta(minutes=RETRY_MINUTES)
    model._default_manager.filter(pk=pk, **{f"{column}__lte": now}).update(**{column: later})


@transaction.atomic
def _attend(ticket_id: int, pk: int, attend: Attend, now: datetime) -> bool:
    """Lock the ticket first, as every command does, so that sweep and command never wait for each other in a ring."""
    ticket = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id).first()
    return ticket is not None and attend(ticket, pk, now)
