"""What the bank says is done, looked for on the ledger; where there is no trace of it, a file is kept that shows so.

The file holds the signed words, what the bank said of them, and the ledger's own proof, under a sealed header, of what
stands where they should have left their trace. It shows nothing else of what travelled with them.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.shapes.receipts import Receipt
from chaincode.acts import ACT_OF, item_id
from chaincode.ids import to_hex
from chaincode.traces import Trace, trace_of
from chaincode.typed_data import Signed, SignedStruct
from wallet_cli.errors import BankAnswerError, BankProblemError, EvidenceError, UnrecordedError
from wallet_cli.private_file import write_private
from wallet_cli.proven import ProvenLedger

FOLDER = "unrecorded"
FORMAT = "azukari-unrecorded-1"


@dataclass(frozen=True)
class Records:
    """Holds every receipt against the ledger. `home` keeps the files; `actor` is the account that acts."""

    ledger: ProvenLedger
    home: Path
    actor: Callable[[], str]

    def check(self, signed: Signed[Any], receipt: Receipt) -> None:
        """Raises UnrecordedError if the ledger is not proven to hold what the receipt says."""
        self.check_words(signed.struct, signed.to_json(), receipt)

    def check_words(self, words: SignedStruct, sent: Any, receipt: Receipt) -> None:
        """The same of words that several signed; `sent` is how they went."""
        name = f"{ACT_OF[type(words)].name}-{to_hex(item_id(words))[2:18]}"
        self.check_trace(name, trace_of(words, self.actor), sent, receipt)

    def check_trace(self, name: str, trace: Trace, sent: Any, receipt: Receipt) -> None:
        """The same of what was ordered; `name` is that of the file, if one is kept."""
        shown: LedgerProof | None = None
        why: Said | str
        try:
            shown = self.ledger.shown(trace.contract, trace.slots, receipt.block_number)
            header, values = self.ledger.check(shown, trace.contract, trace.slots)
        except (EvidenceError, BankAnswerError, BankProblemError) as error:
            why = error.what if isinstance(error.what, Said) else str(error.what)
        else:
            if trace.is_left(values):
                return
            why = said("error-no-trace", block=str(header.number))
        file = self._keep(name, sent, receipt, trace, shown)
        raise UnrecordedError(said("error-unrecorded", why=why), said("hint-unrecorded", file=str(file)), file)

    def _keep(self, name: str, sent: Any, receipt: Receipt, trace: Trace, shown: LedgerProof | None) -> Path:
        content = {
            "format": FORMAT,
            "act": name.partition("-")[0],
            "contract": trace.contract,
            "signed": sent,
            "said": receipt.model_dump(mode="json"),
            "slots": [f"0x{slot:064x}" for slot in trace.slots],
            "shown": None if shown is None else shown.model_dump(mode="json"),
        }
        folder = self.home / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{name}-{time.time_ns()}.json"
        write_private(file, (json.dumps(content, indent=1) + "\n").encode(), str(file))
        return file
