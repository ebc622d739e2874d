"""Clocks of duplicates, of the tickets that take them in, and of those given back."""

from tests.escalation.stories import Story

STORIES = (
    Story(
        "merged into another ticket",
        "16 09:00 open, 10:00 merge",
        "16 11:00",
        {
            "resolution": "16 09:00 counted 10:00 done 11:00 | used 1h, dropped",
            "response": "16 09:00 counted 10:00 done 11:00 | used 1h, missed 16 09:30",
            "ola": "16 09:00 counted 10:00 done 11:00 | used 1h, dropped",
        },
    ),
    Story(
        "with the merge taken back every promise goes on, and the time in between does not count",
        "16 09:00 open, 09:10 merge, 10:10 unmerge, 10:25 reply",
        "16 11:00",
        {
            "resolution": "16 09:00 counted 09:10 done 10:10 counted 11:00 | used 1h, due 17 09:00",
            "response": "16 09:00 counted 09:10 done 10:10 counted 10:25 done 11:00 | used 25m, met 16 10:25",
            "ola": "16 09:00 counted 09:10 done 11:00 | used 10m, dropped",
            "ola 2": "16 10:10 counted 11:00 | used 50m, due 16 12:10",
        },
    ),
    Story(
        "a ticket that waited when it was merged waits again",
        "16 09:00 open, 09:10 wait requester, 09:20 merge, 09:30 unmerge pending:requester",
        "16 10:30",
        {"resolution": "16 09:00 counted 09:10 paused 09:20 done 09:30 paused 10:30 | used 10m"},
    ),
    Story(
        "a first reply that was missed before the merge stays missed",
        "16 09:00 open, 10:00 merge, 11:00 unmerge",
        "16 11:30",
        {"response": "16 09:00 counted 10:00 done 11:30 | used 1h, missed 16 09:30"},
    ),
    Story(
        "taking in an older duplicate the promise began with that one",
        "16 09:00 open, 10:00 absorb 13 16:00",
        "16 11:00",
        {
            "resolution": "13 16:00 counted 17:00 closed 16 08:00 counted 11:00 | used 4h, due 16 15:00",
            "response": "13 16:00 counted 17:00 closed 16 08:00 counted 11:00 | used 4h, due 13 16:30, missed 16:30",
            "ola": "16 09:00 counted 11:00 | used 2h, due 16 11:00",
        },
    ),
    Story(
        "taking in a younger duplicate changes nothing",
        "16 09:00 open, 11:00 absorb 10:00",
        "16 12:00",
        {"resolution": "16 09:00 counted 12:00 | used 3h, due 16 17:00"},
    ),
    Story(
        "of several duplicates the oldest counts",
        "16 09:00 open, 10:00 absorb 08:30, 11:00 absorb 08:15, 11:30 absorb 08:45",
        "16 12:00",
        {"resolution": "16 08:15 counted 12:00 | used 3h45m, due 16 16:15"},
    ),
)
