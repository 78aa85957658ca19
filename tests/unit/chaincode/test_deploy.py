"""Deploying: addresses known beforehand, resumed after a kill at any step, verified, written and read strictly."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from web3 import Web3
from web3.providers.base import BaseProvider

from chaincode.deploy import MINTERS, contract_address, deploy, membership_address
from chaincode.deployment import Deployment
from chaincode.errors import DeploymentError
from chaincode.ids import text_hash
from chaincode.transactor import Transactor
from ledger.testing import local_chain


class Killed(Exception):  # noqa: N818
    """Stands for kill -9 at a step."""


def test_addresses_are_known_before_the_chain_exists(deployed):
    operator = deployed.operator.address
    assert deployed.deployment.address("membership") == membership_address(operator)
    for nonce, name in enumerate(deployed.deployment.contracts):
        assert deployed.deployment.address(name) == contract_address(operator, nonce)
    assert membership_address("0x970E8128AB834E8EAC17Ab8E3812F010678CF791") == (
        "0x333c3310824b7c685133F2BeDb2CA4b8b4DF633d"
    )  # the pair that go-ethereum tests with
    with pytest.raises(ValueError, match="few transactions"):
        contract_address(operator, 128)


def test_everything_is_wired_and_sealed(deployed):
    coin = deployed.contracts.coin
    for name in MINTERS.keys() & deployed.deployment.contracts.keys():
        rights = MINTERS[name]
        assert coin.read("minterRights", deployed.deployment.address(name)) == rights
    assert coin.read("sealed") is True
    for contract in (deployed.contracts.request, deployed.contracts.consent):
        assert contract.read("disclosure") == deployed.deployment.address("disclosure")


def test_deploying_again_sends_nothing(deployed, artifacts):
    before = deployed.contracts.node.block_number()
    again = deploy(deployed.contracts.node._w3, deployed.operator, artifacts=artifacts)
    assert again == deployed.deployment
    assert deployed.contracts.node.block_number() == before


def test_killed_at_every_step_it_goes_on_where_it_stopped(deployed, artifacts, make_person):
    operator, steps = make_person("operator"), 0
    with local_chain() as chain:
        while True:
            done = []

            def stop_at_the_second(step: str, done: list[str] = done) -> None:
                done.append(step)
                if len(done) == 2:
                    raise Killed

            try:
                found = deploy(chain.w3, operator, artifacts=artifacts, progress=stop_at_the_second)
                break
            except Killed:
                steps += 1
        assert found == deployed.deployment
        assert steps >= len(artifacts)


class SealsMeanwhile(BaseProvider):
    """A node that seals what an earlier run left waiting just after it was first asked for code."""

    def __init__(self, inner, seal) -> None:
        super().__init__()
        self.inner, self.seal = inner, seal

    def make_request(self, method, params):
        answer = self.inner.make_request(method, params)
        if method == "eth_getCode" and self.seal is not None:
            seal, self.seal = self.seal, None
            seal()
        return answer


def test_what_is_sealed_while_it_looks_is_not_sent_under_another_number(deployed, artifacts, make_person):
    operator, done = make_person("operator"), []

    def stop_at_the_fourth(step: str) -> None:
        done.append(step)
        if len(done) == 4:
            raise Killed

    def seal_three() -> None:
        with pytest.raises(Killed):
            deploy(chain.w3, operator, artifacts=artifacts, progress=stop_at_the_fourth)

    with local_chain() as chain:
        found = deploy(Web3(SealsMeanwhile(chain.w3.provider, seal_three)), operator, artifacts=artifacts)
        assert done[0] == "deploy membership"
        assert found == deployed.deployment
        assert chain.w3.eth.get_transaction_count(operator.address) == 23


def test_a_link_that_fails_leaves_the_list_open_and_can_be_mended(deployed, artifacts, make_person, monkeypatch):
    operator = make_person("operator")
    with local_chain() as chain:
        with monkeypatch.context() as wrong:
            wrong.setitem(MINTERS, "coupon", 8)
            with pytest.raises(DeploymentError, match=r"coin\.set_minter failed: coin: not a minter"):
                deploy(chain.w3, operator, artifacts=artifacts)
        coin = chain.w3.eth.contract(deployed.deployment.address("coin"), abi=artifacts["coin"].abi)
        assert coin.functions.sealed().call() is False
        assert deploy(chain.w3, operator, artifacts=artifacts) == deployed.deployment
        assert coin.functions.sealed().call() is True


def test_an_operator_with_a_past_cannot_deploy(artifacts, make_person):
    operator = make_person("operator")
    with local_chain() as chain:
        Transactor(chain.w3, operator).send(None, b"")
        with pytest.raises(DeploymentError, match="must be the operator's transaction 0"):
            deploy(chain.w3, operator, artifacts=artifacts)


def test_code_that_is_not_this_programs_is_refused(deployed, artifacts):
    other = {**artifacts, "escrow": replace(artifacts["escrow"], runtime="0x1234")}
    with pytest.raises(DeploymentError, match=r"escrow at .* is not what this program's sources compile to"):
        deploy(deployed.contracts.node._w3, deployed.operator, artifacts=other)


def test_verify_refuses_another_chain_and_other_code(deployed):
    w3, deployment = deployed.contracts.node._w3, deployed.deployment
    deployment.verify(w3)
    with pytest.raises(DeploymentError, match="is for chain 1, the node serves chain 20170714"):
        replace(deployment, chain_id=1).verify(w3)
    tampered = replace(deployment.contract("coin"), code_hash=text_hash("other code"))
    with pytest.raises(DeploymentError, match="for coin at"):
        replace(deployment, contracts={**deployment.contracts, "coin": tampered}).verify(w3)
    with pytest.raises(DeploymentError, match="no contract named bank"):
        deployment.address("bank")


def test_the_file_goes_both_ways(deployed, tmp_path: Path):
    deployed.deployment.save(tmp_path / "deployment.json")
    assert Deployment.load(tmp_path / "deployment.json") == deployed.deployment
    assert [path.name for path in tmp_path.iterdir()] == ["deployment.json"]


def without(value: dict, key: str) -> dict:
    return {name: item for name, item in value.items() if name != key}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda v: [], "file must be an object"),
        (lambda v: without(v, "operator"), "lacks operator"),
        (lambda v: {**v, "extra": 1}, "unknown fields: extra"),
        (lambda v: {**v, "format": "2"}, "has format '2'"),
        (lambda v: {**v, "chainId": True}, "chainId must be an integer"),
        (lambda v: {**v, "startBlock": -1}, "startBlock must be an integer"),
        (lambda v: {**v, "operator": "0x12"}, "operator: must be 0x and 40 hex digits"),
        (lambda v: {**v, "contracts": {}}, "at least one contract"),
        (lambda v: {**v, "contracts": {"coin": {}}}, "contracts.coin lacks address"),
        (lambda v: {**v, "contracts": {"coin": {**v["contracts"]["coin"], "abi": [1]}}}, "abi must be a list"),
        (lambda v: {**v, "contracts": {"coin": {**v["contracts"]["coin"], "codeHash": "0x"}}}, "64 lower-case"),
    ],
)
def test_a_file_that_is_not_exact_is_refused(deployed, change, says):
    value = json.loads(json.dumps(deployed.deployment.to_json()))
    with pytest.raises(DeploymentError, match=says):
        Deployment.from_json(change(value))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path):
    (tmp_path / "broken").write_text("{")
    with pytest.raises(DeploymentError, match="cannot be read"):
        Deployment.load(tmp_path / "broken")
    with pytest.raises(DeploymentError, match="cannot be read"):
        Deployment.load(tmp_path / "absent")
