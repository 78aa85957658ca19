"""The fork schedule: which rules hold at which block, and py-evm's class for them.

Forks up to Gray Glacier start at a block number, the merge when the total difficulty is reached (seen in
a header of difficulty zero), Shanghai and later at a timestamp. Prague is the last fork that py-evm knows;
a chain that goes further is refused at the block where it does.

Every class is adapted: the seal decides who gets the fees (Clique has no coinbase), a signature that was
recovered once is not recovered again inside the engine, extra data may be as long as Clique needs, and the
parts named in `_adapt` are exchanged for quicker ones that do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.noproof import NoProofConsensus
from eth.vm.base import VM
from eth.vm.forks.arrow_glacier import ArrowGlacierVM
from eth.vm.forks.berlin import BerlinVM
from eth.vm.forks.byzantium import ByzantiumVM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.constantinople import ConstantinopleVM
from eth.vm.forks.frontier import FrontierVM
from eth.vm.forks.gray_glacier import GrayGlacierVM
from eth.vm.forks.homestead import HomesteadVM
from eth.vm.forks.istanbul import IstanbulVM
from eth.vm.forks.london import LondonVM
from eth.vm.forks.muir_glacier import MuirGlacierVM
from eth.vm.forks.paris import ParisVM
from eth.vm.forks.petersburg import PetersburgVM
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.shanghai import ShanghaiVM
from eth.vm.forks.spurious_dragon import SpuriousDragonVM
from eth.vm.forks.tangerine_whistle import TangerineWhistleVM
from eth_utils.exceptions import ValidationError

from .accounts import BlockAccounts
from .errors import GenesisError, LedgerError
from .executor import quiet_executor
from .interpreter import quick_computation
from .seal import SealedFeeRecipient

BLOCK_FORKS: tuple[tuple[str, type[VM]], ...] = (
    ("homesteadBlock", HomesteadVM),
    ("eip150Block", TangerineWhistleVM),
    ("eip158Block", SpuriousDragonVM),
    ("byzantiumBlock", ByzantiumVM),
    ("constantinopleBlock", ConstantinopleVM),
    ("petersburgBlock", PetersburgVM),
    ("istanbulBlock", IstanbulVM),
    ("muirGlacierBlock", MuirGlacierVM),
    ("berlinBlock", BerlinVM),
    ("londonBlock", LondonVM),
    ("arrowGlacierBlock", ArrowGlacierVM),
    ("grayGlacierBlock", GrayGlacierVM),
)
TIME_FORKS: tuple[tuple[str, type[VM]], ...] = (
    ("shanghaiTime", ShanghaiVM),
    ("cancunTime", CancunVM),
    ("pragueTime", PragueVM),
)
UNSUPPORTED_TIME_FORKS = ("osakaTime", "bpo1Time", "bpo2Time", "bpo3Time", "bpo4Time", "bpo5Time", "verkleTime")

CLIQUE_EXTRA_DATA_MAX_BYTES = 65_535
POW_EXTRA_DATA_MAX_BYTES = 32


class UnsupportedForkError(LedgerError):
    """The chain follows rules that py-evm does not know."""


@dataclass(frozen=True)
class ForkSchedule:
    """The rules of one chain by height and time."""

    by_block: tuple[tuple[int, type[VM]], ...]
    by_time: tuple[tuple[int, type[VM]], ...]
    unsupported_from: int | None
    merge_block: int | None
    merges: bool
    clique: bool
    dao_fork_block: int | None = None
    eip155_block: int = 0

    def rules(self, number: int, timestamp: int, difficulty: int) -> type[VM]:
        """The adapted py-evm class for a block with these header values."""
        if self.unsupported_from is not None and timestamp >= self.unsupported_from:
            raise UnsupportedForkError("block {number} is past Prague, the last fork this ledger knows", number=number)
        chosen: type[VM] = FrontierVM
        for start, candidate in self.by_block:
            if number >= start:
                chosen = candidate
        if self._merged(number, difficulty):
            chosen = ParisVM
            for start, candidate in self.by_time:
                if timestamp >= start:
                    chosen = candidate
        return _adapt(chosen, self.clique)

    def rules_for(self, header: BlockHeaderAPI) -> type[VM]:
        return self.rules(header.block_number, header.timestamp, header.difficulty)

    def _merged(self, number: int, difficulty: int) -> bool:
        if not self.merges:
            return False
        if number == 0:
            return self.merge_block == 0
        return difficulty == 0


def parse_schedule(config: Mapping[str, Any], genesis_difficulty: int) -> ForkSchedule:
    """Read the fork part of a geth `config` object."""
    by_block = tuple((start, rules) for key, rules in BLOCK_FORKS if (start := _number(config, key)) is not None)
    starts = [start for start, _ in by_block]
    if starts != sorted(starts):
        raise GenesisError("config", "forks must be scheduled in their historical order")
    by_time = tuple((start, rules) for key, rules in TIME_FORKS if (start := _number(config, key)) is not None)
    unsupported = [start for key in UNSUPPORTED_TIME_FORKS if (start := _number(config, key)) is not None]
    total_difficulty = _number(config, "terminalTotalDifficulty")
    merged_at_genesis = total_difficulty is not None and genesis_difficulty >= total_difficulty
    dao = _number(config, "daoForkBlock") if config.get("daoForkSupport") else None
    if by_time and total_difficulty is None:
        raise GenesisError("config", "a fork by time needs terminalTotalDifficulty")
    eip155 = _number(config, "eip155Block")
    return ForkSchedule(
        by_block=by_block,
        by_time=by_time,
        unsupported_from=min(unsupported, default=None),
        merge_block=0 if merged_at_genesis else _number(config, "mergeNetsplitBlock"),
        merges=total_difficulty is not None,
        clique="clique" in config,
        dao_fork_block=dao,
        eip155_block=2**64 if eip155 is None else eip155,
    )


def _number(config: Mapping[str, Any], key: str) -> int | None:
    value = config.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = int(value, 0)
        except ValueError:
            raise GenesisError(f"config.{key}", "must be a number") from None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise GenesisError(f"config.{key}", "must be a number")
    return value


@cache
def _adapt(rules: type[VM], clique: bool) -> type[VM]:
    state_class = rules.get_state_class()
    executor_class: Any = state_class.transaction_executor_class

    def validate_against_state(self: Any, transaction: Any) -> None:
        if transaction.gas < transaction.intrinsic_gas:
            raise ValidationError("Insufficient gas")  # of py-evm's own `validate` all that a signature does not tell
        self.vm_state.validate_transaction(transaction)

    quiet = quiet_executor(executor_class)
    executor = type(executor_class.__name__, (quiet,), {"validate_transaction": validate_against_state})
    parts = {
        "transaction_executor_class": executor,
        "account_db_class": BlockAccounts,
        "computation_class": quick_computation(state_class.computation_class),
    }
    state = type(state_class.__name__, (state_class,), parts)
    merged = issubclass(rules, ParisVM)
    return rules.configure(
        __name__=rules.__name__,
        _state_class=state,
        consensus_class=SealedFeeRecipient if clique and not merged else NoProofConsensus,
        extra_data_max_bytes=CLIQUE_EXTRA_DATA_MAX_BYTES if clique else POW_EXTRA_DATA_MAX_BYTES,
    )
