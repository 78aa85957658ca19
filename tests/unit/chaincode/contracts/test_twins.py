"""Every act of a person exists twice: relayed in a batch under a signature, and direct, with the same struct.

Read from the ABIs: a function that is neither one of such a pair nor named below, with the reason, fails the test, and
so does a name below that the contracts no longer have. That the operator's and the contracts' own functions are closed
to persons is tried out, not believed.
"""

from __future__ import annotations

from typing import Any

import pytest

from chaincode import build
from chaincode.abi import type_name
from chaincode.acts import ACTS as DECLARED
from chaincode.typed_data.eip712 import layout

SIGNATURE = "(bytes32,bytes32,uint8)"

RELAYED_ALONE = {
    "membership.join_batch": "who has not joined may not write to the chain",
    "coin.transfer_batch": "its direct twin is ERC-20's transfer, whose arguments the standard fixes",
    "coupon.transfer_batch": "its direct twin is ERC-1155's safeTransferFrom, whose arguments the standard fixes",
    "request.close_batch": "its direct twin takes the bare request id, because the operator closes requests by it too",
}
DIRECT_TWINS_OF_ANOTHER_FORM = {
    "coin.transfer": "ERC-20; relayed by transfer_batch",
    "coupon.safeTransferFrom": "ERC-1155; relayed by transfer_batch",
    "request.close": "relayed by close_batch",
}
TOKEN_STANDARDS = {
    "coin.approve": "ERC-20; relayed by permit",
    "coin.permit": "EIP-2612: it is the signed form of approve, and anybody hands it in",
    "coin.transferFrom": "ERC-20: the spender uses what the owner allowed by approve or by signed permit",
    "coupon.safeBatchTransferFrom": "ERC-1155: many transfers of one owner; relayed, each is an item of transfer_batch",
    "coupon.setApprovalForAll": "ERC-1155, which knows no signed form; who wants another to act by signature delegates",
}
NEEDS_NO_SIGNATURE = {
    "consent.expire_batch": "anybody may record that time has passed",
    "disclosure.settle": "anybody may bring members the coins that a closed release owes them",
    "draw.show_parts": "a part's secret proves by itself that a drawer gave it away",
    "draw.refund": "anybody may bring coins back when parts stayed away",
    "membership.seat": "it carries the signatures of a majority of the board",
    "request.decide_together": "it carries the signatures of a majority of the board",
    "request.revoke_together": "it carries the signatures of a majority of the board",
    "coin.set_quota": "it carries the signatures of a majority of the board",
    "coin.approve_issue": "it carries the signatures of a majority of the board",
    "recovery.recover": "it carries the signatures of the new key and of everybody who approves",
    "recovery.complete_recovery": "anybody may, once enough have approved and the time to veto is over",
}
OPERATOR_ONLY = {
    "membership": "appoint set_terms enroll suspend reinstate dismiss set_recovery",
    "coin": "set_minter seal_minters open_quota sell set_policy",
    "survey": "publish close top_up set_consent set_partner_reward",
    "request": "set_disclosure",
    "consent": "ask_batch revoke record_by_rule_batch set_disclosure set_rules",
    "disclosure": "disclose open_release add_consents close_release abandon_release",
    "coupon": "give_batch",
    "rule": "name_category categorize",
    "draw": "open_draw",
}
CONTRACTS_ONLY = {
    "membership": "rest wake replace_key",
    "coin": "issue grant grant_batch burn spend move move_batch",
    "survey": "accept",
    "request": "consume",
    "consent": "open_hold hold_batch seal_hold drop_hold settle_batch use_batch",
}
CLOSED_BY = (
    "not the operator",
    "not a minter",
    "not the disclosure contract",
    "not the consent contract",
    "not the recovery contract",
)


def paths(table: dict[str, str]) -> set[str]:
    return {f"{contract}.{name}" for contract, names in table.items() for name in names.split()}


