"""Clocks that stand still: each reason, nights and weekends in between, vendors, updates to the requester."""

from tests.escalation.stories import Story

STORIES = (
    Story(
        "waiting for the requester stops every promise",
        "16 09:00 open, 10:00 wait requester, 12:00 resume",
        "16 13:00",
        {
            "resolution": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 17 10:00",
            "response": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 16 09:30, missed 09:30",
            "update": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 16 13:00",
            "ola": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 16 13:00",
        },
    ),
    Story(
        "while a vendor is waited for its own clock runs, and the requester is still owed news",
        "16 09:00 open, 09:10 reply, 10:00 wait vendor, 12:00 resume",
        "16 12:30",
        {
            "response": "16 09:00 counted 09:10 done 12:30 | used 10m, met 16 09:10",
            "update": "16 09:10 counted 12:30 | used 3h20m, due 16 11:10, missed 11:10, cycle 2",
            "vendor": "16 10:00 counted 12:00 done 12:30 | used 2h, met 16 12:00",
            "ola": "16 09:00 counted 10:00 paused 12:00 counted 12:30 | used 1h30m, due 16 13:00",
            "resolution": "16 09:00 counted 10:00 paused 12:00 counted 12:30 | used 1h30m, due 17 10:00",
        },
    ),
    Story(
        "waiting for a change",
        "16 09:00 open, 09:10 reply, 10:00 wait change, 11:00 resume",
        "16 12:00",
        {
            "resolution": "16 09:00 counted 10:00 paused 11:00 counted 12:00 | used 2h, due 17 09:00",
            "update": "16 09:10 counted 12:00 | used 2h50m, due 16 11:10, cycle 2",
        },
    ),
    Story(
        "waiting for a problem to be fixed",
        "16 09:00 open, 09:10 reply, 10:00 wait problem, 11:30 resume",
        "16 12:00",
        {
            "resolution": "16 09:00 counted 10:00 paused 11:30 counted 12:00 | used 1h30m, due 17 09:30",
            "update": "16 09:10 counted 12:00 | used 2h50m, due 16 11:10, missed 11:10, cycle 2",
        },
    ),
    Story(
        "scheduled work owes no news",
        "16 09:00 open, 09:10 reply, 10:00 wait scheduled, 18 10:00 resume",
        "18 11:00",
        {
            "resolution": "16 09:00 counted 10:00 paused 18 10:00 counted 11:00 | used 2h, due 18 17:00",
            "update": "16 09:10 counted 10:00 paused 18 10:00 counted 11:00 | used 1h50m, due 18 11:10, cycle 2",
        },
    ),
    Story(
        "a pause over the weekend",
        "20 16:00 open, 16:30 wait requester, 23 08:30 resume",
        "23 09:30",
        {"resolution": "20 16:00 counted 16:30 paused 23 08:30 counted 09:30 | used 1h30m, due 23 16:00"},
    ),
    Story(
        "a weekend without a pause",
        "20 16:00 open",
        "23 09:00",
        {"resolution": "20 16:00 counted 17:00 closed 23 08:00 counted 09:00 | used 2h, due 23 15:00"},
    ),
    Story(
        "a pause over night",
        "16 16:00 open, 16:30 wait requester, 17 09:00 resume",
        "17 10:00",
        {"resolution": "16 16:00 counted 16:30 paused 17 09:00 counted 10:00 | used 1h30m, due 17 16:30"},
    ),
    Story(
        "a pause that begins and ends at night",
        "16 16:00 open, 20:00 wait requester, 17 07:00 resume",
        "17 09:00",
        {
            "resolution": "16 16:00 counted 17:00 closed 20:00 paused 17 07:00 closed 08:00 counted 09:00"
            " | used 2h, due 17 15:00"
        },
    ),
    Story(
        "a pause from closing to opening",
        "16 16:00 open, 17:00 wait requester, 17 08:00 resume",
        "17 08:00",
        {"resolution": "16 16:00 counted 17:00 paused 17 08:00 | used 1h, due 17 15:00"},
    ),
    Story(
        "the reason changes while it waits",
        "16 09:00 open, 10:00 wait requester, 11:00 wait vendor, 12:00 resume",
        "16 13:00",
        {
            "resolution": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 17 10:00",
            "update": "16 09:00 counted 10:00 paused 11:00 counted 13:00 | used 3h, due 16 12:00",
            "vendor": "16 11:00 counted 12:00 done 13:00 | used 1h, met 16 12:00",
        },
    ),
    Story(
        "every wait for a vendor has a clock of its own",
        "16 09:00 open, 10:00 wait vendor, 11:00 resume, 13:00 wait vendor, 15:00 resume",
        "16 16:00",
        {
            "vendor": "16 10:00 counted 11:00 done 16:00 | used 1h, met 16 11:00",
            "vendor 2": "16 13:00 counted 15:00 done 16:00 | used 2h, met 16 15:00",
            "resolution": "16 09:00 counted 10:00 paused 11:00 counted 13:00 paused 15:00 counted 16:00"
            " | used 4h, due 17 11:00",
        },
    ),
    Story(
        "solving ends the wait for the vendor",
        "16 09:00 open, 10:00 wait vendor, 12:00 resolve",
        "16 13:00",
        {
            "vendor": "16 10:00 counted 12:00 done 13:00 | used 2h, met 16 12:00",
            "resolution": "16 09:00 counted 10:00 paused 12:00 done 13:00 | used 1h, met 16 12:00",
        },
    ),
    Story(
        "a vendor that is late",
        "16 09:00 open P1, 09:10 wait vendor, 14:00 resume",
        "16 15:00",
        {"vendor": "16 09:10 counted 14:00 done 15:00 | used 4h50m, missed 16 13:10"},
    ),
    Story(
        "a policy that does not pause for vendors",
        "16 09:00 open, 10:00 wait vendor, 12:00 resume",
        "16 13:00",
        {
            "resolution": "16 09:00 counted 13:00 | used 4h, due 16 17:00",
            "ola": "16 09:00 counted 13:00 | used 4h, due 16 11:00, missed 11:00",
            "vendor": "16 10:00 counted 12:00 done 13:00 | used 2h, met 16 12:00",
        },
        policy={"pauses": ["requester"]},
    ),
    Story(
        "a policy that never pauses still owes no news to somebody who is asked",
        "16 09:00 open, 10:00 wait requester",
        "16 12:00",
        {
            "resolution": "16 09:00 counted 12:00 | used 3h, due 16 17:00",
            "update": "16 09:00 counted 10:00 paused 12:00 | used 1h",
        },
        policy={"pauses": []},
    ),
    Story(
        "waiting from the first moment",
        "16 09:00 open, 09:00 wait requester, 11:00 resume",
        "16 12:00",
        {"resolution": "16 09:00 paused 11:00 counted 12:00 | used 1h, due 17 10:00"},
    ),
    Story(
        "a pause that lasts no time",
        "16 09:00 open, 10:00 wait requester, 10:00 resume",
        "16 11:00",
        {"resolution": "16 09:00 counted 11:00 | used 2h, due 16 17:00"},
    ),
    Story(
        "a pause after the promise ran out mends nothing",
        "16 09:00 open P1, 14:00 wait requester, 15:00 resume",
        "16 16:00",
        {"resolution": "16 09:00 counted 14:00 paused 15:00 counted 16:00 | used 6h, due 16 13:00, missed 13:00"},
    ),
    Story(
        "a pause in the very moment in which it would have run out",
        "16 09:00 open P1, 13:00 wait requester, 15:00 resume",
        "16 16:00",
        {"resolution": "16 09:00 counted 13:00 paused 15:00 counted 16:00 | used 5h, due 16 15:00"},
    ),
    # the promise of regular updates
    Story(
        "every word to the requester begins another period",
        "16 09:00 open, 10:00 reply, 11:00 reply, 12:00 reply",
        "16 12:30",
        {"update": "16 12:00 counted 12:30 | used 30m, due 16 14:00, cycle 4"},
    ),
    Story(
        "missed updates are counted",
        "16 09:00 open P1, 10:30 reply, 11:00 reply, 13:00 reply",
        "16 13:30",
        {"update": "16 13:00 counted 13:30 | used 30m, due 16 14:00, cycle 4, misses 2"},
    ),
    Story(
        "an update exactly when it is due",
        "16 09:00 open P1, 10:00 reply",
        "16 10:30",
        {"update": "16 10:00 counted 10:30 | used 30m, due 16 11:00, cycle 2"},
    ),
    Story(
        "an update at night",
        "16 16:00 open P1, 16:30 reply, 20:00 reply",
        "17 09:00",
        {"update": "16 20:00 closed 17 08:00 counted 09:00 | used 1h, due 17 09:00, cycle 3"},
    ),
    Story(
        "a question to the requester: told and waiting at once",
        "16 09:00 open, 10:00 reply, 10:00 wait requester, 17 10:00 resume",
        "17 11:00",
        {"update": "16 10:00 paused 17 10:00 counted 11:00 | used 1h, due 17 12:00, cycle 2"},
    ),
    Story(
        "reopening goes on with the period in which it was solved",
        "16 09:00 open, 10:00 resolve, 12:00 reopen",
        "16 13:00",
        {"update": "16 09:00 counted 10:00 done 12:00 counted 13:00 | used 2h, due 16 13:00"},
    ),
    Story(
        "a word after the end begins nothing",
        "16 09:00 open, 10:00 resolve, 11:00 reply",
        "16 12:00",
        {"update": "16 09:00 counted 10:00 done 12:00 | used 1h, met 16 10:00"},
    ),
)
