"""The Celery application and the one list of periodic work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

# Entry name -> (task path, interval in seconds). Every sweep finds its work in rows that are due, so a missed beat is
# made up by the next one and running twice is harmless.
BEAT_SCHEDULE: dict[str, tuple[str, int]] = {
    "deliver the outbox": ("notifications.tasks.deliver", 5),
    "fire due milestones": ("escalation.tasks.fire_milestones", 3),
    "count open tickets anew": ("escalation.tasks.recount", 20),
    "call the next one up": ("escalation.tasks.climb", 20),
    "release holds": ("escalation.tasks.release_holds", 20),
    "remind of handovers": ("escalation.tasks.remind_of_handovers", 20),
    "attend to waits": ("escalation.tasks.wake_pauses", 30),
    "tell of gaps in rosters": ("accounts.tasks.tell_gaps", 900),
    "ask vendors again": ("escalation.tasks.chase_vendors", 30),
    "remind of certificates": ("accounts.tasks.remind_certificates", 3600),
    "raise training needs": ("escalation.tasks.raise_training_needs", 86400),
    "attend to major incidents": ("escalation.tasks.attend_major", 20),
    "apply rules on a schedule": ("escalation.tasks.apply_rules", 20),
    "try rules on the past": ("escalation.tasks.dry_run", 20),
    "check the rules": ("escalation.tasks.check_rules", 600),
    "go on with bulk changes": ("tickets.tasks.work_bulk", 10),
    "send replies under way": ("tickets.tasks.send_replies", 3),
    "close after silence": ("tickets.tasks.close_after_silence", 300),
    "learn words for the search": ("tickets.tasks.refresh_search", 3600),
    "wake snoozed tickets": ("tickets.tasks.wake_snoozed", 30),
    "remind of tasks": ("tickets.tasks.remind_of_tasks", 30),
    "open planned tickets": ("tickets.tasks.open_planned", 60),
    "remove unsent uploads": ("tickets.tasks.remove_unsent_uploads", 3600),
}

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A beat that waits in the queue longer than its interval has been overtaken by the next one: let it lapse, or a
# worker returning after an outage would run hundreds of stale sweeps.
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, (task, seconds) in BEAT_SCHEDULE.items()
}
