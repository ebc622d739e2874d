"""What a person can put right, said in one sentence."""

import errno


class Problem(Exception):
    """A reason not to start that the reader can act on; ends the program with exit code 2."""


def explained(error: OSError) -> Problem:
    """Return the sentence for an operating system error that stops us."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(f"The disk is full{where}: free some space and start again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem(f"Permission denied{where}: make it readable and writable for this user, then start again.")
    if error.errno == errno.EROFS:
        return Problem(f"The folder is on a read-only disk{where}.")
    return Problem(f"{error.strerror or error}{where}.")
