"""The stamp that tells every process that what is in force has changed."""

from __future__ import annotations

import time

from escalation.models import RuleSwitch


def changed() -> None:
    """Give the rules in force a new stamp; call it in the transaction that changes them."""
    # never the same twice, not even after a rollback: a stamp that was cached means what it meant
    RuleSwitch.objects.update_or_create(pk=1, defaults={"stamp": time.time_ns()})


def lock_rules() -> None:
    """Wait for whoever changes what is in force; always before a rule's own row, so that nobody waits in a ring."""
    RuleSwitch.objects.get_or_create(pk=1)
    RuleSwitch.objects.select_for_update().get(pk=1)
