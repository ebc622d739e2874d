#!/usr/bin/env python3
"""Queue and ticket page beside their floor, interleaved in one run on one server.

    BENCH_FLOOR=1 bin/serve &              # demonstration data, and as many more as generate_load was asked for
    .venv/bin/python bench/pages.py URL [--rounds 200] [--as fitri.handayani@arunika.example] [--messages 40]

The ticket is the first of the queue; notes are written on it until it has that many messages. "ticket_first" is many
tickets read once each beside their floor: no entry of theirs was drawn before.

Prints milliseconds (p50, p95) and the ratio of ours to the floor, kilobytes sent, and how many tickets there are. The
floor is bench/floor.py: the same rows, server, session and template engine, one indexed query.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import statistics
import time
import urllib.parse
from collections.abc import Sequence

from live_pages import AGENT, Visitor

WARM_UP = 10
# what the product promises itself
MOST = {"queue": 1.6, "ticket": 2.5}
WORDS = (
    "Sudah dicoba **restart** dan ganti kabel, masih sama.\n\n- VPN putus\n- Outlook minta sandi terus\n\nTolong dicek."
)


class Reader:
    """One keep-alive connection with a signed-in session."""

    def __init__(self, url: str, cookies: str) -> None:
        address = urllib.parse.urlsplit(url)
        self._connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        self._headers = {"Cookie": cookies, "Accept-Encoding": "gzip"}

    def milliseconds(self, path: str) -> float:
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        self.body = answer.read()
        spent = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        return spent


def talk(agent: Visitor, key: str, messages: int) -> None:
    """Write notes on the ticket until it has that many messages."""
    page = agent.get(f"/desk/t/{key}/")
    token = re.search(r'X-CSRFToken": "([^"]+)"', page.replace("&quot;", '"'))
    for number in range(page.count('id="message-'), messages):
        path, csrf = f"/desk/t/{key}/note/", token[1] if token else ""
        agent.post(path, body=f"{number}. {WORDS}", dedupe_key=f"bench-{key}-{number}", csrfmiddlewaretoken=csrf)


def in_turn(reader: Reader, paths: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Each path so many times, one after the other, so that a busy moment hits all of them."""
    spent: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(rounds + WARM_UP):
        for path, times in spent.items():
            milliseconds = reader.milliseconds(path)
            if number >= WARM_UP:
                times.append(milliseconds)
    return spent


def read_once(reader: Reader, keys: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Tickets nobody has opened in this process, each beside its floor."""
    ours = [reader.milliseconds(f"/desk/t/{key}/") for key, _number in keys]
    floor = [reader.milliseconds(f"/floor/ticket/{number}/") for _key, number in keys]
    middle, least = statistics.median(ours), statistics.median(floor)
    return {"p50_ms": round(middle, 1), "floor_p50_ms": round(least, 1), "ratio": round(middle / least, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--as", dest="name", default=AGENT)
    parser.add_argument("--queue", default="service-desk")
    parser.add_argument("--team", type=int, default=1)
    parser.add_argument("--messages", type=int, default=0)
    asked = parser.parse_args()
    agent = Visitor(asked.url, asked.name)
    page = agent.get(f"/desk/q/{asked.queue}/")
    found_keys = list(dict.fromkeys(re.findall(r'href="/desk/t/([A-Z]+-(\d+))/"', page)))
    key = found_keys[0]
    talk(agent, key[0], asked.messages)
    pages = {
        "queue": (f"/desk/q/{asked.queue}/", f"/floor/queue/{asked.team}/"),
        "ticket": (f"/desk/t/{key[0]}/", f"/floor/ticket/{key[1]}/"),
    }
    reader = Reader(asked.url, agent.cookies)
    first = read_once(reader, found_keys[1:])
    spent = in_turn(reader, [path for pair in pages.values() for path in pair], asked.rounds)
    found: dict[str, object] = {"ticket_first": first}
    for name, (ours, floor) in pages.items():
        middle, least = statistics.median(spent[ours]), statistics.median(spent[floor])
        reader.milliseconds(ours)
        found[name] = {
            "p50_ms": round(middle, 1),
            "p95_ms": round(statistics.quantiles(spent[ours], n=20)[-1], 1),
            "floor_p50_ms": round(least, 1),
            "ratio": round(middle / least, 2),
            "at_most": MOST[name],
            "kilobytes": round(len(reader.body) / 1024, 1),
            "kilobytes_gzip": round(len(gzip.compress(reader.body)) / 1024, 1),
        }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
