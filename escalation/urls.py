from django.urls import URLPattern, path

from escalation.views import (
    bugs,
    explain,
    handover,
    holds,
    ladder,
    panels,
    promise_editors,
    promises,
    recounts,
    rules,
    summons,
    training_need,
    vendor,
    vendors,
)


def _pages(folder: str, kind: str) -> list[URLPattern]:
    """What calendars and policies have alike: an overview, versions to read and to go back to, an end."""
    one, which = f"desk/promises/{folder}/<int:pk>/", {"kind": kind}
    return [
        path(one, promises.overview, which, name=kind),
        path(f"{one}delete/", promises.delete, which, name=f"{kind}_delete"),
        path(f"{one}versions/<int:number>/", promises.version, which, name=f"{kind}_version"),
        path(f"{one}versions/<int:number>/restore/", promises.restore, which, name=f"{kind}_restore"),
    ]


urlpatterns = [
    path("desk/t/<str:key>/escalate/", handover.escalate, name="escalate"),
    path("desk/t/<str:key>/accept/", handover.accept, name="accept"),
    path("desk/t/<str:key>/hand-back/", handover.hand_back, name="hand_back"),
    path("desk/t/<str:key>/hold/", holds.hold, name="hold"),
    path("desk/t/<str:key>/unhold/", holds.unhold, name="unhold"),
    path("desk/t/<str:key>/summon/", summons.summon, name="summon"),
    path("desk/t/<str:key>/acknowledge/", summons.acknowledge, name="acknowledge"),
    path("desk/t/<str:key>/clocks/", panels.clock_panel, name="clock_panel"),
    path("desk/t/<str:key>/clocks/<str:metric>/", explain.clock_explained, name="clock_explained"),
    path("my/tickets/<str:key>/promise/", explain.my_promise, name="my_promise"),
    path("desk/t/<str:key>/why/", panels.why_panel, name="why_panel"),
    path("desk/t/<str:key>/handovers/", panels.handover_panel, name="handover_panel"),
    path("desk/tiers/", ladder.ladder_page, name="ladder"),
    path("desk/tiers/edit/", ladder.ladder_edit, name="ladder_edit"),
    path("desk/tiers/services/<slug:slug>/", ladder.ladder_line, name="ladder_line"),
    path("desk/tiers/teams/<slug:slug>/", ladder.ladder_team, name="ladder_team"),
    path("desk/t/<str:key>/vendor/", vendor.refer, name="refer_to_vendor"),
    path("desk/t/<str:key>/vendor/log/", vendor.log, name="vendor_log"),
    path("desk/t/<str:key>/vendor/back/", vendor.back, name="take_back"),
    path("desk/t/<str:key>/vendor/panel/", vendor.vendor_panel, name="vendor_panel"),
    path("desk/t/<str:key>/bugs/", bugs.link, name="link_bug"),
    path("desk/t/<str:key>/bugs/<int:pk>/unlink/", bugs.unlink, name="unlink_bug"),
    path("desk/t/<str:key>/bugs/<int:pk>/fixed/", bugs.fixed, name="fix_bug"),
    path("desk/vendors/", vendors.vendor_list, name="vendors"),
    path("desk/vendors/new/", vendors.vendor_new, name="vendor_new"),
    path("desk/vendors/<int:pk>/", vendors.vendor_page, name="vendor"),
    path("desk/vendors/<int:pk>/edit/", vendors.vendor_edit, name="vendor_edit"),
    path("desk/vendors/<int:pk>/contracts/new/", vendors.contract_new, name="contract_new"),
    path("desk/contracts/<int:pk>/edit/", vendors.contract_edit, name="contract_edit"),
    path("desk/rules/", rules.rules, name="rules"),
    path("desk/promises/", promises.promise_list, name="promises"),
    path("desk/promises/calendars/new/", promise_editors.calendar_new, name="calendar_new"),
    path("desk/promises/calendars/<int:pk>/edit/", promise_editors.calendar_edit, name="calendar_edit"),
    path("desk/promises/policies/new/", promise_editors.policy_new, name="policy_new"),
    path("desk/promises/policies/<int:pk>/edit/", promise_editors.policy_edit, name="policy_edit"),
    path("desk/promises/policies/<int:pk>/move/", promises.move, name="policy_move"),
    path("desk/training/needs/<int:pk>/", training_need.training_need, name="training_need"),
    path("desk/training/needs/<int:pk>/<slug:answer>/", training_need.need_decide, name="need_decide"),
    *_pages("calendars", promises.CALENDAR),
    *_pages("policies", promises.POLICY),
    path("desk/promises/recounts/<int:pk>/", recounts.recount, name="recount"),
    path("desk/promises/recounts/<int:pk>/progress/", recounts.progress, name="recount_progress"),
    path("desk/promises/recounts/<int:pk>/put-in-force/", recounts.put_in_force, name="recount_apply"),
    path("desk/promises/recounts/<int:pk>/again/", recounts.look_again, name="recount_again"),
    path("desk/promises/recounts/<int:pk>/cancel/", recounts.stop, name="recount_cancel"),
]
