from django.urls import path

from escalation.views import explain, handover, panels, rules

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
]
