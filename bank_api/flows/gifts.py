"""Gifts: an issuer orders premium coupons for members of a release; the bank gives them, and tells nobody to whom."""

import secrets

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError, NotFoundError
from bank_api.flows.flow import Sent, Submit
from bank_api.protocol.acts import Parts
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.gifts import Gifts
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.views.kept import class_message
from chaincode.bindings import ConsentState, Role
from chaincode.events import GiftGiven, GiftsOrdered
from chaincode.ids import id_from_hex, to_hex
from chaincode.keccak import keccak
from chaincode.typed_data import GiftOrder


async def order(bank: Bank, sent: Sent[GiftOrder, Parts], submit: Submit) -> Receipt:
    """A partner's order; the contract knows the title by its hash, here its words are named."""
    ordered = await in_thread(class_message, bank, to_hex(sent.words.class_id))
    if sent.words.title != ordered.title:
        raise InvalidInputError("gift_order.message.title", said("rule-title", title=ordered.title))
    return receipt(await submit(sent.signed))


def give(bank: Bank, order_id: str) -> Gifts:
    """Carry an order out, as far as there are members of its releases; by lot where there are more than it is for.

    A gift's id follows from order and member, so that a run that died is taken up by the next one.
    """
    bank.index.catch_up()
    ordered = next(iter(bank.index.events_about(order_id, GiftsOrdered)), None)
    if ordered is None:
        raise NotFoundError("gift order", order_id)
    before = {one.gift_id for one in bank.index.events(GiftGiven) if one.order_id == ordered.order_id}
    waiting = [one for one in _released(bank, ordered) if gift_id(order_id, one) not in before]
    many = min(len(waiting), ordered.persons - len(before))
    chosen = sorted(secrets.SystemRandom().sample(waiting, many))
    gifts = [(gift_id(order_id, member), member) for member in chosen]
    outcomes = bank.contracts.coupon.give(bank.transactor, ordered.order_id, gifts) if gifts else []
    refused = sorted({one.reason for one in outcomes if one.reason is not None})
    given = sum(one.accepted for one in outcomes)
    return Gifts(given=given, given_before=len(before), persons=ordered.persons, refused=refused)


def gift_id(order_id: str, member: str) -> bytes:
    """One for each order and member."""
    return keccak(b"azukari gift 1" + id_from_hex(order_id) + bytes.fromhex(member[2:]))


def _released(bank: Bank, ordered: GiftsOrdered) -> list[str]:
    """Active members whose consent to the class's request ever served, in no order that tells anything."""
    request_id = to_hex(class_message(bank, to_hex(ordered.class_id)).premium_request)
    consents = bank.index.consents_for(request_id, *ConsentState)
    active = bank.index.active_with(Role.MEMBER)
    return sorted({one.member for one in consents if one.uses and one.member in active})
