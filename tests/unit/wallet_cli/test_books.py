"""The books over time: every figure is a sum of recorded events, in periods of UTC; what there is, is told at ends."""

import csv
import io
from itertools import count

import pytest

from wallet_cli.books import books_of, period_of
from wallet_cli.recorded_events import RecordedEvent

NOVEMBER, DECEMBER = 1_795_000_000, 1_797_000_000  # 2026-11-18 and 2026-12-11
BLOCKS = count(1)


def event(name, time, **values):
    return RecordedEvent(name, next(BLOCKS), time, "0x00", values)


def consent(name, state, time=NOVEMBER):
    return event("ConsentChanged", time, consent_id=name, state=state)


def rows(books, table):
    return books.to_json()[table]


def test_coins_are_earned_sold_and_burnt_and_the_supply_runs_on():
    books = books_of(
        [
            event("Issued", NOVEMBER, issue_id="i", account="partner", coins=500),
            event("Granted", NOVEMBER, account="partner", amount=500, reason="i"),
            event("Granted", NOVEMBER, account="member", amount=7, reason="answer"),
            event("Bound", NOVEMBER, amount=3),
            event("Burnt", DECEMBER, amount=5),
            event("BoundSpent", DECEMBER, amount=2),
        ]
    )
    first, second = rows(books, "coins")
    assert (first["period"], first["sold"], first["earned"], first["supply"], first["bound"]) == (
        "2026-11", 500, 7, 507, 3,
    )  # fmt: skip
    assert (second["period"], second["burnt"], second["supply"], second["bound"]) == ("2026-12", 5, 502, 1)


def test_consents_in_force_are_those_given_and_not_ended():
    books = books_of(
        [
            consent("a", 1), consent("a", 2), consent("b", 2), consent("c", 3),
            event("ConsentByRule", NOVEMBER, consent_id="b"),
            consent("a", 8, DECEMBER), consent("d", 4, DECEMBER), consent("b", 5, DECEMBER), consent("c", 6, DECEMBER),
        ]
    )  # fmt: skip
    first, second = rows(books, "consents")
    assert (first["given"], first["refused"], first["by_rule"], first["in_force"]) == (2, 1, 1, 2)
    assert (second["renewed"], second["superseded"], second["withdrawn"], second["in_force"]) == (1, 1, 1, 1)
    assert second["expired"] == 1  # of a refusal, which was not in force


@pytest.mark.parametrize("is_large", [False, True])
def test_releases_stand_by_partner_with_what_they_paid_whichever_event_came_first(is_large):
    made = event("Disclosed", NOVEMBER, release_id="r", partner="acme", rows=8, suppressed=2)
    paid = [event("ConsentUsed", NOVEMBER, release_id="r", coins=5) for _ in range(10)]
    ends = [
        event("Acknowledged", DECEMBER, release_id="r", partner="acme"),
        event("DeletionAttested", DECEMBER, release_id="r", partner="acme", late=True),
    ]
    books = books_of([made, *paid, *ends] if is_large else [*paid, made, *ends])
    first, second = rows(books, "releases")
    assert (first["partner"], first["releases"], first["people"], first["suppressed"], first["coins"]) == (
        "acme", 1, 8, 2, 50,
    )  # fmt: skip
    assert (second["acknowledged"], second["deleted"], second["deleted_late"]) == (1, 1, 1)
    assert rows(books, "coins")[0]["paid_for_data"] == 50


def test_periods_are_days_weeks_from_monday_and_months_of_utc():
    assert [period_of(NOVEMBER, one) for one in ("day", "week", "month")] == ["2026-11-18", "2026-11-16", "2026-11"]
    midnight = 1_796_083_200  # 2026-12-01T00:00Z
    assert [period_of(midnight + one, "month") for one in (-1, 0)] == ["2026-11", "2026-12"]


def test_csv_says_what_the_json_says():
    books = books_of([event("Answered", NOVEMBER), event("Corrected", NOVEMBER), event("Joined", DECEMBER)])
    read = list(csv.DictReader(io.StringIO(books.to_csv("data"))))
    assert read == [{name: str(value) for name, value in row.items()} for row in rows(books, "data")]
    assert [one["answers"] for one in read] == ["1", "0"]


def test_an_empty_chain_has_empty_books():
    assert books_of([]).to_json() == {"coins": [], "consents": [], "releases": [], "data": []}
