"""The search for assets."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.finding import Asked, Found, all_of
from accounts.models import User
from catalogue.models import ASSET_WORDS, Asset


def find_assets(user: User, asked: Asked, limit: int) -> list[Found]:
    """Assets by tag, name or kind: all of them for staff, one's own for everybody else. An exact tag comes first."""
    assets = Asset.objects.all() if user.hats.is_agent else Asset.objects.filter(owner_id=user.pk)
    tag = asked.text.strip()
    wanted = Q(tag__iexact=tag)
    if asked.words:
        wanted |= Q(words=all_of(asked.words, typing=True))
    found = assets.annotate(words=ASSET_WORDS).filter(wanted).select_related("owner", "site").order_by("tag")[:limit]
    return sorted((_found(asset, tag) for asset in found), key=lambda one: not one.exact)


def _found(asset: Asset, tag: str) -> Found:
    detail = " · ".join(str(part) for part in (asset.kind, asset.owner, asset.site) if part)
    url = f"{reverse('search')}?{urlencode({'q': f'asset:{asset.tag}'})}"
    is_exact = asset.tag.lower() == tag.lower()
    return Found("asset", f"{asset.tag} {asset.name}", url, "laptop", detail=detail, exact=is_exact)
