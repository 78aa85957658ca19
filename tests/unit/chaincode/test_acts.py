"""acts.py: each signed struct is declared once, and what is declared is what the compiled contracts take and write."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from chaincode import acts
from chaincode.abi import type_name
from chaincode.acts import ACT_OF, ACTS, Act, item_id
from chaincode.bindings import Contracts, Outcome, Signed
from chaincode.bindings.face import Face, direct, relayed
from chaincode.build import compile_all
from chaincode.errors import MessageError
from chaincode.ids import NOBODY, text_hash
from chaincode.storage.digests import FILLED
from chaincode.transactor import Transactor
from chaincode.typed_data import Consent, Join, Permit, SignedStruct, structs
from chaincode.typed_data.eip712 import layout

SIGNATURE = "(bytes32,bytes32,uint8)"
LATE = 2**40
SAYS_NO_ID = {acts.PERMIT: "ERC-20's own event"}

ABI = {name: artifact.abi for name, artifact in compile_all().items()}
BATCHES = [act for act in ACTS if act.batch]
DIRECT = [act for act in ACTS if act.direct]


def by_name(act: Act[Any]) -> str:
    return act.name


def entry(contract: str, kind: str, name: str) -> dict[str, Any]:
    (found,) = [one for one in ABI[contract] if one["type"] == kind and one.get("name") == name]
    return found


def travelling(act: Act[Any]) -> list[str]:
    """What the struct becomes in calldata, by type."""
    kinds = [(name, kind) for name, _, kind in layout(act.struct).fields if name not in act.known]
    return ["bool" if name == "decision" else "bytes32" if kind == "string" else kind for name, kind in kinds]


def beside(act: Act[Any]) -> list[str]:
    return [{"member": "address", "salt": "bytes32"}.get(one.name, SIGNATURE) for one in fields(act.item)[1:]]


def test_every_signed_struct_is_one_act() -> None:
    declared = {kind for kind in vars(structs).values() if isinstance(kind, type) and issubclass(kind, SignedStruct)}
    assert set(ACT_OF) == declared - {SignedStruct}
    assert len(ACTS) == len(ACT_OF) == 39
    assert len({act.name for act in ACTS}) == 39
    assert ACT_OF[Consent] is acts.CONSENT
    assert acts.COUPON_CLASS.name == "coupon_class"


@pytest.mark.parametrize("act", BATCHES, ids=by_name)
def test_a_batch_takes_the_struct_and_what_travels_beside_it(act: Act[Any]) -> None:
    (items,) = entry(act.contract, "function", str(act.batch))["inputs"]
    struct, *rest = items["components"]
    assert [type_name(part) for part in struct["components"]] == travelling(act)
    assert [type_name(part) for part in rest] == beside(act)
    assert act.gas > 0


@pytest.mark.parametrize("act", DIRECT, ids=by_name)
def test_a_direct_call_takes_all_but_its_senders_signature(act: Act[Any]) -> None:
    struct, *rest = entry(act.contract, "function", str(act.direct))["inputs"]
    assert [type_name(part) for part in struct["components"]] == travelling(act)
    others = beside(act)
    others.remove(SIGNATURE)
    assert [type_name(part) for part in rest] == others


@pytest.mark.parametrize("act", ACTS, ids=by_name)
def test_the_sign_is_an_event_of_the_contract_that_names_the_act(act: Act[Any]) -> None:
    sign = act.taken
    assert act.contract == sign.event.CONTRACT
    entry(act.contract, "event", sign.event.__name__)
    if sign.id_field is None:
        assert act in SAYS_NO_ID
    else:
        assert {one.name: one.type for one in fields(sign.event)}[sign.id_field].__metadata__[0] == "bytes32"


def test_one_event_of_two_acts_is_told_apart_by_its_state() -> None:
    shared = [act for act in ACTS if act.taken.states]
    assert shared == [acts.CONSENT, acts.WITHDRAWAL]
    assert not set(acts.CONSENT.taken.states) & set(acts.WITHDRAWAL.taken.states)
    alone = [act.taken.event for act in ACTS if not act.taken.states]
    assert {event for event in alone if alone.count(event) > 1} == {
        acts.COIN_TRANSFER.taken.event,
        acts.DELEGATION.taken.event,
    }


def test_storage_says_by_itself_what_does_not_travel_and_says_the_same() -> None:
    """Not derived: the audit would see what the declaration gets wrong."""
    assert {kind: frozenset(known) for kind, known in FILLED.items()} == {kind: ACT_OF[kind].known for kind in FILLED}
    kept_without_texts = {act.struct.__name__ for act in ACTS if act.known} - {kind.__name__ for kind in FILLED}
    assert kept_without_texts == {"RuleEnd", "Deletion"}, "of these no digest is kept"


FACES = {kind.NAME: kind for kind in Face.__subclasses__()}


def test_the_faces_name_every_act_as_its_contract_does() -> None:
    named = {
        (kind.NAME, name, type(value).__name__): value.act
        for kind in FACES.values()
        for name, value in vars(kind).items()
        if isinstance(value, relayed | direct)
    }
    assert set(named) == {
        *((act.contract, act.batch, "relayed") for act in BATCHES),
        *((act.contract, act.direct, "direct") for act in DIRECT if act.item is Signed),
    }
    for (contract, name, kind), act in named.items():
        assert (act.contract, act.batch if kind == "relayed" else act.direct) == (contract, name)


def ids_in(outcome: Outcome, act: Act[Any]) -> list[bytes | None]:
    return [act.taken.id_in(event) for event in outcome.events if act.taken.shows(event)]


def test_acts_are_sent_by_their_declaration_alone(deployed: Any) -> None:
    contracts: Contracts = deployed.contracts
    a, b, _ = deployed.main_job()
    words = structs.CoinTransfer(text_hash("by act"), b.address, a.address, 1, LATE)
    outcomes = contracts.send(acts.COIN_TRANSFER, deployed.transactor, [deployed.signed(words, b)] * 2)
    assert [(one.accepted, one.repeated) for one in outcomes] == [(True, False), (True, True)]
    assert ids_in(outcomes[0], acts.COIN_TRANSFER) == [item_id(words)]
    redemption = deployed.redemption(b)
    contracts.send(acts.PURCHASE, deployed.transactor, [deployed.purchase(b)])
    done = contracts.perform(
        acts.REDEMPTION, Transactor(deployed.chain.w3, b), redemption.struct, b.address, redemption.salt,
        redemption.shop_signature,
    )  # fmt: skip
    assert (done.accepted, ids_in(done, acts.REDEMPTION)) == (True, [redemption.struct.redemption_id])


def test_what_has_no_way_in_is_refused_before_anything_is_sent(deployed: Any) -> None:
    permit = Permit(NOBODY, NOBODY, 1, 0, LATE)
    join = Join(text_hash("join"), NOBODY, "I join", text_hash("terms"), text_hash("key"), LATE)
    with pytest.raises(MessageError, match="permit: is not relayed"):
        deployed.contracts.send(acts.PERMIT, deployed.transactor, [Signed(permit, bytes(65))])
    with pytest.raises(MessageError, match="join: has no form of its own for a direct call"):
        deployed.contracts.perform(acts.JOIN, deployed.transactor, join)
