"""What the address of a list asks for: sort, groups, columns, filters. Everything of it is in the query string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from core.cleaning import whole_number
from tickets.choices import PendingReason, Priority, Status
from tickets.paging import GROUPS, SORTS
from tickets.rows import COLUMNS, DEFAULT_COLUMNS

TABS = ("all", "unassigned", "mine", "waiting")
NOBODY, ME = "nobody", "me"
TEXT_LENGTH = 100
STATUSES = (*Status.values, *(f"pending-{reason}" for reason in PendingReason.values))


@dataclass(frozen=True, slots=True)
class Asked:
    """One address of a list, read; what it asks that makes no sense is passed over.

    Attributes:
        group: a key of `paging.GROUPS`; "" for one list without headings.
        owner: a person's id as text, NOBODY or ME; "" for everybody's.
        own: what differs from the list's own sort, groups and columns, and so stands in addresses.
        sorts: what this list can be sorted by; one that holds ended tickets has no headings besides.
    """

    tab: str = "all"
    sort: str = "due"
    group: str = "due"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    priorities: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    owner: str = ""
    service: str = ""
    tag: str = ""
    text: str = ""
    after: str = ""
    own: frozenset[str] = frozenset()
    sorts: tuple[str, ...] = tuple(SORTS)

    @property
    def is_filtered(self) -> bool:
        """Whether fewer than all tickets of the list are asked for, the tabs aside."""
        return bool(self.priorities or self.statuses or self.owner or self.service or self.tag or self.text)

    def query(self, **changes: Any) -> str:
        """The query string of this list with some things otherwise; the page is not part of it."""
        asked = replace(self, **changes, own=self.own | frozenset(changes)) if changes else self
        return urlencode(list(asked.pairs()))

    def pairs(self, leave_out: Iterable[str] = ()) -> Iterable[tuple[str, Any]]:
        """Names and values as they stand in addresses and as hidden fields of forms."""
        told = self.own - frozenset(leave_out)
        if self.tab != "all" and "tab" not in leave_out:
            yield "f", self.tab
        if "sort" in told:
            yield "sort", self.sort
        if "group" in told:
            yield "group", self.group or "none"
        if "columns" in told:
            yield from (("col", name) for name in self.columns)
        if "filters" in leave_out:
            return
        yield from (("p", level) for level in self.priorities)
        yield from (("s", status) for status in self.statuses)
        plain = {"owner": self.owner, "service": self.service, "tag": self.tag, "q": self.text}
        yield from ((name, value) for name, value in plain.items() if value)


def asked(params: QueryDict, usual: Mapping[str, Any] | None = None) -> Asked:
    """Read an address.

    Args:
        usual: the list's own sort, group and columns (a saved view has some), and the only sorts it may have.
    """
    usual = usual or {}
    own = set()
    sort, group = usual.get("sort", "due"), usual.get("group", "due")
    columns: Sequence[str] = usual.get("columns") or DEFAULT_COLUMNS
    sorts = tuple(usual.get("sorts", SORTS))
    if params.get("sort") in sorts:
        own.add("sort")
        sort = params["sort"]
    if "group" in params and "sorts" not in usual:
        own.add("group")
        group = params["group"]
    if params.getlist("col"):
        own.add("columns")
        columns = params.getlist("col")
    shown = tuple(dict.fromkeys(name for name in columns if name in COLUMNS))
    return Asked(
        tab=next((tab for tab in TABS if tab == params.get("f")), "all"),
        sort=sort,
        group=_group(group, sort),
        columns=shown or DEFAULT_COLUMNS,
        priorities=tuple(level for level in Priority.values if str(level) in params.getlist("p")),
        statuses=tuple(status for status in STATUSES if status in params.getlist("s")),
        owner=_owner(params.get("owner", "")),
        service=params.get("service", "")[:TEXT_LENGTH],
        tag=params.get("tag", "").strip().lower()[:TEXT_LENGTH],
        text=params.get("q", "").strip()[:TEXT_LENGTH],
        after=params.get("after", ""),
        own=frozenset(own),
        sorts=sorts,
    )


def _group(group: str, sort: str) -> str:
    """Headings by time left stand only over rows that are sorted by it."""
    if group not in GROUPS or (group == "due" and sort != "due"):
        return ""
    return group


def _owner(text: str) -> str:
    return text if text in (NOBODY, ME) or whole_number(text) is not None else ""
