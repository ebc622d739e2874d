from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from notifications.models import OutboxMessage

SMTP_TIMEOUT_SECONDS = 15


def send(message: OutboxMessage) -> None:
    """Render the message in its reader's language and hand it to the mail server.

    Raises:
        SMTPException, OSError: the server refused or could not be reached; the row is tried again.
    """
    with translation.override(message.language):
        context = {**message.context, "base_url": settings.BASE_URL, "product": settings.PRODUCT_NAME}
        subject = one_line(render_to_string(f"mail/{message.template}/subject.txt", context))
        text = render_to_string(f"mail/{message.template}/body.txt", context)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((settings.PRODUCT_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[message.address],
        headers={
            # the same id on every attempt, so that a second copy is recognised as one
            "Message-ID": f"<outbox-{message.pk}.{message.created_at:%Y%m%d%H%M%S}@{settings.MAIL_DOMAIN}>",
            # RFC 3834: nobody's responder should answer this
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
        connection=get_connection(timeout=SMTP_TIMEOUT_SECONDS),
    )
    mail.send()


def one_line(text: str) -> str:
    """A header value: one line, no control characters, so that no name or subject can add a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
