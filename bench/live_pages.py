"""500 open pages on one web process: memory, processor time while nothing happens, and how soon all hear of a change.

    bin/serve &                      # a running product with its demonstration data
    python bench/live_pages.py URL PID [--pages 500] [--seconds 60]

PID is the web process (uvicorn). Prints one JSON object; times in seconds, memory in MB.
"""

from __future__ import annotations

import argparse
import asyncio
import http.cookiejar
import json
import re
import statistics
import time
import urllib.parse
import urllib.request
from pathlib import Path

AGENT, PASSWORD = "fitri.handayani@arunika.example", "tuntas-demo"
CLOCK_TICKS = 100


class Visitor:
    """Somebody signed in, with nothing but the standard library."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        token = self._token("/login/")
        self.post("/login/", login=name, password=PASSWORD, csrfmiddlewaretoken=token)

    def get(self, path: str) -> str:
        with self._opener.open(self.url + path) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.url + path, body, {"Referer": self.url + path})
        with self._opener.open(request) as answer:
            return str(answer.read().decode())

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        return found[1] if found else ""

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


async def listen(host: str, port: int, path: str, cookies: str, heard: asyncio.Queue[float]) -> None:
    """One open page: keep its stream and note when it hears of a change."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookies}\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b"event: changed"):
            heard.put_nowait(time.monotonic())


def used(pid: int) -> tuple[float, float]:
    """Memory in MB and processor seconds of a process."""
    memory = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(memory[1]) / 1024 if memory else 0.0, (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


async def measure(arguments: argparse.Namespace) -> dict[str, object]:
    address = urllib.parse.urlsplit(arguments.url)
    host, port = str(address.hostname), int(address.port or 80)
    agent = Visitor(arguments.url, AGENT)
    queue = agent.get("/desk/q/service-desk/")
    key = re.findall(r'href="/desk/t/([A-Z]+-(\d+))/"', queue)[0]
    before, _ = used(arguments.pid)
    heard: asyncio.Queue[float] = asyncio.Queue()
    pages = [
        asyncio.create_task(listen(host, port, "/live/" if n % 2 else f"/live/?ticket={key[1]}", agent.cookies, heard))
        for n in range(arguments.pages)
    ]
    await asyncio.sleep(10)
    start = used(arguments.pid)[1]
    await asyncio.sleep(arguments.seconds)
    memory, processor = used(arguments.pid)
    token = re.search(r'X-CSRFToken": "([^"]+)"', agent.get(f"/desk/t/{key[0]}/").replace("&quot;", '"'))
    while not heard.empty():
        heard.get_nowait()
    sent = time.monotonic()
    post = asyncio.to_thread(
        agent.post, f"/desk/t/{key[0]}/note/", body=f"bench {sent}", csrfmiddlewaretoken=token[1] if token else ""
    )
    writing = asyncio.create_task(post)
    await asyncio.sleep(5)
    await writing
    delays = sorted(heard.get_nowait() - sent for _ in range(heard.qsize()))
    for page in pages:
        page.cancel()
    return {
        "pages": arguments.pages,
        "memory_before_mb": round(before, 1),
        "memory_mb": round(memory, 1),
        "core_share_idle": round((processor - start) / arguments.seconds, 4),
        "heard": len(delays),
        "heard_p50": round(statistics.median(delays), 3) if delays else None,
        "heard_last": round(delays[-1], 3) if delays else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("pid", type=int)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    print(json.dumps(asyncio.run(measure(parser.parse_args())), indent=1))


if __name__ == "__main__":
    main()