def acts() -> dict[str, dict[str, Any]]:
    """Every external function that may change state, by contract and name."""
    return {
        f"{name}.{entry['name']}": entry
        for name, artifact in build.compile_all().items()
        for entry in artifact.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


def shape(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(part["name"], type_name(part)) for part in item["components"]]


def relayed(entry: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the parts of a batch's items if they carry signatures."""
    inputs = entry["inputs"]
    if not entry["name"].endswith("_batch") or len(inputs) != 1 or inputs[0]["type"] != "tuple[]":
        return None
    parts: list[dict[str, Any]] = inputs[0]["components"]
    return parts if any(type_name(part) == SIGNATURE for part in parts) else None


ACTS = acts()
RELAYED = {path: parts for path, entry in ACTS.items() if (parts := relayed(entry)) is not None}
PAIRS = sorted(path for path in RELAYED if path not in RELAYED_ALONE)


@pytest.mark.parametrize("path", PAIRS)
def test_a_relayed_act_has_a_direct_twin_with_the_same_struct(path: str) -> None:
    twin = ACTS[path.removesuffix("_batch")]
    struct, *rest = RELAYED[path]
    assert shape(twin["inputs"][0]) == shape(struct)
    signatures = [part["name"] for part in rest if type_name(part) == SIGNATURE]
    others = [part["name"] for part in rest if type_name(part) != SIGNATURE]
    # The sender stands for the first signature; what else the item carries, the direct form carries too.
    assert [part["name"] for part in twin["inputs"][1:]] == [*others, *signatures[1:]]


def test_every_other_function_is_named_with_its_reason() -> None:
    pairs = {*PAIRS, *(path.removesuffix("_batch") for path in PAIRS)}
    named = [
        set(RELAYED_ALONE), set(DIRECT_TWINS_OF_ANOTHER_FORM), set(TOKEN_STANDARDS), set(NEEDS_NO_SIGNATURE),
        paths(OPERATOR_ONLY), paths(CONTRACTS_ONLY),
    ]  # fmt: skip
    assert set().union(pairs, *named) == set(ACTS)
    assert len(pairs) + sum(map(len, named)) == len(ACTS)
    assert len(PAIRS) >= 22


def test_every_signed_struct_travels_as_the_contract_takes_it() -> None:
    """What the faces sign and send is field for field what the ABI names; texts travel as hashes or not at all."""
    taken = {(path.split(".")[0], tuple(shape(struct))) for path, (struct, *_) in RELAYED.items()}
    sent = set()
    for act in (act for act in DECLARED if act.batch):
        fields = [(camel, of) for name, camel, of in layout(act.struct).fields if name not in act.known]
        sent.add((act.contract, tuple(travelling(camel, of) for camel, of in fields)))
    assert sent == taken
    assert len(sent) == len(RELAYED)


def travelling(name: str, kind: str) -> tuple[str, str]:
    if name == "decision":
        return "given", "bool"
    return (f"{name}Hash", "bytes32") if kind == "string" else (name, kind)


@pytest.mark.parametrize("path", sorted(paths(OPERATOR_ONLY) | paths(CONTRACTS_ONLY)))
def test_what_is_not_for_persons_refuses_them_before_it_looks_at_anything(path: str, bank: Any) -> None:
    aoi = bank.member("aoi")
    values = [empty(item) for item in ACTS[path]["inputs"]]
    data = bank.contracts[path.split(".")[0]].encode_abi(path.split(".")[1], values)
    to = bank.address(path.split(".")[0])
    answer = bank.chain.w3.provider.make_request("eth_call", [{"from": aoi.address, "to": to, "data": data}, "latest"])
    assert answer["error"]["message"].endswith(CLOSED_BY)


def empty(item: dict[str, Any]) -> Any:
    kind = item["type"]
    if kind.endswith("[]"):
        return []
    if kind == "tuple":
        return tuple(empty(part) for part in item["components"])
    return {"address": "0x" + "00" * 20, "bytes32": b"\0" * 32, "bool": False}.get(kind, 0)
