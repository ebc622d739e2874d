"""Replies under way leave when their time has come: once each, whoever sweeps and whatever dies meanwhile."""

from __future__ import annotations

import logging

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import DomainError, Invalid
from core.time import database_now
from notifications.outbox import Channel, Letter, post
from tickets.commands.departing import give_back, send
from tickets.models import Departure
from tickets.notify import plain_values

logger = logging.getLogger(__name__)


def send_due(limit: int) -> int:
    """Let up to `limit` replies leave. The row is removed in the transaction that writes the message, under a lock no
    other sweep waits for: a worker that dies leaves it as it was.

    Returns:
        How many left or went back to their authors.
    """
    for done in range(limit):
        with transaction.atomic():
            departure = (
                Departure.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(leaves_at__lte=database_now())
                .select_related("author", "ticket__requester")
                .order_by("leaves_at", "pk")
                .first()
            )
            if departure is None:
                return done
            with override(departure.author.language):
                _leave(departure)
    return limit


def _leave(departure: Departure) -> None:
    try:
        send(departure, departure.ticket)
    except OperationalError:
        raise  # the database is away or busy: the next sweep tries again
    except DomainError as error:
        _give_back(departure, error.in_full if isinstance(error, Invalid) else error.message)
    except Exception:
        logger.exception("reply %s could not leave", departure.pk)
        _give_back(departure, _("Something went wrong on our side."))
    else:
        departure.delete()


def _give_back(departure: Departure, why: str) -> None:
    letter = Letter(
        recipient=departure.author,
        template="reply_not_sent",
        key=f"departure-{departure.pk}",
        context={**plain_values(departure.ticket), "reason": why},
        channel=Channel.IN_APP,
    )
    give_back(departure, why)
    post([letter], at=database_now())
