"""Why somebody gets a ticket, in one sentence of each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from escalation.assignment.definition import LEAD, QUEUE, Step

SkillNames = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Account:
    """What a sentence tells.

    Attributes:
        step: the step that named somebody; "lead" or "queue" where none could.
        count: how many were left when it did.
        kept: the steps they had passed; `passed_over` are wishes nobody left could fulfil.
        out: where nobody was left, the step that put each one out.
    """

    step: Step
    count: int
    kept: Sequence[Step] = ()
    passed_over: Sequence[Step] = ()
    language: str = "en"
    is_planned: bool = True
    out: Sequence[Step] = field(default_factory=tuple)


def in_each_language(write: Callable[[], str]) -> dict[str, str]:
    """What `write` says in every language of the product, as `tickets.reasons` keeps it."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = write()
    return said


def reason_of(account: Account, skill_names: SkillNames) -> dict[str, str]:
    """The sentence in each language: "Next in turn of 3 on shift who speak Indonesian"."""
    return in_each_language(lambda: _sentence(account, skill_names))


def _sentence(account: Account, skill_names: SkillNames) -> str:
    if account.step.by == "previous_owner":
        return _("Worked on it before it came back")
    if account.step.by in (LEAD, QUEUE):
        return _nobody(account, skill_names)
    said = _of_whom(account, skill_names)
    if account.count > 1:
        head = _("Least work in hand of %(whom)s") if _is_by_effort(account) else _("Next in turn of %(whom)s")
        said = head % {"whom": said}
    for _step in account.passed_over:
        said = _("%(reason)s; none of them speaks %(language)s") % {"reason": said, "language": _spoken(account)}
    return said[:1].upper() + said[1:]


def _is_by_effort(account: Account) -> bool:
    return account.step.by == "least_effort"


def _of_whom(account: Account, skill_names: SkillNames) -> str:
    count = account.count
    if account.is_planned and any(step.by == "on_shift" for step in account.kept):
        whom = _("%(count)d on shift") if count > 1 else _("the only one on shift")
    else:
        whom = _("%(count)d of the team") if count > 1 else _("the only one of the team")
    whom = whom % {"count": count}
    traits = [_trait(step, account, skill_names) for step in account.kept if step.by != "on_shift"]
    return _("%(whom)s who %(traits)s") % {"whom": whom, "traits": ", ".join(traits)} if traits else whom


def _trait(step: Step, account: Account, skill_names: SkillNames) -> str:
    count = account.count
    match step.by:
        case "skill":
            return ngettext("knows %(skill)s", "know %(skill)s", count) % {"skill": _skill(step, skill_names)}
        case "language":
            return ngettext("speaks %(language)s", "speak %(language)s", count) % {"language": _spoken(account)}
        case _:
            words = ngettext("has fewer than %(most)d open tickets", "have fewer than %(most)d open tickets", count)
            return words % {"most": step.most}


def _nobody(account: Account, skill_names: SkillNames) -> str:
    if not account.out:
        return _("Nobody works for the team")
    why = ", ".join(_lack(step, count, account, skill_names) for step, count in Counter(account.out).items())
    if account.step.by == LEAD:
        return _("For the lead, nobody else can take it: %(why)s") % {"why": why}
    return _("Nobody can take it: %(why)s") % {"why": why}


def _lack(step: Step, count: int, account: Account, skill_names: SkillNames) -> str:
    match step.by:
        case "absent":
            return _("%(count)d absent") % {"count": count}
        case "on_shift":
            return _("%(count)d not on shift") % {"count": count}
        case "skill":
            return _("%(count)d without %(skill)s") % {"count": count, "skill": _skill(step, skill_names)}
        case "language":
            return _("%(count)d without %(skill)s") % {"count": count, "skill": _spoken(account)}
        case _:
            return _("%(count)d with %(most)d open tickets or more") % {"count": count, "most": step.most}


def _spoken(account: Account) -> str:
    names = dict(settings.LANGUAGES)
    return _(str(names[account.language])) if account.language in names else account.language


def _skill(step: Step, skill_names: SkillNames) -> str:
    """A skill that is gone meanwhile has only its number."""
    names = skill_names.get(step.skill, {})
    return names.get((get_language() or "en")[:2]) or names.get("en") or f"#{step.skill}"


def has_owner() -> dict[str, str]:
    """Why nothing was chosen: somebody has it."""
    return in_each_language(lambda: _("It has an owner already"))


def has_no_team() -> dict[str, str]:
    """Why nothing was chosen: there is no team to choose from."""
    return in_each_language(lambda: _("No team has it"))
