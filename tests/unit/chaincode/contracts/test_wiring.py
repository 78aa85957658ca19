"""Before the bank stands: the operator names each contract once, gives coin rights to contracts only, and seals."""

from typing import Any

import pytest

ALL_RIGHTS, NO_SUCH_RIGHT = 7, 8
PARTNER = 2
NOBODY = "0x" + "00" * 20
NAMED = (
    ("request.set_disclosure", "disclosure"),
    ("consent.set_disclosure", "disclosure"),
    ("consent.set_rules", "rule"),
    ("survey.set_consent", "consent"),
    ("membership.set_recovery", "recovery"),
)


@pytest.fixture(scope="module")
def bare(bank: Any) -> Any:
    """The same people and contracts once more, each newly deployed and not yet told of the others."""
    for name in tuple(bank.contracts):
        bank.deploy(name)
    bank.contracts_known = 0
    return bank


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=": ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def test_only_contracts_become_minters_each_once_and_with_rights_that_exist(bare: Any) -> None:
    survey, person = bare.address("survey"), bare.operator.address
    set_minter = "coin.set_minter"
    assert refused(bare, set_minter, person, 1) == "coin: not a minter"
    assert refused(bare, set_minter, survey, NO_SUCH_RIGHT) == "coin: not a minter"
    assert refused(bare, set_minter, person, NO_SUCH_RIGHT) == "coin: not a minter"
    assert bare.send(set_minter, person, 0) == []
    (event,) = bare.send(set_minter, survey, ALL_RIGHTS)
    assert event.args == {"minter": survey, "rights": ALL_RIGHTS}
    assert bare.send(set_minter, survey, ALL_RIGHTS) == []
    assert refused(bare, set_minter, survey, 1) == "coin: id already used"
    assert refused(bare, set_minter, survey, 0) == "coin: id already used"
    assert bare.read("coin.minterRights", survey) == ALL_RIGHTS
    assert not bare.read("coin.sealed")
    assert [event.name for event in bare.send("coin.seal_minters")] == ["MintersSealed"]
    assert bare.send("coin.seal_minters") == []
    assert refused(bare, set_minter, bare.address("draw"), 1) == "coin: minters sealed"


def test_nobody_consents_by_rule_before_there_are_rules(bare: Any) -> None:
    assert refused(bare, "consent.record_by_rule_batch", []) == "consent: no rules yet"


def test_nothing_is_promised_for_partners_before_there_are_consents(bare: Any) -> None:
    promise = ("survey.set_partner_reward", bare.survey(budgetCoins=0)["surveyId"], 5, 2)
    assert refused(bare, *promise) == "survey: no consent contract yet"


@pytest.mark.parametrize(("function", "other"), NAMED)
def test_another_contract_is_named_once(bare: Any, function: str, other: str) -> None:
    right, wrong = bare.address(other), bare.address("coin")
    stranger = bare.key("stranger")
    contract = function.split(".")[0]
    assert refused(bare, function, right, sender=stranger) == f"{contract}: not the operator"
    assert bare.send(function, right) == []
    assert refused(bare, function, wrong) == f"{contract}: id already used"
    assert bare.send(function, right) == []


def test_no_coin_comes_before_there_is_a_quota(bare: Any) -> None:
    partner = bare.key("rich partner").address
    bare.send("membership.enroll", partner, PARTNER, NOBODY)
    assert not bare.read("coin.isQuotaOpen")
    assert refused(bare, "coin.sell", partner, 1, bare.new_id()) == "coin: quota exhausted"
    assert refused(bare, "coin.open_quota", 5, 3599) == "coin: period too short"
    assert refused(bare, "coin.open_quota", 5, 3600, sender=bare.key("stranger")) == "coin: not the operator"
    (event,) = bare.send("coin.open_quota", 5, 3600)
    assert event.args == {"quotaId": bytes(32), "coins": 5, "periodSeconds": 3600, "sequence": 0}
    assert bare.read("coin.isQuotaOpen")
    assert refused(bare, "coin.open_quota", 5, 3600) == "coin: id already used"
    bare.send("coin.sell", partner, 5, bare.new_id())
    assert bare.read("coin.totalSupply") == 5
