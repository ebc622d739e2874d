"""What the history calls taken back."""

import pytest

from escalation import commands as escalation
from escalation.commands import Packet
from tickets import commands
from tickets.history_undo import taken_back

pytestmark = pytest.mark.django_db


def test_an_escalation_takes_no_taking_back(world, opened, agent1):
    """Both leave the ticket without its owner, but only one of them says that nothing was meant."""
    ticket = opened(into=world.desk)
    commands.assign(ticket, actor=agent1, assignee=agent1)
    escalation.escalate(ticket, actor=agent1, team=world.network, packet=Packet(reason="skill", symptom="x", asked="y"))
    assert not taken_back(ticket.events.order_by("-pk"))
    other = opened(into=world.desk)
    commands.assign(other, actor=agent1, assignee=agent1)
    taken = other.events.last()
    commands.release(other, actor=agent1)
    assert taken_back(other.events.order_by("-pk")) == {taken.pk}
