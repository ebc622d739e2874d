"""Keep secrets out of the log: tokens, keys and passwords are masked before a line is written."""

import logging
import re

SECRET = re.compile(
    r"(?i)\b(authorization\s*[:=]\s*(?:bearer|token|basic)?|(?:access_|csrf|api_|csrfmiddleware)?token\s*[:=]"
    r"|password\s*[:=]|secret\s*[:=]|sessionid\s*[:=]|api[_-]?key\s*[:=]|signature\s*[:=])\s*['\"]?[^\s&'\",;]+"
)
# the address of a calendar feed is its key
FEED_ADDRESS = re.compile(r"(/roster/feed/)[^\s?#'\"]+")
CREDENTIALS_IN_URL = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")


def masked(text: str) -> str:
    """Return the text with the values of secret-looking fields replaced by asterisks."""
    text = FEED_ADDRESS.sub(r"\1***", text)
    return CREDENTIALS_IN_URL.sub(r"\1:***@", SECRET.sub(lambda match: f"{match.group(1)}***", text))


class MaskSecrets(logging.Filter):
    """Rewrite a record's final message; formatting happens here so that arguments are covered too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True
