from django.urls import path

from accounts.views import feeds, preferences, roster, roster_editors, swaps

TEAM = "desk/roster/<slug:slug>/"
urlpatterns = [
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/calendar/", feeds.feeds, name="feeds"),
    path("me/calendar/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
    path("roster/", roster.public_roster, name="public_rosters"),
    path("roster/<slug:slug>/", roster.public_roster, name="public_roster"),
    path("roster/feed/<str:token>.ics", feeds.feed, name="feed"),
    path("desk/roster/", roster.roster_now, name="roster"),
    path("desk/roster/swaps/<int:pk>/<slug:answer>/", swaps.swap_answer, name="swap_answer"),
    path(TEAM, roster.roster_week, name="roster_week"),
    path(f"{TEAM}plan/", roster_editors.roster_plan, name="roster_plan"),
    path(f"{TEAM}swap/", swaps.swap_new, name="swap_new"),
    path(f"{TEAM}rota/", roster_editors.rota_form, name="rota_edit"),
    path(f"{TEAM}rota/delete/", roster_editors.rota_delete, name="rota_delete"),
    path(f"{TEAM}zone/", roster_editors.roster_zone, name="roster_zone"),
]
for kind in roster_editors.KINDS:
    urlpatterns += [
        path(f"{TEAM}{kind}/new/", roster_editors.entry_form, {"kind": kind}, name=f"{kind}_new"),
        path(f"{TEAM}{kind}/<int:pk>/", roster_editors.entry_form, {"kind": kind}, name=f"{kind}_edit"),
        path(f"{TEAM}{kind}/<int:pk>/delete/", roster_editors.entry_delete, {"kind": kind}, name=f"{kind}_delete"),
    ]
