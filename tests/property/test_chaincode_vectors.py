"""Vectors: short stories that contracts and model must tell alike, each a divergence once found or a rule's edge.

tests/vectors/chaincode_stories.json holds them. A story begins with a bank that has terms and nobody in it.
"""

import json
from pathlib import Path
from typing import Any

import chaincode_moves as moves
import chaincode_ways as ways
import chaincode_world as world
import pytest

from chaincode import typed_data
from chaincode.ids import text_hash

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "chaincode_stories.json"


STORIES = json.loads(VECTORS.read_text(encoding="utf-8"))


def tell(pair: Any, step: dict[str, Any]) -> list[str]:
    """Relay one batch; return what became of each item."""
    kind = getattr(typed_data, step["struct"])
    signed = []
    for item in step["items"]:
        fields = {name: _value(value) for name, value in item["fields"].items()}
        struct = kind.from_json(fields)
        signature = bytes(65) if item["signed_by"] is None else pair.signed(struct, world.key(item["signed_by"]))
        signed.append((struct, moves.high_s(signature) if item.get("high_s") else signature))
    way = ways.WAYS[kind]
    pair.advance(step.get("wait", 0))
    events = pair.relay(
        way.contract, way.batch, signed, lambda said: way.act_batch(pair.model, world.OPERATOR.address, said)
    )
    verdicts = (event for event in events if type(event).__name__ in ("Refused", "Repeated", step["success"]))
    return [getattr(event, "reason", type(event).__name__) for event in verdicts]


def _value(value: Any) -> Any:
    """`account:NAME` is an account, `id:TEXT` the hash of a text, `time:N` seconds after the beginning."""
    if isinstance(value, list):
        return [_value(one) for one in value]
    if not isinstance(value, str):
        return value
    kind, _, rest = value.partition(":")
    known = {
        "account": lambda: world.key(rest).address,
        "id": lambda: "0x" + text_hash(rest).hex(),
        "time": lambda: world.START + int(rest),
    }
    return known[kind]() if kind in known else value


@pytest.mark.parametrize("story", STORIES, ids=[story["description"] for story in STORIES])
def test_contracts_and_model_tell_the_same_story(story: dict[str, Any]) -> None:
    pair = world.Pair.create()
    try:
        words = (text_hash("terms"), text_hash(moves.STATEMENT))
        operator = world.OPERATOR
        act = pair.model.membership.set_terms
        pair.call(operator, "membership", "set_terms", words, lambda: act(operator.address, *words))
        for step in story["steps"]:
            assert tell(pair, step) == step["expected"]
        pair.check_whole()
    finally:
        pair.close()
