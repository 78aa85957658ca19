"""How a bank is, as its operator sees it; and each thing that is wrong by its own name."""

import copy

import pytest

from bank_api.store.tables import ToldRow, WebhookRow
from bank_api.views.health import _trouble

PATH = "/v1/operator/health"
WELL = {
    "nodes": [{"name": "a:1", "block_number": 10}, {"name": "b:1", "block_number": 9}],
    "index_block": 9,
    "silent_seconds": 0,
    "requests": {"faults": 0, "batches_failed": 0},
    "disk": {"free_bytes": 50, "whole_bytes": 100},
    "stores": [{"name": "own", "people": 3, "silent": 0}],
    "notices": {"given_up": 0, "webhooks_stopped": 0},
    "rotation": None,
}


def trouble(person):
    """But for the disk of whoever runs this."""
    return set(person.get(PATH)["trouble"]) - {"disk-low"}


def test_a_bank_that_is_well_says_so_and_counts_what_it_did(town):
    before = town.operator.get(PATH)["requests"]
    town.answer(town.member(), town.survey())
    found = town.operator.get(PATH)
    assert found["nodes"][0]["block_number"] == found["index_block"] == town.bank.head()
    assert found["requests"]["batches"] > before["batches"]
    assert found["requests"]["answered"] > before["answered"] > 0
    assert 0 < found["disk"]["free_bytes"] < found["disk"]["whole_bytes"]
    assert (found["stores"], found["rotation"]) == ([], None)
    assert found["block_time"] <= found["time"]
    assert trouble(town.operator) == set()


def test_notices_that_were_given_up_and_webhooks_that_stopped_are_counted_and_nobody_is_named(town):
    person = town.member()
    town.bank.notices.note(
        ToldRow(account=person.account, channel="email", item_id="1", tries=3),
        ToldRow(account=person.account, channel="email", item_id="2", tries=9, given_up=True),
        ToldRow(account=person.account, channel="email", item_id="3", told_at=town.now),
    )
    town.bank.notices.set_webhook(WebhookRow(account=person.account, url="https://x.example", set_at=1, stopped_at=2))
    found = town.operator.get(PATH)
    town.bank.notices.forget(person.account)
    assert found["notices"] == {"waiting": 1, "given_up": 1, "webhooks": 1, "webhooks_stopped": 1}
    assert {"notices-given-up", "webhooks-stopped"} <= set(found["trouble"])
    assert person.account not in str(found)


def test_a_ledger_that_is_silent_is_told_and_not_waited_for(mended):
    mended.line.cut_before = "eth_blockNumber"
    answer = mended.client.get(PATH, headers=mended.operator.headers).json()
    assert [one["block_number"] for one in answer["nodes"]] == [None]
    assert "ledger-silent" in answer["trouble"]


def test_it_is_the_operators_alone(town, refusal):
    assert refusal(town.client.get(PATH, headers=town.member().headers)) == (403, "forbidden")
    assert refusal(town.client.get(PATH)) == (401, "not-authenticated")


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        ("nodes", [{"name": "a:1", "block_number": None}], "ledger-silent"),
        ("silent_seconds", 11, "ledger-silent"),
        ("nodes", [{"name": "a:1", "block_number": 10}, {"name": "b:1", "block_number": None}], "node-silent"),
        ("nodes", [{"name": "a:1", "block_number": 10}, {"name": "b:1", "block_number": 7}], "node-behind"),
        ("index_block", 7, "index-behind"),
        ("requests", {"faults": 1, "batches_failed": 0}, "faults"),
        ("requests", {"faults": 0, "batches_failed": 1}, "batches-failed"),
        ("disk", {"free_bytes": 9, "whole_bytes": 100}, "disk-low"),
        ("stores", [{"name": "offer", "people": 3, "silent": 1}], "store-silent"),
        ("notices", {"given_up": 1, "webhooks_stopped": 0}, "notices-given-up"),
        ("notices", {"given_up": 0, "webhooks_stopped": 1}, "webhooks-stopped"),
        ("rotation", {"accounts": 3, "done": 2, "waiting": 1}, "rotation-waits"),
    ],
)
def test_each_trouble_is_told_by_its_own_name(part, value, kind):
    assert _trouble(WELL, confirmations=0) == []
    assert _trouble(copy.deepcopy(WELL) | {part: value}, confirmations=0) == [kind]


def test_a_bank_that_waits_for_confirmations_is_not_behind():
    assert _trouble(WELL | {"index_block": 7}, confirmations=3) == []
