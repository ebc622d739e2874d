from django.urls import URLPattern, path

from escalation.views import (
    explain,
    handover,
    major,
    major_review,
    major_steps,
    panels,
    promise_editors,
    promises,
    recounts,
    rules,
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
    path("desk/t/<str:key>/clocks/", panels.clock_panel, name="clock_panel"),
    path("desk/t/<str:key>/clocks/<str:metric>/", explain.clock_explained, name="clock_explained"),
    path("my/tickets/<str:key>/promise/", explain.my_promise, name="my_promise"),
    path("desk/t/<str:key>/why/", panels.why_panel, name="why_panel"),
    path("desk/t/<str:key>/handovers/", panels.handover_panel, name="handover_panel"),
    path("desk/rules/", rules.rules, name="rules"),
    path("desk/promises/", promises.promise_list, name="promises"),
    path("desk/promises/calendars/new/", promise_editors.calendar_new, name="calendar_new"),
    path("desk/promises/calendars/<int:pk>/edit/", promise_editors.calendar_edit, name="calendar_edit"),
    path("desk/promises/policies/new/", promise_editors.policy_new, name="policy_new"),
    path("desk/promises/policies/<int:pk>/edit/", promise_editors.policy_edit, name="policy_edit"),
    path("desk/promises/policies/<int:pk>/move/", promises.move, name="policy_move"),
    *_pages("calendars", promises.CALENDAR),
    *_pages("policies", promises.POLICY),
    path("desk/promises/recounts/<int:pk>/", recounts.recount, name="recount"),
    path("desk/promises/recounts/<int:pk>/progress/", recounts.progress, name="recount_progress"),
    path("desk/promises/recounts/<int:pk>/put-in-force/", recounts.put_in_force, name="recount_apply"),
    path("desk/promises/recounts/<int:pk>/again/", recounts.look_again, name="recount_again"),
    path("desk/promises/recounts/<int:pk>/cancel/", recounts.stop, name="recount_cancel"),
    path("desk/t/<str:key>/propose/", major.propose, name="propose"),
    path("desk/t/<str:key>/major/", major.major_panel, name="major_panel"),
    path("desk/major/", major.major_list, name="major_list"),
    path("desk/major/<int:pk>/", major.major_incident, name="major_incident"),
    path("desk/major/<int:pk>/promote/", major.promote, name="major_promote"),
    path("desk/major/<int:pk>/dismiss/", major.dismiss, name="major_dismiss"),
    path("desk/major/<int:pk>/fold/", major.fold, name="major_fold"),
    path("desk/major/<int:pk>/role/", major_steps.role, name="major_role"),
    path("desk/major/<int:pk>/cadence/", major_steps.cadence, name="major_cadence"),
    path("desk/major/<int:pk>/note/", major_steps.note, name="major_note"),
    path("desk/major/<int:pk>/attach/", major_steps.attach, name="major_attach"),
    path("desk/major/<int:pk>/detach/", major_steps.detach, name="major_detach"),
    path("desk/major/<int:pk>/update/", major_steps.update, name="major_update"),
    path("desk/major/<int:pk>/stand-down/", major_steps.stand_down, name="major_stand_down"),
    path("desk/major/<int:pk>/review/", major_review.review, name="major_review"),
    path("desk/major/<int:pk>/review/finish/", major_review.finish, name="major_review_finish"),
]
