"""What every template may name."""

from django.conf import settings
from django.http import HttpRequest


def product(request: HttpRequest) -> dict[str, str]:
    """Return the product's name, kept in one place so that it can be changed in one place."""
    return {"PRODUCT_NAME": settings.PRODUCT_NAME}
