"""One ticket as facts, and questions to ask about it."""

from tickets.conditions import validate

FACTS = {
    "kind": "incident",
    "status": "open",
    "priority": 2,
    "impact": 3,
    "urgency": 1,
    "channel": "email",
    "service": "erp",
    "category": None,
    "team": "service-desk",
    "tier": 1,
    "assignee": None,
    "requester_vip": True,
    "requester_department": "Finance",
    "requester_site": None,
    "subject": "Server ERP lambat, VPN terputus",
    "description": "Printernya juga mati.\nDiskon 100% tidak tersimpan. “WMS” aman.",
    "language": "id",
    "waiting_reason": None,
    "service_critical": False,
    "category_kind": None,
    "asset": "LT-0412",
    "asset_kind": "laptop",
    "tags": ["vpn", "jakarta"],
    "requester": 71,
    "requester_title": "Direktur Keuangan",
    "requester_language": "id",
    "minutes_since_opened": 90,
    "minutes_in_status": 60,
    "minutes_in_team": None,
    "minutes_in_tier": 59,
    "minutes_since_staff": 0,
    "minutes_since_requester": 1440,
    "minutes_since_update": 1,
    "minutes_to_due": -5,
    "late": True,
    "opened_weekday": 1,
    "opened_hour": 9,
    "previous_status": "new",
    "previous_priority": None,
    "previous_team": "network",
    "previous_tier": 2,
    "previous_assignee": None,
    "previous_category": None,
    "reopen_count": 0,
    "return_count": 2,
    "intake": {"device": "Laptop", "floor": 3, "urgent": True, "note": "", "gone": None},
}


def leaf(field, op, *value):
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


def holds(*parts, word="all", facts=FACTS):
    return validate({word: list(parts)}).evaluate(facts)
