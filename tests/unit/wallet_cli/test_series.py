"""A series of surveys from one file: windows, titles, ids that stay, refusals that name the field."""

import json
from datetime import datetime

import pytest

from wallet_cli.errors import InputError
from wallet_cli.series import read_series, wave_id

NOW = int(datetime(2026, 12, 1, 9, 0).timestamp())
DAY = 86_400
SERIES_ID = "0x" + "5a" * 32
QUESTION = {"key": "mood", "label": "Your mood", "kind": "number", "role": "harmless", "minimum": 0, "maximum": 10}


def waves(tmp_path, series, published=lambda _: None, **changes):
    survey = {"title": "Mood", "description": "Weekly", "base_coins": 1, "budget_coins": 100, "questions": [QUESTION]}
    path = tmp_path / "series.json"
    path.write_text(json.dumps(survey | {"opens_at": "+1d", "closes_at": "+3d", "series": series} | changes))
    return read_series(path, NOW, published)


def test_a_weekly_series_opens_every_week_as_long_as_the_first_wave(tmp_path):
    made = waves(tmp_path, {"every": "week", "waves": 3, "id": SERIES_ID})
    assert [one.opens_at - NOW for one in made] == [DAY, 8 * DAY, 15 * DAY]
    assert {one.closes_at - one.opens_at for one in made} == {2 * DAY}
    assert [one.title for one in made] == ["Mood (1/3)", "Mood (2/3)", "Mood (3/3)"]
    assert [one.wave.next_opens_at for one in made] == [made[1].opens_at, made[2].opens_at, None]
    assert [one.survey_id for one in made] == [wave_id(SERIES_ID, number) for number in (1, 2, 3)]
    assert {(one.wave.series, one.wave.series_id, one.budget_coins) for one in made} == {("Mood", SERIES_ID, 100)}


def test_a_monthly_series_keeps_its_day_or_takes_the_months_last(tmp_path):
    made = waves(tmp_path, {"every": "month", "waves": 4}, opens_at="2027-01-31T09:00", closes_at="2027-02-05T09:00")
    opened = [datetime.fromtimestamp(one.opens_at) for one in made]
    assert [(one.month, one.day, one.hour) for one in opened] == [(1, 31, 9), (2, 28, 9), (3, 31, 9), (4, 30, 9)]


def test_until_ends_a_series_and_a_title_may_say_where_its_number_stands(tmp_path):
    made = waves(tmp_path, {"every": "14d", "until": "+31d"}, title="Mood, wave {wave} of {waves}")
    assert [one.title for one in made] == [f"Mood, wave {number} of 3" for number in (1, 2, 3)]


def test_a_series_that_was_interrupted_goes_on_where_its_first_wave_was_published(tmp_path):
    first = waves(tmp_path, {"every": "week", "waves": 3, "id": SERIES_ID})
    known = {first[0].survey_id: (first[0].opens_at, first[0].closes_at)}
    again = waves(tmp_path, {"every": "week", "waves": 3, "id": SERIES_ID}, known.get, opens_at="+5d", closes_at="+7d")
    assert [one.text() for one in again] == [one.text() for one in first]


def test_the_same_file_again_is_the_same_series_and_another_file_is_another(tmp_path):
    first = waves(tmp_path, {"every": "week", "waves": 3})
    known = {one.survey_id: (one.opens_at, one.closes_at) for one in first[:2]}
    assert [one.text() for one in waves(tmp_path, {"every": "week", "waves": 3}, known.get)] == [
        one.text() for one in first
    ]
    other = waves(tmp_path, {"every": "week", "waves": 3}, opens_at="+2d")
    assert {one.survey_id for one in other}.isdisjoint(one.survey_id for one in first)


@pytest.mark.parametrize(
    ("series", "changes", "field"),
    [
        (None, {}, "series"),
        ({"waves": 3}, {}, "series"),
        ({"every": "week"}, {}, "series"),
        ({"every": "week", "waves": 3, "until": "+60d"}, {}, "series"),
        ({"every": "week", "waves": 3, "colour": 1}, {}, "series"),
        ({"every": "fortnight", "waves": 3}, {}, "series.every"),
        ({"every": "week", "waves": 1}, {}, "series.waves"),
        ({"every": "week", "waves": 401}, {}, "series.waves"),
        ({"every": "week", "waves": True}, {}, "series.waves"),
        ({"every": "week", "until": "+2d"}, {}, "series.until"),
        ({"every": "2d", "until": "+900d"}, {}, "series.until"),
        ({"every": "week", "waves": 3}, {"closes_at": "+8d"}, "closes_at"),
        ({"every": "week", "waves": 3}, {"opens_at": None}, "opens_at"),
        ({"every": "week", "waves": 3}, {"questions": []}, "questions"),
    ],
)
def test_a_file_that_makes_no_series_is_refused(tmp_path, series, changes, field):
    with pytest.raises(InputError) as caught:
        waves(tmp_path, series, **changes)
    assert str(caught.value.field).endswith(f": {field}")
