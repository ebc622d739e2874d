"""Clocks of referrals: the contract's minutes in the contract's hours, the policy's where it promises nothing."""

from tests.escalation.stories import Story, nights, office

STORIES = (
    Story(
        "a referral counts by the contract, round the clock, while the promise to the requester rests",
        "16 09:00 open, 15:00 refer, 17 09:00 resume",
        "17 10:00",
        {
            "vendor": "16 15:00 counted 17 09:00 done 10:00 | used 18h, met 17 09:00",
            "resolution": "16 09:00 counted 15:00 paused 17 09:00 counted 10:00 | used 7h, due 17 11:00",
        },
        contract={2: 1440},
    ),
    Story(
        "the vendor's own nights",
        "16 09:00 open, 15:00 refer, 17 09:00 resume",
        "17 10:00",
        {"vendor": "16 15:00 closed 22:00 counted 17 06:00 closed 09:00 done 10:00 | used 8h, met 17 09:00"},
        contract={2: 600},
        contract_hours=nights(),
    ),
    Story(
        "a vendor that is late by its contract though the policy had given it longer",
        "16 09:00 open, 10:00 refer, 14:00 resume",
        "16 15:00",
        {"vendor": "16 10:00 counted 14:00 done 15:00 | used 4h, missed 16 12:00"},
        contract={2: 120},
    ),
    Story(
        "a vendor that is in time by its contract though the policy had given it less",
        "16 09:00 open P1, 09:10 refer, 14:00 resume",
        "16 15:00",
        {"vendor": "16 09:10 counted 14:00 done 15:00 | used 4h50m, met 16 14:00"},
        contract={1: 600},
    ),
    Story(
        "a contract that promises no time leaves the policy's promise",
        "16 09:00 open, 15:00 refer, 17 09:00 resume",
        "17 10:00",
        {"vendor": "16 15:00 counted 17:00 closed 17 08:00 counted 09:00 done 10:00 | used 3h, met 17 09:00"},
    ),
    Story(
        "a policy without a promise of vendors does not hide the contract's",
        "16 09:00 open, 10:00 refer",
        "16 12:00",
        {"vendor": "16 10:00 counted 12:00 | used 2h, due 16 16:00"},
        contract={2: 360},
        policy={"vendor": {}},
    ),
    Story(
        "nothing agreed at the priority: the clock stands still",
        "16 09:00 open, 10:00 refer, 12:00 P1, 13:00 resume",
        "16 13:00",
        {"vendor": "16 10:00 paused 12:00 counted 13:00 | used 1h, met 16 13:00"},
        contract={1: 240},
    ),
    Story(
        "a priority raised while the vendor works has the contract's own target",
        "16 09:00 open, 10:00 refer, 12:00 P1",
        "16 13:00",
        {"vendor": "16 10:00 counted 13:00 | used 3h, due 16 14:00"},
        contract={1: 240, 2: 1440},
    ),
    Story(
        "a wait for a vendor that becomes a referral: the one clock ends, the other begins",
        "16 09:00 open, 10:00 wait vendor, 12:00 refer, 14:00 resume",
        "16 15:00",
        {
            "vendor": "16 10:00 counted 12:00 done 15:00 | used 2h, met 16 12:00",
            "vendor 2": "16 12:00 counted 14:00 done 15:00 | used 2h, met 16 14:00",
        },
        contract={2: 240},
    ),
    Story(
        "a second referral counts from its own beginning, a wait without one by the policy",
        "16 09:00 open, 10:00 refer, 11:00 resume, 12:00 refer, 13:00 resume, 16:00 wait vendor, 17 09:00 resume",
        "17 10:00",
        {
            "vendor": "16 10:00 counted 11:00 done 17 10:00 | used 1h, met 16 11:00",
            "vendor 2": "16 12:00 counted 13:00 done 17 10:00 | used 1h, met 16 13:00",
            "vendor 3": "16 16:00 counted 17:00 closed 17 08:00 counted 09:00 done 10:00 | used 2h, met 17 09:00",
        },
        contract={2: 240},
    ),
    Story(
        "cancelling while the vendor works leaves nothing to judge",
        "16 09:00 open, 10:00 refer, 11:00 cancel",
        "16 12:00",
        {"vendor": "16 10:00 counted 11:00 done 12:00 | used 1h, dropped"},
        contract={2: 240},
    ),
    Story(
        "holidays of the contract's calendar, not of the desk's",
        "16 16:00 open, 16:30 refer, 18 09:00 resume",
        "18 09:00",
        {"vendor": "16 16:30 counted 17:00 closed 18 08:00 counted 09:00 | used 1h30m, met 18 09:00"},
        contract={2: 600},
        contract_hours=office("2026-11-17"),
    ),
)
