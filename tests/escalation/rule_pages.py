"""What a browser sends for the rule editor, read from the page as it is drawn."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """The fields of the form with id rule-form, as they would be sent."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._is_multiple = False
        self._first: str | None = None

    def handle_starttag(self, tag: str, pairs: Any) -> None:
        attrs = dict(pairs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form
        if not self.inside:
            return
        name = attrs.get("name") or ""
        if tag == "input" and name and attrs.get("type") not in ("file", "submit"):
            is_box = attrs.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attrs:
                self.sent.setdefault(name, []).append(attrs.get("value", "on" if is_box else "") or "")
        elif tag == "select":
            self._select, self._is_multiple, self._first = name, "multiple" in attrs, None
        elif tag == "option":
            self._first = attrs.get("value") if self._first is None else self._first
            if "selected" in attrs:
                self.sent.setdefault(self._select, []).append(attrs.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][0] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.inside:
            if not self._is_multiple and self._select not in self.sent and self._first is not None:
                self.sent[self._select] = [self._first]
        elif tag == "textarea":
            self._area = ""
        elif tag == "form":
            self.inside = False


def fields_of(answer: Any, form: str = "rule-form") -> dict[str, list[str]]:
    """What the browser would send of a page, by name."""
    reader = _Fields(form)
    reader.feed(answer.content.decode())
    return reader.sent


def press(client: Any, url: str, answer: Any, action: str, **changes: Any) -> Any:
    """Send the page with a button and some fields changed; "_" in a name stands for "-"."""
    changed = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(url, fields_of(answer) | changed | {"action": action})


def send_signed_out(client: Any, person: Any, url: str, sent: dict[str, Any]) -> None:
    """Send a form when the session has ended, and sign in again in the same browser."""
    client.logout()
    assert client.post(url, sent).status_code == 302
    kept = client.session["typed"]
    client.force_login(person)
    session = client.session
    session["typed"] = kept
    session.save()
