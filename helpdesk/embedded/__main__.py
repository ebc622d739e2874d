"""The command line behind bin/serve, bin/test, bin/with-servers and bin/compile-messages."""

import subprocess
import sys

from helpdesk.embedded import catalogues, options
from helpdesk.embedded.checks import check
from helpdesk.embedded.places import default_places
from helpdesk.embedded.problem import Problem, explained
from helpdesk.embedded.progress import say
from helpdesk.embedded.serve import serve
from helpdesk.embedded.throwaway import servers


def run(command: list[str]) -> int:
    """Run one command with servers of its own and return its exit code."""
    with servers() as environment:
        return subprocess.run(command, env=environment, check=False).returncode


def messages(*, check_only: bool) -> int:
    """Compile the translations, or say what is wrong with them."""
    if not check_only:
        catalogues.compile_all()
        return 0
    complaints = catalogues.complaints()
    for complaint in complaints:
        say(complaint)
    return 1 if complaints else 0


def main(purpose: str, arguments: list[str]) -> int:
    """Do what was asked for; a Problem ends in one sentence and exit code 2."""
    try:
        if purpose == "serve":
            return serve(options.parse(arguments), default_places())
        if purpose == "run":
            return run(arguments)
        if purpose == "check":
            return check(arguments)
        if purpose == "messages":
            return messages(check_only="--check" in arguments)
        raise Problem("Use bin/serve, bin/test, bin/with-servers or bin/compile-messages.")
    except Problem as problem:
        say(str(problem))
    except OSError as error:
        say(str(explained(error)))
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
