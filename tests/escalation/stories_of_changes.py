"""Clocks whose ticket changes: priority, end and return, tiers."""

from tests.escalation.stories import Story

PRIORITIES = (
    Story(
        "a higher priority is a shorter promise from the same beginning",
        "16 09:00 open, 10:00 P1",
        "16 11:00",
        {"resolution": "16 09:00 counted 11:00 | used 2h, due 16 13:00"},
    ),
    Story(
        "a priority whose promise is used up already was due in the past",
        "16 09:00 open, 15:00 P1",
        "16 16:00",
        {"resolution": "16 09:00 counted 16:00 | used 7h, due 16 13:00"},
    ),
    Story(
        "and the record says so",
        "16 09:00 open, 15:00 P1, 15:01 breach",
        "16 16:00",
        {"resolution": "16 09:00 counted 16:00 | used 7h, due 16 13:00, missed 13:00"},
    ),
    Story(
        "a lower priority is a longer promise",
        "16 09:00 open, 10:00 P3",
        "16 11:00",
        {"resolution": "16 09:00 counted 11:00 | used 2h, due 18 15:00"},
    ),
    Story(
        "a lower priority after running out mends nothing",
        "16 09:00 open P1, 14:00 P3",
        "16 15:00",
        {"resolution": "16 09:00 counted 15:00 | used 6h, due 18 15:00, missed 16 13:00"},
    ),
    Story(
        "solved within the lower promise, missed by the higher one",
        "16 09:00 open P1, 14:00 P3, 15:00 resolve",
        "16 16:00",
        {"resolution": "16 09:00 counted 15:00 done 16:00 | used 6h, missed 16 13:00"},
    ),
    Story(
        "a higher priority after running out leaves the time at which it ran out",
        "16 09:00 open, 17 09:00 P1",
        "17 10:00",
        {
            "resolution": "16 09:00 counted 17:00 closed 17 08:00 counted 10:00"
            " | used 10h, due 16 17:00, missed 16 17:00"
        },
    ),
    Story(
        "another priority while it waits holds from when it runs again",
        "16 09:00 open, 10:00 wait requester, 11:00 P1, 12:00 resume",
        "16 13:00",
        {"resolution": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 16 15:00"},
    ),
    Story(
        "a promise used up by a change during the wait is over as soon as it runs again",
        "16 09:00 open, 14:00 wait requester, 15:00 P1, 16:00 resume, 16:00:01 breach",
        "16 17:00",
        {"resolution": "16 09:00 counted 14:00 paused 16:00 counted 17:00 | used 6h, due 16 15:00, missed 15:00"},
    ),
    Story(
        "a priority without a promise counts nothing until another one",
        "16 09:00 open P4, 11:00 P2",
        "16 12:00",
        {"resolution": "16 09:00 paused 11:00 counted 12:00 | used 1h, due 17 10:00"},
    ),
    Story(
        "to a priority without a promise and back",
        "16 09:00 open, 10:00 P4, 12:00 P2",
        "16 13:00",
        {"resolution": "16 09:00 counted 10:00 paused 12:00 counted 13:00 | used 2h, due 17 10:00"},
    ),
    Story(
        "solved at a priority without a promise there is nothing to judge",
        "16 09:00 open, 10:00 P4, 11:00 resolve",
        "16 12:00",
        {"resolution": "16 09:00 counted 10:00 paused 11:00 done 12:00 | used 1h, dropped"},
    ),
    Story(
        "missed before its priority lost the promise it stays missed",
        "16 09:00 open P1, 14:00 P4, 15:00 resolve",
        "16 16:00",
        {"resolution": "16 09:00 counted 14:00 paused 15:00 done 16:00 | used 5h, missed 16 13:00"},
    ),
    Story(
        "the tier's promise follows the priority too",
        "16 09:00 open, 09:30 P1",
        "16 10:00",
        {"ola": "16 09:00 counted 10:00 | used 1h, due 16 10:00"},
    ),
)

ENDS = (
    Story(
        "reopened the same day",
        "16 09:00 open, 11:00 resolve, 14:00 reopen",
        "16 15:00",
        {"resolution": "16 09:00 counted 11:00 done 14:00 counted 15:00 | used 3h, due 17 11:00"},
    ),
    Story(
        "reopened after months",
        "03-02 09:00 open, 11:00 resolve, 11-16 09:00 reopen",
        "11-16 10:00",
        {"resolution": "03-02 09:00 counted 11:00 done 11-16 09:00 counted 10:00 | used 3h, due 11-16 15:00"},
    ),
    Story(
        "reopened after it was missed, and solved at once",
        "16 09:00 open P1, 14:00 resolve, 17 09:00 reopen, 10:00 resolve",
        "17 11:00",
        {"resolution": "16 09:00 counted 14:00 done 17 09:00 counted 10:00 done 11:00 | used 6h, missed 16 13:00"},
    ),
    Story(
        "reopened twice, once from closed",
        "16 09:00 open, 10:00 resolve, 11:00 reopen, 12:00 resolve, 13:00 close, 14:00 reopen",
        "16 15:00",
        {
            "resolution": "16 09:00 counted 10:00 done 11:00 counted 12:00 done 14:00 counted 15:00"
            " | used 3h, due 17 11:00"
        },
    ),
    Story(
        "reopened at night",
        "16 09:00 open, 10:00 resolve, 23:00 reopen",
        "17 09:00",
        {"resolution": "16 09:00 counted 10:00 done 23:00 closed 17 08:00 counted 09:00 | used 2h, due 17 15:00"},
    ),
    Story(
        "the first reply is given once",
        "16 09:00 open, 09:20 reply, 10:00 resolve, 11:00 reopen",
        "16 12:00",
        {"response": "16 09:00 counted 09:20 done 12:00 | used 20m, met 16 09:20"},
    ),
    Story(
        "answered exactly when it is due",
        "16 09:00 open, 09:30 reply",
        "16 10:00",
        {"response": "16 09:00 counted 09:30 done 10:00 | used 30m, met 16 09:30"},
    ),
    Story(
        "answered a second late",
        "16 09:00 open, 09:30:01 reply",
        "16 10:00",
        {"response": "16 09:00 counted 09:30:01 done 10:00 | used 30m1s, missed 16 09:30"},
    ),
    Story(
        "recorded as missed at the due time itself, before the answer of the same instant",
        "16 09:00 open, 09:30 breach, 09:30 reply",
        "16 10:00",
        {"response": "16 09:00 counted 09:30 done 10:00 | used 30m, missed 16 09:30"},
    ),
    Story(
        "solved without a reply: the solution answers",
        "16 09:00 open, 09:20 resolve",
        "16 10:00",
        {"response": "16 09:00 counted 09:20 done 10:00 | used 20m, met 16 09:20"},
    ),
    Story(
        "opened and solved in one instant",
        "16 09:00 open, 09:00 resolve",
        "16 10:00",
        {"resolution": "16 09:00 done 10:00 | used 0h, met 16 09:00"},
    ),
    Story(
        "four things in one instant",
        "16 09:00 open, 09:00 P1, 09:00 P2, 09:00 reply",
        "16 10:00",
        {
            "resolution": "16 09:00 counted 10:00 | used 1h, due 16 17:00",
            "response": "16 09:00 done 10:00 | used 0h, met 16 09:00",
        },
    ),
    Story(
        "cancelled there is nothing to judge",
        "16 09:00 open, 10:00 cancel",
        "16 11:00",
        {"resolution": "16 09:00 counted 10:00 done 11:00 | used 1h, dropped"},
    ),
    Story(
        "cancelled after it was missed it stays missed",
        "16 09:00 open P1, 14:00 cancel",
        "16 15:00",
        {"resolution": "16 09:00 counted 14:00 done 15:00 | used 5h, missed 16 13:00"},
    ),
    Story(
        "cancelled while it waited",
        "16 09:00 open, 10:00 wait requester, 11:00 cancel",
        "16 12:00",
        {"resolution": "16 09:00 counted 10:00 paused 11:00 done 12:00 | used 1h, dropped"},
    ),
)

VISITS = (
    Story(
        "each visit of a tier has its own clock, the way back too",
        "16 09:00 open, 10:00 escalate 2 2, 12:00 escalate 1 1",
        "16 13:00",
        {
            "ola": "16 09:00 counted 10:00 done 13:00 | used 1h, met 16 10:00",
            "ola 2": "16 10:00 counted 12:00 done 13:00 | used 2h, met 16 12:00",
            "ola 3": "16 12:00 counted 13:00 | used 1h, due 16 14:00",
            "resolution": "16 09:00 counted 13:00 | used 4h, due 16 17:00",
        },
    ),
    Story(
        "passed on too late",
        "16 09:00 open, 12:00 escalate 2 2",
        "16 13:00",
        {
            "ola": "16 09:00 counted 12:00 done 13:00 | used 3h, missed 16 11:00",
            "ola 2": "16 12:00 counted 13:00 | used 1h, due 16 16:00",
        },
    ),
    Story(
        "another team on the same tier is another visit",
        "16 09:00 open, 10:00 escalate 3 1",
        "16 11:00",
        {
            "ola": "16 09:00 counted 10:00 done 11:00 | used 1h, met 16 10:00",
            "ola 2": "16 10:00 counted 11:00 | used 1h, due 16 12:00",
        },
    ),
    Story(
        "a tier without a promise has no clock",
        "16 09:00 open, 10:00 escalate 4 3, 11:00 escalate 1 1",
        "16 12:00",
        {
            "ola": "16 09:00 counted 10:00 done 12:00 | used 1h, met 16 10:00",
            "ola 2": "16 11:00 counted 12:00 | used 1h, due 16 13:00",
        },
    ),
    Story(
        "a reopened ticket begins another visit",
        "16 09:00 open, 10:00 resolve, 17 09:00 reopen",
        "17 10:00",
        {
            "ola": "16 09:00 counted 10:00 done 17 10:00 | used 1h, met 16 10:00",
            "ola 2": "17 09:00 counted 10:00 | used 1h, due 17 11:00",
        },
    ),
    Story(
        "passed on while it waits the next tier's clock runs",
        "16 09:00 open, 10:00 wait requester, 12:00 escalate 2 2",
        "16 13:00",
        {
            "ola": "16 09:00 counted 10:00 paused 12:00 done 13:00 | used 1h, met 16 12:00",
            "ola 2": "16 12:00 counted 13:00 | used 1h, due 16 16:00",
        },
    ),
    Story(
        "passed on at night",
        "16 16:30 open, 22:00 escalate 2 2",
        "17 09:00",
        {"ola 2": "16 22:00 closed 17 08:00 counted 09:00 | used 1h, due 17 12:00"},
    ),
)
STORIES = (*PRIORITIES, *ENDS, *VISITS)
