"""One language for every "which tickets?": routing rules, service level policies, saved views, API filters.

    {"all": [{"field": "service", "op": "in", "value": ["erp", "wms"]},
             {"any": [{"field": "priority", "op": "at_least", "value": 2},
                      {"field": "requester_vip", "op": "is", "value": true}]}]}

`validate` reads such a tree; the `Condition` it returns answers for one ticket in memory and becomes a `Q` for all of
them. Both agree exactly; a property test holds them to it.

Things to know. A missing value never matches, except that it *is* empty and *is not* whatever was asked. Impact,
urgency and priority count from the top, so "at least 2" means 2 or 1. Text is compared in lower case, while slugs,
names and intake answers are compared as they are. Ages are whole minutes, rounded down, counted to one instant: give
the same one to `facts_of` and `to_q` where both must agree.
"""

from tickets.conditions.contradictions import contradictions
from tickets.conditions.facts import RELATED, facts_later, facts_of
from tickets.conditions.fields import FIELDS, Field, FieldType, field_named
from tickets.conditions.patterns import ConditionTimeout
from tickets.conditions.tree import Condition, ConditionError, Group, Leaf, validate
from tickets.conditions.words import in_words, leaf_in_words

__all__ = [
    "FIELDS",
    "RELATED",
    "Condition",
    "ConditionError",
    "ConditionTimeout",
    "Field",
    "FieldType",
    "Group",
    "Leaf",
    "contradictions",
    "facts_later",
    "facts_of",
    "field_named",
    "in_words",
    "leaf_in_words",
    "validate",
]
