"""Vectors: short stories that contracts and model must tell alike, each a divergence once found or a rule's edge.

tests/vectors/chaincode_stories.json holds them. A story begins with a bank that has terms and nobody in it.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import chaincode_moves as moves
import chaincode_ways as ways
import chaincode_world as world
import pytest

from chaincode import typed_data
from chaincode.events import SurveyPublished
from chaincode.ids import text_hash
from chaincode.model import Payload

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "chaincode_stories.json"


STORIES = json.loads(VECTORS.read_text(encoding="utf-8"))


CALLS: dict[str, Callable[..., None]] = {
    "membership.enroll": lambda m, s, *values: m.membership.enroll(s, *values),
    "coin.sell": lambda m, s, *values: m.coin.sell(s, m.now, *values),
    "survey.publish": lambda m, s, *values: m.survey.publish(s, m.now, SurveyPublished(*map(_frozen, values))),
    "disclosure.open_release": lambda m, s, *values: m.disclosure.open_release(s, m.now, values[:3], values[3]),
    "disclosure.add_consents": lambda m, s, *values: m.disclosure.add_consents(s, m.now, *values),
    "disclosure.close_release": lambda m, s, first, *rest: m.disclosure.close_release(s, m.now, first, Payload(*rest)),
    "disclosure.settle": lambda m, s, *values: m.disclosure.settle(*values),
    "coupon.safeBatchTransferFrom": lambda m, s, *values: m.coupon.safe_batch_transfer_from(s, *values),
}
"""What the model does when a function is called directly."""


def tell(pair: Any, step: dict[str, Any]) -> list[str]:
    """Do one step; return what became of it."""
    pair.advance(step.get("wait", 0))
    return _call(pair, step) if "call" in step else _relay(pair, step)


def _call(pair: Any, step: dict[str, Any]) -> list[str]:
    """One transaction by somebody: the names of its events, or why it was refused."""
    values = [_value(value) for value in step["arguments"]]
    contract, function = step["call"].split(".")
    arguments = [[_bytes(part) for part in one] if isinstance(one, list) else _bytes(one) for one in values]
    sender = world.key(step["by"])
    act = partial(CALLS[step["call"]], pair.model, sender.address, *arguments)
    before = pair.census.rows[contract, function].reasons.copy()
    events = pair.call(sender, contract, function, arguments, act)
    refused = pair.census.rows[contract, function].reasons - before
    return [type(event).__name__ for event in events] or list(refused)


def _relay(pair: Any, step: dict[str, Any]) -> list[str]:
    """Relay one batch; return what became of each item."""
    kind = getattr(typed_data, step["struct"])
    signed = []
    for item in step["items"]:
        fields = {name: _value(value) for name, value in item["fields"].items()}
        struct = moves.as_the_contract_reads(pair.model, kind.from_json(fields)) or kind.from_json(fields)
        signature = bytes(65) if item["signed_by"] is None else pair.signed(struct, world.key(item["signed_by"]))
        signed.append((struct, moves.high_s(signature) if item.get("high_s") else signature))
    way = ways.WAYS[kind]
    events = pair.relay(
        way.contract, way.batch, signed, lambda said: way.act_batch(pair.model, world.OPERATOR.address, said)
    )
    verdicts = (event for event in events if type(event).__name__ in ("Refused", "Repeated", step["success"]))
    return [getattr(event, "reason", type(event).__name__) for event in verdicts]


def _value(value: Any) -> Any:
    """`account:NAME` is an account, `id:TEXT` a text's hash and `token:TEXT` as a number, `time:N` seconds since."""
    if isinstance(value, list):
        return [_value(one) for one in value]
    if not isinstance(value, str):
        return value
    kind, _, rest = value.partition(":")
    known: dict[str, Callable[[], Any]] = {
        "account": lambda: world.key(rest).address,
        "id": lambda: "0x" + text_hash(rest).hex(),
        "time": lambda: world.START + int(rest),
        "token": lambda: int.from_bytes(text_hash(rest), "big"),
    }
    return known[kind]() if kind in known else value


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("0x") and len(value) == 66


def _bytes(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if _is_id(value) else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("story", STORIES, ids=[story["description"] for story in STORIES])
def test_contracts_and_model_tell_the_same_story(story: dict[str, Any]) -> None:
    pair = world.Pair.create()
    try:
        words = (text_hash("terms"), text_hash(moves.STATEMENT), 2**40)
        operator = world.OPERATOR
        act = pair.model.membership.set_terms
        pair.call(operator, "membership", "set_terms", words, lambda: act(operator.address, pair.model.now, *words))
        for step in story["steps"]:
            assert tell(pair, step) == step["expected"]
        pair.check_whole()
    finally:
        pair.close()
