"""One language for every "which tickets?": routing rules, service level policies, saved views, API filters.

    {"all": [{"field": "service", "op": "in", "value": ["erp", "wms"]},
             {"any": [{"field": "priority", "op": "at_least", "value": 2},
                      {"field": "requester_vip", "op": "is", "value": true}]}]}

`validate` reads such a tree; the `Condition` it returns answers for one ticket in memory and becomes a `Q` for all of
them. Both agree exactly; a property test holds them to it.

Three things to know. A missing value never matches, except that it *is* empty and *is not* whatever was asked.
Impact, urgency and priority count from the top, so "at least 2" means 2 or 1. And text is compared in lower case,
while slugs, names and intake answers are compared as they are.
"""

from tickets.conditions.facts import RELATED, facts_of
from tickets.conditions.fields import FIELDS, Field, FieldType, field_named
from tickets.conditions.tree import Condition, ConditionError, Group, Leaf, contradictions, validate
from tickets.conditions.words import in_words

__all__ = [
    "FIELDS",
    "RELATED",
    "Condition",
    "ConditionError",
    "Field",
    "FieldType",
    "Group",
    "Leaf",
    "contradictions",
    "facts_of",
    "field_named",
    "in_words",
    "validate",
]
