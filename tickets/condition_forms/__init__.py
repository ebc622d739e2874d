"""Conditions as rows of a form, for every editor that asks "which tickets?": rules, policies, saved views."""

from tickets.condition_forms.moving import Press, is_redraw, press_of
from tickets.condition_forms.rows import ConditionGroup, ConditionRows

__all__ = ["ConditionGroup", "ConditionRows", "Press", "is_redraw", "press_of"]
