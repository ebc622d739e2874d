"""What bin/serve understands."""

import argparse
import os
import socket

from helpdesk.embedded.problem import Problem

DEFAULT_PORT = 8000


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of bin/serve; a wrong one ends the program with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="bin/serve",
        description="Run the whole product on this machine. Ctrl-C stops it.",
        epilog="DATABASE_URL and REDIS_URL replace the embedded servers; VAR_DIR moves the data folder.",
    )
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", str(DEFAULT_PORT)), help="default: 8000")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default: this machine only")
    parser.add_argument("--fresh", action="store_true", help="delete all data first (asks)")
    parser.add_argument("--yes", action="store_true", help="with --fresh: do not ask")
    parser.add_argument("--no-demo", action="store_true", help="start without demonstration data")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number (1 to 65535)")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Raise Problem when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Problem(f"Port {port} is reserved for the administrator: choose another with --port.") from error
        except OSError as error:
            raise Problem(f"Port {port} is taken: stop what uses it, or choose another with --port.") from error


def free_port() -> int:
    """Return a port on this machine that nothing uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
