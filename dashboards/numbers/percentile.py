from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, FloatField


class Percentile(Aggregate):
    """`share` 0.5 is the median: PERCENTILE_CONT, which ignores nulls. The result is a float unless told otherwise."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        extra.setdefault("output_field", FloatField())
        super().__init__(expression, share=float(share), **extra)
