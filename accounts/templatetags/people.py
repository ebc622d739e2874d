from __future__ import annotations

import json

from django import template

from accounts.models import User
from accounts.single_keys import keymap as chosen_keys

register = template.Library()


@register.simple_tag
def keymap(user: User) -> str:
    """The keys of this person that are not the usual ones, as JSON for an attribute."""
    return json.dumps(chosen_keys(user))
