"""Decoding: every event of every ABI is known, and nothing but an exact log of ours is taken."""

from dataclasses import replace

import pytest
from eth_abi.abi import encode

from chaincode.abi import ContractAbi
from chaincode.decode import decode, event_fields, event_kind, event_topic, is_ours
from chaincode.deployment import DeployedContract
from chaincode.errors import DecodeError, DeploymentError, MessageError
from chaincode.events import EVENTS, Joined, Refused, TermsSet
from chaincode.ids import text_hash
from chaincode.logs import Log


@pytest.fixture
def joined(deployed):
    """A log of membership as the chain holds it."""
    deployed.people(1)
    contract = deployed.deployment.contract("membership")
    logs = deployed.contracts.node.logs([contract.address], 0, deployed.contracts.node.block_number())
    return next(log for log in logs if isinstance(decode(deployed.deployment, log), Joined))


def test_every_event_of_every_contract_has_its_class(artifacts):
    known = set()
    for name, artifact in artifacts.items():
        for entry in artifact.abi:
            if entry["type"] == "event":
                kind = event_kind(name, entry["name"])
                assert kind is not None, f"{name}.{entry['name']}"
                assert [of for _, of in event_fields(kind)] == [item["type"] for item in entry["inputs"]]
                known.add(kind)
    assert known == set(EVENTS)


def test_a_log_is_decoded_with_its_place(deployed, joined):
    event = decode(deployed.deployment, joined)
    assert event.terms_hash == text_hash("terms")
    assert event.position == joined.position
    assert replace(event, position=None) == event


def test_a_log_of_somebody_else_is_not_ours(deployed, joined):
    foreign = replace(joined, address=deployed.operator.address)
    assert is_ours(deployed.deployment, joined)
    assert not is_ours(deployed.deployment, foreign)
    with pytest.raises(DecodeError, match="no contract of this deployment"):
        decode(deployed.deployment, foreign)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda log: replace(log, topics=()), "without topics"),
        (lambda log: replace(log, topics=(text_hash("x"), *log.topics[1:])), "no event with topic"),
        (lambda log: replace(log, topics=log.topics[:-1]), "has 2 indexed fields, the log 1"),
        (lambda log: replace(log, data=log.data[:-1]), "cannot be read"),
        (lambda log: replace(log, data=log.data + bytes(32)), "wrong length or form"),
        (lambda log: replace(log, topics=(*log.topics[:2], b"\1" + log.topics[2][1:])), "cannot be read"),
    ],
)
def test_a_log_that_is_not_exact_is_refused(deployed, joined, change, says):
    with pytest.raises(DecodeError, match=says):
        decode(deployed.deployment, change(joined))


def test_a_text_that_is_not_utf8_or_not_canonical_is_refused(deployed):
    contract = deployed.deployment.contract("coin")
    entry = next(one for one in contract.abi if one.get("name") == "Refused")
    good = Log(contract.address, (event_topic(entry), text_hash("id")), encode(["string"], ["coin: no"]))
    assert decode(deployed.deployment, good) == Refused(text_hash("id"), "coin: no", contract="coin")
    with pytest.raises(DecodeError, match="cannot be read"):
        decode(deployed.deployment, replace(good, data=good.data[:64] + b"\xff" + good.data[65:]))
    loose = encode(["uint256"], [64]) + bytes(32) + good.data[32:]
    with pytest.raises(DecodeError, match="wrong length or form"):
        decode(deployed.deployment, replace(good, data=loose))


def test_a_deployment_that_words_an_event_otherwise_is_refused(deployed):
    entry = {
        "type": "event", "name": "TermsSet",
        "inputs": [
            {"name": "terms", "type": "bytes32", "indexed": True},
            {"name": "statementHash", "type": "bytes32", "indexed": False},
            {"name": "acceptBy", "type": "uint64", "indexed": False},
        ],
    }  # fmt: skip
    old = deployed.deployment.contract("membership")
    changed = DeployedContract("membership", old.address, old.code_hash, (entry,))
    deployment = replace(deployed.deployment, contracts={"membership": changed})
    log = Log(old.address, (event_topic(entry), text_hash("t")), text_hash("s") + (7).to_bytes(32))
    assert decode(deployed.deployment, log) == TermsSet(text_hash("t"), text_hash("s"), 7)
    with pytest.raises(DecodeError, match="words the event TermsSet otherwise"):
        decode(deployment, log)
    strange = {**entry, "name": "Strange"}
    other = replace(deployment, contracts={"membership": replace(changed, abi=(strange,))})
    with pytest.raises(DecodeError, match="does not know"):
        decode(other, replace(log, topics=(event_topic(strange), text_hash("t"))))


def test_calls_name_what_does_not_fit(deployed):
    abi = ContractAbi(deployed.deployment.contract("coin"))
    with pytest.raises(DeploymentError, match=r"no function coin\.mint"):
        abi.function("mint")
    with pytest.raises(MessageError) as caught:
        abi.function("balanceOf").encode(["0x12"])
    assert caught.value.field == "balanceOf"
    with pytest.raises(DecodeError, match="balanceOf answered 3 bytes"):
        abi.function("balanceOf").decode(b"abc")
