"""A million tickets to search in, made by the database from one that went through its command.

The words follow Zipf's law over a vocabulary of both languages: real ones of the trade at the top, made-up ones below.
Some are placed so that their share is known: `gangguan` stands in 30 % of all tickets, `jaringan` in 28 %, `proyektor`
in 1 %, `stempel` in 0.05 % and `xerografi` in twenty.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from django.db import connection

from tickets.models import Ticket
from tickets.search.document import VECTOR

VOCABULARY = 40_000
FIRST_NUMBER = 100_000
SHARES = {"gangguan": 0.30, "jaringan": 0.28, "proyektor": 0.01, "stempel": 0.0005, "xerografi": 0.00002}
KNOWN = """
    laptop printer email vpn password login server aplikasi error lambat tidak bisa akses internet wifi excel outlook
    layar keyboard mouse kabel monitor folder file data sistem kantor cabang gudang laporan cetak mencetak print
    printing update install restart reset akun pengguna user network connection timeout failed cannot open screen
    windows license lisensi backup restore database query scanner toner kertas telepon headset camera meeting zoom
"""
SYLLABLES = "ba ci du fe ga hi jo ka lu me na po ra si tu wa ya ko di an er on tra men per ber"
STATUSES = ("new", "open", "pending", "resolved", "closed", "cancelled")
CHANGED = {
    "id": "n.id",
    "external_ref": "NULL",
    "subject": "n.subject",
    "description": "n.body",
    "status": "n.status",
    "pending_reason": "CASE WHEN n.status = 'pending' THEN 'vendor' ELSE '' END",
    "priority": "n.priority",
    "team_id": "n.team",
    "tier_id": "n.tier",
    "service_id": "n.service",
    "category_id": "NULL",
    "requester_id": "n.requester",
    "assignee_id": "n.owner",
    "opened_at": "n.at",
    "updated_at": "n.at",
    "next_due_at": "CASE WHEN n.status IN ('new', 'open') THEN n.at + interval '3 days' END",
}
MARKS = (
    "'b:' || (id >> 15), 't:' || team, 'i:' || tier, 'a:' || coalesce(owner, 0), 'v:' || coalesce(service, 0), 'c:0',"
    " 'r:' || requester, 's:' || status, 'k:incident', 'p:' || priority,"
    " 'm:' || to_char(at, 'YYYYMM'), CASE WHEN status IN ('new','open','pending') THEN 's:live' ELSE 's:ended' END,"
    " CASE WHEN notes = '' THEN 'n:0' ELSE 'n:1' END"
)


def words(chance: random.Random) -> list[str]:
    """The vocabulary, the most frequent first."""
    known, syllables = KNOWN.split(), SYLLABLES.split()
    made = {"".join(chance.choices(syllables, k=chance.randint(2, 5))) for _ in range(VOCABULARY)}
    return known + sorted(made - set(known) - set(SHARES))


def rows(count: int, people: list[int], teams: list[tuple[int, int]], services: list[int]) -> Iterator[str]:
    """Lines for COPY: the oldest ticket first."""
    chance = random.Random(20261121)  # noqa: S311  the same texts each time
    vocabulary = words(chance)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(vocabulary))))
    begin = datetime(2023, 11, 1, tzinfo=UTC)
    for place in range(count):
        text = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(20, 60))
        for word, share in SHARES.items():
            if chance.random() < share:
                text.insert(chance.randrange(len(text)), word)
        team, tier = chance.choices(teams, weights=[8, 5, 3, 1][: len(teams)])[0]
        is_recent = place > count - 50_000
        status = chance.choice(STATUSES[:3]) if is_recent and chance.random() < 0.6 else chance.choice(STATUSES[3:5])
        at = begin + timedelta(days=1115 * place / count)
        note = chance.choices(vocabulary, cum_weights=weights, k=12) if place % 3 == 0 else []
        requester = people[min(int(chance.expovariate(6) * len(people)), len(people) - 1)]
        fields = (
            FIRST_NUMBER + place, " ".join(text[:6]), " ".join(text[6:]), " ".join(note), status, chance.randint(1, 4),
            team, tier, chance.choice(services), requester, at.isoformat(),
        )  # fmt: skip
        yield "\t".join(map(str, fields)) + "\t" + ("\\N" if chance.random() < 0.2 else str(chance.choice(people)))


class Lines:
    """A file for COPY that is written while it is read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, _size: int = -1) -> str:
        """Some more whole lines; nothing at the end."""
        return "".join(f"{line}\n" for line, _n in zip(self.lines, range(500), strict=False))


def fill(source: Ticket, count: int, people: list[int], teams: list[tuple[int, int]], services: list[int]) -> None:
    """So many copies of a ticket with texts of their own, and their documents."""
    columns = {str(field.column): f"t.{field.column}" for field in Ticket._meta.concrete_fields} | CHANGED
    texts = {"A": "subject", "B": "body", "C": "''", "D": "notes"}
    vector = VECTOR
    for column in texts.values():
        for _config in range(3):
            vector = vector.replace("%s", column, 1)
    vector = vector.replace("%s", f"ARRAY[{MARKS}]")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_rows (id bigint, subject text, body text, notes text, status text,"
            " priority int, team bigint, tier bigint, service bigint, requester bigint, at timestamptz, owner bigint)"
        )
        cursor.copy_expert("COPY bench_rows FROM STDIN", Lines(rows(count, people, teams, services)))
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(columns)}) SELECT {', '.join(columns.values())} "  # noqa: S608
            "FROM tickets_ticket t, bench_rows n WHERE t.id = %s ORDER BY n.id",
            [source.pk],
        )
        cursor.execute("DROP INDEX searchdocument_words")
        cursor.execute(
            f"INSERT INTO tickets_searchdocument (ticket_id, opened_at, words) SELECT id, at, {vector} FROM bench_rows "  # noqa: S608
            "ORDER BY id"
        )
        cursor.execute(
            "CREATE INDEX searchdocument_words ON tickets_searchdocument USING gin (words) WITH (fastupdate = off)"
        )
        cursor.execute("DROP TABLE bench_rows")
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE tickets_ticket, tickets_searchdocument")
