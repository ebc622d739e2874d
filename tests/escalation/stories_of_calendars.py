"""Clocks in unusual hours: holidays, nights, changes of the clock on the wall, the edges of days and years."""

from tests.escalation.stories import Story, always, nights, office

STORIES = (
    Story(
        "an ordinary night",
        "16 16:00 open",
        "18 09:00",
        {
            "resolution": "16 16:00 counted 17:00 closed 17 08:00 counted 17:00 closed 18 08:00 counted 09:00"
            " | used 11h, due 17 15:00"
        },
    ),
    Story(
        "the same history in a calendar that has got a holiday",
        "16 16:00 open",
        "18 09:00",
        {"resolution": "16 16:00 counted 17:00 closed 18 08:00 counted 09:00 | used 2h, due 18 15:00"},
        calendar=office("2026-11-17"),
    ),
    Story(
        "a holiday inside a pause changes nothing",
        "16 16:00 open, 16:30 wait requester, 18 08:00 resume",
        "18 09:00",
        {"resolution": "16 16:00 counted 16:30 paused 18 08:00 counted 09:00 | used 1h30m, due 18 15:30"},
        calendar=office("2026-11-17"),
    ),
    Story(
        "a Saturday with hours of its own",
        "20 16:00 open",
        "23 09:00",
        {
            "resolution": "20 16:00 counted 17:00 closed 21 09:00 counted 12:00 closed 23 08:00 counted 09:00"
            " | used 5h, due 23 12:00"
        },
        calendar=office(own={"2026-11-21": [(540, 720)]}),
    ),
    Story(
        "opened on a Sunday",
        "22 12:00 open",
        "23 09:00",
        {"resolution": "22 12:00 closed 23 08:00 counted 09:00 | used 1h, due 23 16:00"},
    ),
    Story(
        "opened exactly at closing",
        "16 17:00 open",
        "17 09:00",
        {"resolution": "16 17:00 closed 17 08:00 counted 09:00 | used 1h, due 17 16:00"},
    ),
    Story(
        "opened exactly at opening",
        "16 08:00 open",
        "16 09:00",
        {"resolution": "16 08:00 counted 09:00 | used 1h, due 16 16:00"},
    ),
    Story(
        "solved exactly at closing, when it is due",
        "16 09:00 open, 17:00 resolve",
        "16 18:00",
        {"resolution": "16 09:00 counted 17:00 done 18:00 | used 8h, met 16 17:00"},
    ),
    Story(
        "due at closing and solved in the evening: the evening is after the closing time",
        "16 09:00 open, 20:00 resolve",
        "16 21:00",
        {"resolution": "16 09:00 counted 17:00 closed 20:00 done 21:00 | used 8h, missed 16 17:00"},
    ),
    Story(
        "solved before the office opens",
        "16 05:00 open, 06:00 resolve",
        "16 09:00",
        {"resolution": "16 05:00 closed 06:00 done 09:00 | used 0h, met 16 06:00"},
    ),
    Story(
        "over the end of the year",
        "2026-12-31 16:00 open",
        "2027-01-04 09:00",
        {
            "resolution": "2026-12-31 16:00 counted 17:00 closed 2027-01-04 08:00 counted 09:00"
            " | used 2h, due 2027-01-04 15:00"
        },
        calendar=office("2027-01-01"),
    ),
    Story(
        "over the leap day",
        "2028-02-28 16:00 open",
        "2028-03-01 09:00",
        {
            "resolution": "2028-02-28 16:00 counted 17:00 closed 29 08:00 counted 17:00 closed 03-01 08:00"
            " counted 09:00 | used 11h, due 2028-02-29 15:00"
        },
    ),
    Story(
        "Berlin loses an hour",
        "2026-03-29 01:00 open P1",
        "2026-03-29 04:00",
        {"resolution": "2026-03-29 01:00 counted 04:00 | used 2h, due 2026-03-29 06:00"},
        calendar=always("Europe/Berlin"),
    ),
    Story(
        "Berlin gains an hour",
        "2026-10-25 01:00 open P1",
        "2026-10-25 04:00",
        {"resolution": "2026-10-25 01:00 counted 04:00 | used 4h, due 2026-10-25 04:00"},
        calendar=always("Europe/Berlin"),
    ),
    Story(
        "New York loses an hour",
        "2026-03-08 01:00 open P1",
        "2026-03-08 03:00",
        {"resolution": "2026-03-08 01:00 counted 03:00 | used 1h, due 2026-03-08 06:00"},
        calendar=always("America/New_York"),
    ),
    Story(
        "New York waits from the first 01:30 of a night to the second",
        "2026-11-01 00:30 open P1, 01:30 wait requester, 01:30* resume",
        "2026-11-01 02:00",
        {"resolution": "2026-11-01 00:30 counted 01:30 paused 01:30* counted 02:00 | used 1h30m, due 2026-11-01 04:30"},
        calendar=always("America/New_York"),
    ),
    Story(
        "Lord Howe loses half an hour",
        "2026-10-04 01:00 open P1",
        "2026-10-04 03:00",
        {"resolution": "2026-10-04 01:00 counted 03:00 | used 1h30m, due 2026-10-04 05:30"},
        calendar=always("Australia/Lord_Howe"),
    ),
    Story(
        "Lord Howe gains half an hour",
        "2026-04-05 01:00 open P1",
        "2026-04-05 03:00",
        {"resolution": "2026-04-05 01:00 counted 03:00 | used 2h30m, due 2026-04-05 04:30"},
        calendar=always("Australia/Lord_Howe"),
    ),
    Story(
        "the office in Berlin does not notice the night in which an hour is lost",
        "2026-03-27 16:00 open",
        "2026-03-30 09:00",
        {"resolution": "2026-03-27 16:00 counted 17:00 closed 30 08:00 counted 09:00 | used 2h, due 2026-03-30 15:00"},
        calendar=office(zone="Europe/Berlin"),
    ),
    Story(
        "a night shift",
        "16 21:00 open P1",
        "17 07:00",
        {"resolution": "16 21:00 closed 22:00 counted 17 06:00 closed 07:00 | used 8h, due 17 02:00"},
        calendar=nights(),
    ),
    Story(
        "a pause over midnight in a night shift",
        "16 22:00 open P1, 23:00 wait requester, 17 01:00 resume",
        "17 02:00",
        {"resolution": "16 22:00 counted 23:00 paused 17 01:00 counted 02:00 | used 2h, due 17 04:00"},
        calendar=nights(),
    ),
    Story(
        "the night shift that is an hour short",
        "2026-03-28 22:00 open",
        "2026-03-29 07:00",
        {"resolution": "2026-03-28 22:00 counted 29 06:00 closed 07:00 | used 7h, due 2026-03-29 23:00"},
        calendar=nights("Europe/Berlin"),
    ),
    Story(
        "round the clock over New Year",
        "2026-12-31 23:00 open P1",
        "2027-01-01 01:00",
        {"resolution": "2026-12-31 23:00 counted 2027-01-01 01:00 | used 2h, due 2027-01-01 03:00"},
        calendar=always("Asia/Jakarta"),
    ),
    Story(
        "a vendor's clock stands still at night as well",
        "16 16:00 open, 16:30 wait vendor, 17 09:00 resume",
        "17 10:00",
        {"vendor": "16 16:30 counted 17:00 closed 17 08:00 counted 09:00 done 10:00 | used 1h30m, met 17 09:00"},
    ),
)
