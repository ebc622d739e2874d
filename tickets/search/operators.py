"""The operators of the search and their values, in English and Indonesian. Pure."""

from __future__ import annotations

from datetime import date

from tickets.search.words import plain

# what may be typed -> the operator's own name
OPERATORS: dict[str, str] = {
    alias: name
    for name, aliases in {
        "status": "status keadaan",
        "priority": "priority prio prioritas",
        "tier": "tier level tingkat",
        "team": "team queue tim antrean",
        "from": "from requester dari pelapor",
        "owner": "owner assignee petugas",
        "service": "service layanan",
        "category": "category kategori",
        "asset": "asset aset device perangkat",
        "tag": "tag label",
        "is": "is adalah",
        "before": "before sebelum",
        "after": "after setelah sesudah",
        "since": "since sejak",
        "in": "in dalam",
        "kind": "kind type jenis tipe",
    }.items()
    for alias in aliases.split()
}


def _values(table: dict[str, str]) -> dict[str, str]:
    return {alias: value for value, aliases in table.items() for alias in aliases.split(",")}


# "open" is what people say of everything not yet solved; the status itself is "in progress"
STATUSES = _values(
    {
        "live": "open,live,unsolved,terbuka,aktif,belum selesai",
        "new": "new,baru",
        "open": "progress,in progress,inprogress,dikerjakan,diproses",
        "pending": "pending,waiting,menunggu,tunggu",
        "resolved": "resolved,solved,selesai,done",
        "closed": "closed,ditutup,tutup",
        "cancelled": "cancelled,canceled,dibatalkan,batal",
        "ended": "ended,berakhir",
    }
)
PRIORITIES = _values(
    {
        "1": "1,p1,critical,kritis",
        "2": "2,p2,high,tinggi",
        "3": "3,p3,medium,normal,sedang",
        "4": "4,p4,low,rendah",
    }
)
TIERS = _values(
    {"1": "1,i,tier 1,tier i", "2": "2,ii,tier 2,tier ii", "3": "3,iii,tier 3,tier iii", "4": "4,iv", "5": "5,v"}
)
STATES = _values(
    {
        "late": "late,overdue,breached,terlambat,lewat,lewat waktu",
        "mine": "mine,my,milikku,milik saya,saya",
        "unassigned": "unassigned,unowned,nobody,tanpa petugas,belum ada",
        "live": "open,live,terbuka,aktif",
        "ended": "ended,closed,solved,selesai,ditutup",
    }
)
PLACES = _values({"notes": "notes,note,internal,catatan"})
KINDS = _values(
    {
        "incident": "incident,incidents,insiden,gangguan",
        "request": "request,requests,permintaan",
        "ticket": "ticket,tickets,tiket",
        "article": "article,articles,artikel,kb",
        "person": "person,people,orang,pengguna",
        "asset": "asset,assets,aset,perangkat",
        "problem": "problem,problems,masalah",
    }
)
ME = frozenset({"me", "mine", "saya", "aku"})
NOBODY = frozenset({"none", "nobody", "unassigned", "kosong", "belum"})


def value_of(table: dict[str, str], typed: str) -> str | None:
    """The value somebody meant; None for one that is none."""
    return table.get(plain(typed).replace("-", " ").strip()) or table.get(plain(typed))


def day_of(typed: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of what was typed: 2026-11-02, 02/11/2026, 2026-11, 2026, today, kemarin, 7d.

    Args:
        today: the reader's own day.
    """
    text = plain(typed)
    days_ago = {"today": 0, "hari ini": 0, "yesterday": 1, "kemarin": 1}.get(text)
    if text[:-1].isdecimal() and text[-1:] in ("d", "h", "w", "m") and len(text) <= 4:
        days_ago = int(text[:-1]) * {"d": 1, "h": 1, "w": 7, "m": 30}[text[-1]]
    if days_ago is not None:
        return (day := date.fromordinal(max(1, today.toordinal() - days_ago))), day
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts) or len(parts) > 3:
        return None
    numbers = [int(part) for part in parts]
    if len(parts[0]) < 4:
        numbers.reverse()  # day, month, year, as it is written in Indonesia
    return _days(numbers)


def _days(numbers: list[int]) -> tuple[date, date] | None:
    if not 1990 <= numbers[0] <= 2200:
        return None
    try:
        if len(numbers) == 3:
            return (day := date(*numbers)), day
        if len(numbers) == 2:
            first = date(numbers[0], numbers[1], 1)
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return first, date.fromordinal(following.toordinal() - 1)
        return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
    except ValueError:
        return None
