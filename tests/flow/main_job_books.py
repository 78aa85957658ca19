"""What the demo's books must say with forty people, whether or not something died on the way."""

from typing import Any

from scripts.stage import survey

MEMBERS = 40
DECIDED = {"consents_given": 34, "consents_refused": 6, "consents_withdrawn": 1}
"""People decide by the demo's seed, so a consent that is lost or counted twice is another number here."""


def check_books(result: dict[str, Any]) -> None:
    first, second = result["releases"]
    day = result["second_day"]
    assert result["members"] == MEMBERS
    assert result["answers"] == MEMBERS + 1, "a guardian answered another survey for a ward"
    assert {name: result[name] for name in DECIDED} == DECIDED
    assert result["consents_given"] + result["consents_refused"] == MEMBERS
    assert first["k"] >= 5
    assert second["k"] >= 5
    assert first["rows"] + first["suppressed"] == result["consents_given"]
    assert second["rows"] + second["suppressed"] == result["consents_given"] - result["consents_withdrawn"]
    assert result["coins_supply"] == result["coins_granted"] - result["coins_spent"]
    assert result["coins_spent"] == 15 * (result["coupons_issued"] - day["gifts"]) + day["draw_coins"]
    assert (day["ruled"], day["entries"], day["gifts"]) == (MEMBERS - 5, 12, 3)
    assert (day["accepted"], day["released"]) == (MEMBERS - 1, MEMBERS - 6), "one did not accept and was left out"
    assert day["erased_documents"] >= 1
    assert result["coins_granted"] >= MEMBERS * survey.COINS
    assert 0 < result["coupons_redeemed"] <= result["coupons_issued"]
    assert result["escrow_recovered"] is True
    assert result["audit"]["verdict"] == "true"
    assert result["audit"]["transactions"] > 0
    assert result["audit"]["events"] > 6 * MEMBERS
