"""Public holidays taken over from the `holidays` package."""

import pytest

from core.errors import Invalid
from escalation.calendar_definition import parse
from escalation.holiday_import import countries, country_holidays, has_joint_leave, merged

OFFICE = [[[480, 1020]]] * 5 + [[], []]


def on(day, found):
    return next((holiday for holiday in found if holiday["day"] == day), None)


def test_indonesian_holidays_come_in_both_languages():
    found = country_holidays("ID", "", [2026])
    assert on("2026-12-25", found) == {
        "day": "2026-12-25",
        "name": "Christmas Day",
        "name_id": "Hari Raya Natal",
        "is_estimated": False,
    }
    assert [holiday["day"] for holiday in found] == sorted(holiday["day"] for holiday in found)


def test_an_estimated_date_is_marked_and_its_name_is_clean():
    holiday = on("2031-01-25", country_holidays("ID", "", [2031]))
    assert holiday["is_estimated"] is True
    assert (holiday["name"], holiday["name_id"]) == ("Eid al-Fitr", "Hari Raya Idul Fitri")


def test_labels_in_other_languages_are_found_too():
    everywhere = [
        holiday for code in ("SA", "MY", "SG", "TR", "EG", "IN", "BN") for holiday in country_holidays(code, "", [2030])
    ]
    assert any(holiday["is_estimated"] for holiday in everywhere)
    assert not [holiday for holiday in everywhere if "estimated" in holiday["name"]]


def test_joint_leave_is_asked_for():
    without = country_holidays("ID", "", [2026])
    with_it = country_holidays("ID", "", [2026], with_joint_leave=True)
    assert on("2026-12-24", without) is None
    assert on("2026-12-24", with_it)["name_id"] == "Cuti Bersama Hari Raya Natal"
    assert has_joint_leave("ID") and not has_joint_leave("JP") and not has_joint_leave("ZZ")


def test_english_serves_where_there_is_no_indonesian():
    assert on("2027-01-01", country_holidays("JP", "", [2027]))["name_id"] == ""
    assert on("2027-01-01", country_holidays("JP", "", [2027]))["name"] == "New Year's Day"


def test_a_region_has_its_own_holidays():
    assert on("2027-01-06", country_holidays("DE", "", [2027])) is None
    assert on("2027-01-06", country_holidays("DE", "BY", [2027]))["name"] == "Epiphany"


def test_only_the_years_asked_for_come():
    assert {holiday["day"][:4] for holiday in country_holidays("SA", "", [2026, 2028])} == {"2026", "2028"}


@pytest.mark.parametrize(
    ("country", "subdivision", "years", "field"),
    [
        ("ZZ", "", [2026], "country"),
        ("", "", [2026], "country"),
        ("id", "", [2026], "country"),
        ("DE", "Atlantis", [2026], "subdivision"),
        ("JP", "BY", [2026], "subdivision"),
        ("ID", "", [], "years"),
        ("ID", "", range(2020, 2031), "years"),
        ("ID", "", [1899], "years"),
        ("ID", "", [9999], "years"),
    ],
)
def test_what_cannot_be_imported_is_refused_at_its_field(country, subdivision, years, field):
    with pytest.raises(Invalid) as refused:
        country_holidays(country, subdivision, years)
    assert list(refused.value.fields) == [field]


def test_what_somebody_wrote_wins_over_what_is_imported():
    mine = [{"day": "2026-12-25", "name": "Office party", "name_id": "", "is_estimated": False}]
    both = merged(mine, country_holidays("ID", "", [2026]))
    assert on("2026-12-25", both)["name"] == "Office party"
    assert [holiday["day"] for holiday in both] == sorted({holiday["day"] for holiday in both})
    assert len(both) == len(country_holidays("ID", "", [2026]))


def test_every_country_fits_a_definition():
    assert countries()[0] == ("ID", "Indonesia")
    for code, name in countries():
        found = country_holidays(code, "", [2026, 2027], with_joint_leave=True)
        assert name and parse({"time_zone": "UTC", "weekly": OFFICE, "holidays": found})
