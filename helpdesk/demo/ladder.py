"""The demo's ladder: what a packet must hold, how soon it is accepted, and who is called when nobody answers."""

from __future__ import annotations

from typing import Any

from accounts.models import Department, Team, User
from escalation.commands.ladder import write_ladder
from escalation.ladder import ladder
from escalation.ladder_definition import UP, as_tree
from escalation.models import LadderVersion
from helpdesk.demo.people import IT_DEPARTMENT

KEEPER = "maya.hapsari@arunika.example"
IT_MANAGER = "nadia.kusuma@arunika.example"
FROM_THE_FRONT: dict[str, Any] = {
    "fields": ["tried"],
    "checklist": [
        {
            "en": "Asked since when, and who else has it",
            "id": "Sudah ditanya sejak kapan dan siapa lagi yang mengalaminya",
        },
        {"en": "Looked for a known answer", "id": "Sudah mencari jawaban yang tersedia"},
    ],
    "accept_minutes": 30,
    "lead_minutes": 60,
}
TO_THE_SPECIALISTS = {"fields": ["tried", "evidence", "urgency"], "accept_minutes": 60, "lead_minutes": 120}


def make_ladder() -> None:
    """Write the ladder its stories climb, and say who leads the department."""
    department = Department.objects.filter(name=IT_DEPARTMENT).first()
    if department is not None and department.manager is None:
        department.manager = User.objects.get(email=IT_MANAGER)
        department.save(update_fields=["manager"])
        Team.objects.filter(department=None).update(department=department)
    if LadderVersion.objects.exists():
        return
    tree = as_tree(ladder())
    asked = iter((FROM_THE_FRONT, TO_THE_SPECIALISTS))
    for step in tree["steps"]:
        if step["direction"] == UP:
            step.update(next(asked, {}))
    write_ladder(tree, actor=User.objects.get(email=KEEPER), note="What each tier needs to begin")
