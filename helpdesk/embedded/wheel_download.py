"""Fetch the package installer without pip: Debian and Ubuntu ship Python without it.

Only the locked wheel is taken, and only when its bytes have a hash from the lock.
"""

import hashlib
import io
import os
import platform
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from helpdesk.embedded.problem import Problem

DEFAULT_INDEX = "https://pypi.org/simple"
SECONDS = 60
ADVICE = "install pip (apt install python3-venv) and start again"


def fetch_uv(lock: Path, target: Path) -> None:
    """Put the locked `uv` program at the target path.

    Raises Problem when it cannot be found, reached or trusted.
    """
    text = lock.read_text()
    found = re.search(r"(?m)^uv==([0-9.]+)", text)
    if not found:
        raise Problem(f"{lock} does not name a version of uv.")
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or DEFAULT_INDEX
    page_url = index.rstrip("/") + "/uv/"
    wheel = _download(_wheel_link(page_url, found[1]))
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise Problem(f"The downloaded package installer is not the locked one: {ADVICE}.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        target.write_bytes(archive.read(name))
    target.chmod(0o755)


def _wheel_link(page_url: str, version: str) -> str:
    machine = platform.machine()
    wanted = re.compile(rf"uv-{re.escape(version)}-py3-none-manylinux[0-9a-z_]*_{machine}[0-9a-z_.]*\.whl")
    page = _download(page_url).decode(errors="replace")
    for link in re.findall(r'href="([^"]+)"', page):
        absolute = urllib.parse.urljoin(page_url, link)
        if wanted.fullmatch(urllib.parse.urlsplit(absolute).path.rpartition("/")[2]):
            return absolute
    raise Problem(f"No package installer for {machine} was found: {ADVICE}.")


def _download(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            content: bytes = response.read()
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise Problem(f"{urllib.parse.urlsplit(url).netloc} cannot be reached: {error}; {ADVICE}.") from error
    return content
