"""Find the Chromium that the journeys drive, or install it where that is possible."""

import os
import shutil
import subprocess

from helpdesk.embedded.problem import Problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = "The browser journeys need Chromium: apt-get install chromium, or set CHROMIUM=/path/to/chromium."


def find() -> str | None:
    """Return the path of an installed Chromium; CHROMIUM names one that is not on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """Return the path of a Chromium, installing Debian's when we may.

    Raises Problem, saying what to install, when there is none.
    """
    if found := find():
        return found
    if os.getuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]):
            result = subprocess.run(command, env=environment, capture_output=True, check=False)
            if result.returncode != 0:
                raise Problem(ADVICE)
        if found := find():
            return found
    raise Problem(ADVICE)
