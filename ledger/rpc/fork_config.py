"""eth_config (EIP-7910): the rules in force, the ones that come next, and the last ones scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from eth.vm.base import VM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.prague import PragueVM

from ..chain import Chain
from .arguments import Arguments
from .render import hex_bytes

PRECOMPILES = (
    *("ECREC", "SHA256", "RIPEMD160", "ID", "MODEXP", "BN254_ADD", "BN254_MUL", "BN254_PAIRING", "BLAKE2F"),
    *("KZG_POINT_EVALUATION", "BLS12_G1ADD", "BLS12_G1MSM", "BLS12_G2ADD", "BLS12_G2MSM", "BLS12_PAIRING_CHECK"),
    *("BLS12_MAP_FP_TO_G1", "BLS12_MAP_FP2_TO_G2"),
)
"""By address, from one on."""
BLOB_SCHEDULES: tuple[tuple[type[VM], dict[str, int]], ...] = (
    (PragueVM, {"target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716}),
    (CancunVM, {"target": 3, "max": 6, "baseFeeUpdateFraction": 3_338_477}),
)
CANCUN_CONTRACTS = {"BEACON_ROOTS_ADDRESS": "0x000f3df6d732807ef1319fb7b8bb8522d0beac02"}
PRAGUE_CONTRACTS = {
    **CANCUN_CONTRACTS,
    "CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS": "0x0000bbddc7ce488642fb579f8b00f3a590007251",
    "DEPOSIT_CONTRACT_ADDRESS": "0x00000000219ab540356cbb839cbe05303d7705fa",
    "HISTORY_STORAGE_ADDRESS": "0x0000f90827f1c53a10cb7a02335b175320002935",
    "WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS": "0x00000961ef480eb55e80d19ad83579a64c007002",
}


class ForkConfig:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def config(self, params: Sequence[Any]) -> dict[str, Any]:
        Arguments(params, 0)
        head = self._chain.head.header
        ahead = sorted(start for start, _ in self._chain.genesis.forks.by_time if start > head.timestamp)
        reached = [start for start, _ in self._chain.genesis.forks.by_time if start <= head.timestamp]
        rules = self._chain.rules_for(head)
        return {
            "current": self._one(rules, max(reached, default=0)),
            "next": self._at(ahead[0]) if ahead else None,
            "last": self._at(ahead[-1]) if ahead else None,
        }

    def _at(self, time: int) -> dict[str, Any]:
        number = self._chain.head.number + 1
        return self._one(self._chain.genesis.forks.rules(number, time, 0), time)

    def _one(self, rules: Any, time: int) -> dict[str, Any]:
        known = rules.get_state_class().computation_class.get_precompiles()
        names = {name: index.to_bytes(20, "big") for index, name in enumerate(PRECOMPILES, start=1)}
        schedule = next((values for fork, values in BLOB_SCHEDULES if issubclass(rules, fork)), None)
        return {
            "activationTime": time,
            "blobSchedule": schedule,
            "chainId": hex(self._chain.chain_id),
            "forkId": hex_bytes(self._fork_id(time)),
            "precompiles": {name: hex_bytes(address) for name, address in sorted(names.items()) if address in known},
            "systemContracts": self._system_contracts(rules),
        }

    def _system_contracts(self, rules: type[VM]) -> dict[str, str]:
        if issubclass(rules, PragueVM):
            deposits = self._chain.genesis.document["config"].get("depositContractAddress")
            named = {} if deposits is None else {"DEPOSIT_CONTRACT_ADDRESS": deposits}
            return {**PRAGUE_CONTRACTS, **named}
        return CANCUN_CONTRACTS if issubclass(rules, CancunVM) else {}

    def _fork_id(self, time: int) -> bytes:
        """EIP-2124: a checksum over the genesis hash and every fork passed since."""
        genesis, head = self._chain.history.header(0), self._chain.head
        blocks = {start for start, _ in self._chain.genesis.forks.by_block if 0 < start <= head.number}
        merge = self._chain.genesis.forks.merge_block
        if merge is not None and 0 < merge <= head.number:
            blocks.add(merge)
        eip155 = self._chain.genesis.forks.eip155_block
        if 0 < eip155 <= head.number:
            blocks.add(eip155)
        times = {start for start, _ in self._chain.genesis.forks.by_time if genesis.timestamp < start <= time}
        checksum = crc32(genesis.hash)
        for start in (*sorted(blocks), *sorted(times)):
            checksum = crc32(start.to_bytes(8, "big"), checksum)
        return checksum.to_bytes(4, "big")
