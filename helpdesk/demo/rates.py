"""How often things happen in the demo, as shares and weights.

VOLVO marks what was counted in the incident log of Volvo IT (7,554 incidents; Steeman, BPI Challenge 2013,
doi:10.4121/500573e6-accc-4b0c-9576-aa5468b10cee). The others are our own, where that log says nothing.
"""

from __future__ import annotations

from types import MappingProxyType

# VOLVO: 15.5 % go back down a line at least once; of the 39.8 % that leave the first line that is 39 %.
COMES_BACK_DOWN = 0.39
# VOLVO: 16.7 % visit a team a second time; of those that came back down, about this many climb again.
CLIMBS_AGAIN = 0.35
# VOLVO: 7.1 % reach the third line, 36.7 % the second.
SECOND_TO_THIRD = 0.19
# VOLVO: some step waits for the user or customer in 33.8 %, for a vendor in 3.3 %, for an implementation in 5.5 %.
WAITS_FOR_REQUESTER = 0.338
WAITS_FOR_VENDOR = 0.033
WAITS_FOR_CHANGE = 0.055
# VOLVO: 5.2 % are worked on again after having been resolved.
REOPENED = 0.052

# VOLVO: 60.2 % never leave the first line. Of the stories whose text speaks of a handover, and of the others, so many
# are handed on that, with the rules that send some tickets straight up, 59 to 60 % stay at the service desk.
HANDED_ON_WHEN_LIKELY = 0.32
HANDED_ON_OTHERWISE = 0.03

CANCELLED = 0.03
NOTED = 0.30
CHASED_WHEN_LATE = 0.5
THANKED = 0.30
CONFIRMED_BY_REQUESTER = 0.40  # the others close by silence
RATED = 0.32
RATED_WHEN_REOPENED = 0.6
HAS_ROOT_CAUSE = 0.55

# Time taken as a share of the promise: lognormal, by median and sigma of the logarithm. P(share > 1) is the share of
# missed promises: about 6 % of replies and 11 % of solutions.
REPLY_SHARE = (0.28, 0.82)
SOLUTION_SHARE = (0.33, 0.90)

# Stars given, from 1 to 5, after a smooth ride and after a late or reopened one.
STARS_SMOOTH = (1, 2, 8, 32, 57)
STARS_ROUGH = (14, 22, 30, 22, 12)

CHANNELS = MappingProxyType({"portal": 58, "phone": 24, "email": 18})
# What monitoring reports itself.
ALERTED = frozenset({"server-down", "server-disk", "backup", "certificate", "site-link"})
ALERTS = 0.6

# Sites come to a standstill less often than their many stories would have it.
STANDSTILL_WEIGHT = 0.3
VIP_WEIGHT = 3.0

# VOLVO: cases begin mostly from 9 to 17, with a dip at noon (local hour: weight). Evenings are shops and warehouses.
HOURS = (1, 1, 1, 1, 1, 2, 9, 30, 66, 70, 66, 52, 38, 52, 64, 60, 45, 26, 16, 14, 12, 9, 5, 2)
# Monday to Sunday. The log's own weekdays follow its extraction, so these are ours: a Monday peak, a quiet Sunday.
WEEKDAYS = (135, 108, 100, 98, 92, 34, 22)
HOLIDAY_SHARE = 0.25
GROWTH = 1.35  # how much busier the last month is than the first
