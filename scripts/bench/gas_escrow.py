"""Escrows of three custodians, two of whom open them, as `gas` measures them."""

from dataclasses import replace

from eth_account.signers.local import LocalAccount

from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto

from .gas_bench import LATE, Bench, Item, item_id

DELAY_SECONDS = 60


def entrust(bench: Bench) -> None:
    """Created, acknowledged; an opening vetoed; another carried through; all given another escrow in its place."""
    members, custodians = bench.members, bench.custodians
    policies = [_policy(bench, one, "escrow") for one in members]
    bench.act("escrow.create", list(zip(policies, members, strict=True)), "3 custodians")
    bench.act("escrow.acknowledge", _receipts(bench, "escrow"))
    bench.act("escrow.request_opening", [(_opening(one, "vetoed"), one) for one in members])
    vetoes = [Veto(item_id("vetoed", one), one.address, LATE) for one in members]
    bench.act("escrow.veto", list(zip(vetoes, members, strict=True)))
    asked = [bench.signed(_opening(one, "opened"), one) for one in members]
    bench.contracts.escrow.request_opening_batch(bench.send, asked)
    bench.pass_time(DELAY_SECONDS + 1)
    for custodian, note in zip(custodians, ("", "opens"), strict=False):
        bench.act("escrow.contribute", [(_contribution(one, custodian), custodian) for one in members], note)
    anew = [
        replace(_policy(bench, one, "anew"), heir=members[0].address, replaces=item_id("escrow", one))
        for one in members
    ]
    bench.act("escrow.create", list(zip(anew, members, strict=True)), "with an heir, in another's place")
    bench.act("escrow.acknowledge", _receipts(bench, "anew"), "ends another")


def _policy(bench: Bench, owner: LocalAccount, name: str) -> EscrowPolicy:
    addresses = tuple(str(custodian.address) for custodian in bench.custodians)
    words = (EMPTY_ID, text_hash("document"), DELAY_SECONDS, NOBODY, EMPTY_ID, LATE)
    return EscrowPolicy(item_id(name, owner), owner.address, 2, addresses, *words)


def _receipts(bench: Bench, name: str) -> list[Item]:
    return [
        (ShareReceipt(item_id(name, one), custodian.address, EMPTY_ID, LATE), custodian)
        for one in bench.members
        for custodian in bench.custodians
    ]


def _opening(one: LocalAccount, name: str) -> OpeningRequest:
    words = (item_id(name, one), item_id("escrow", one), one.address, text_hash("recipient key"), text_hash("reason"))
    return OpeningRequest(*words, LATE)


def _contribution(one: LocalAccount, custodian: LocalAccount) -> Contribution:
    asked = _opening(one, "opened").struct_hash()
    return Contribution(item_id("opened", one), custodian.address, asked, text_hash("contribution"), LATE)
