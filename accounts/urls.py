from django.urls import path

from accounts.views import feeds, preferences, roster, roster_editors, single_keys, swaps, training, training_editors

TEAM = "desk/roster/<slug:slug>/"
urlpatterns = [
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/keys/", single_keys.single_keys, name="single_keys"),
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
PERSON = "desk/training/people/<int:person_pk>/"
urlpatterns += [
    path("desk/training/", training.training, name="training"),
    path("desk/training/skills/", training.skill_list, name="skill_list"),
    path("desk/training/skills/new/", training_editors.skill_form, name="skill_new"),
    path("desk/training/skills/<int:pk>/", training_editors.skill_form, name="skill_edit"),
    path("desk/training/people/<int:pk>/", training.training_person, name="training_person"),
    path("desk/training/people/<int:pk>/levels/", training_editors.levels_form, name="levels_edit"),
    path(f"{PERSON}certificates/new/", training_editors.certificate_form, name="certificate_new"),
    path(f"{PERSON}certificates/<int:pk>/", training_editors.certificate_form, name="certificate_edit"),
    path(f"{PERSON}certificates/<int:pk>/delete/", training_editors.certificate_delete, name="certificate_delete"),
    path("desk/training/sessions/new/", training_editors.session_form, name="session_new"),
    path("desk/training/sessions/<int:pk>/", training.session_page, name="session"),
    path("desk/training/sessions/<int:pk>/edit/", training_editors.session_form, name="session_edit"),
    path("desk/training/sessions/<int:pk>/delete/", training_editors.session_delete, name="session_delete"),
    path("desk/training/sessions/<int:pk>/invite/", training_editors.session_invite, name="session_invite"),
    path("desk/training/seats/<int:pk>/<slug:answer>/", training_editors.attendance_mark, name="attendance_mark"),
    path("desk/training/needs/new/", training_editors.need_form, name="need_new"),
]
for kind in roster_editors.KINDS:
    urlpatterns += [
        path(f"{TEAM}{kind}/new/", roster_editors.entry_form, {"kind": kind}, name=f"{kind}_new"),
        path(f"{TEAM}{kind}/<int:pk>/", roster_editors.entry_form, {"kind": kind}, name=f"{kind}_edit"),
        path(f"{TEAM}{kind}/<int:pk>/delete/", roster_editors.entry_delete, {"kind": kind}, name=f"{kind}_delete"),
    ]
