"""Every error the ledger raises on purpose. The docstring is the default message.

LedgerError
├── GenesisError            a genesis file that cannot be used (field, reason)
├── DataDirectoryError      a data directory that is missing, foreign or in use
├── StoreError              the key-value store under the chain
│   ├── StoreFullError
│   ├── StoreReadOnlyError
│   └── StoreCorruptError
│       └── StoreDamagedError   a record that is not what was written (place)
├── BlockError              a block that breaks a rule (block_number, field, reason)
├── ReplayError             an exported chain that is not true (block_number, field, reason)
├── ExportError · ImportChainError
├── TransactionError        a transaction refused before it reached a block
│   └── SenderNotAuthorizedError
├── UnknownBlockError
└── RpcError                an answer with a JSON-RPC code (code, message, data)
    ├── ParseError · InvalidRequestError · MethodNotFoundError · InvalidParamsError
    ├── ExecutionRevertedError · ExecutionFailedError · StatePrunedError
    └── LimitExceededError · StillPendingError · NotAllowedError
"""

from __future__ import annotations

from typing import Any

from .sentence import worded


class LedgerError(Exception):
    """The ledger refused or failed."""

    def __init__(self, reason: str | None = None, /, **values: object) -> None:
        """`reason` may be the form of a sentence, for `values` to be put into."""
        form = reason or (type(self).__doc__ or "").strip()
        self.reason = worded(form, values)
        super().__init__(self.reason)


class GenesisError(LedgerError):
    """The genesis file cannot be used."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"genesis {field}: {self.rule}")


class DataDirectoryError(LedgerError):
    """The data directory cannot be used."""


class StoreError(LedgerError):
    """The store could not be read or written."""


class StoreFullError(StoreError):
    """No space is left on the disk of the ledger; nothing was lost, free some space and start again."""


class StoreReadOnlyError(StoreError):
    """The disk of the ledger is read-only; nothing was lost, make it writable and start again."""


class StoreCorruptError(StoreError):
    """The store holds data that this program did not write."""


class StoreDamagedError(StoreCorruptError):
    """The disk does not give back what was written."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.what = reason
        super().__init__(f"{place}: {reason}; sealing has stopped, run `azukari-ledger verify`")


class _FieldError(LedgerError):
    def __init__(self, block_number: int, field: str, reason: str, /, **values: object) -> None:
        self.block_number = block_number
        self.field = field
        told = worded(reason, values)
        super().__init__(f"block {block_number}, {field}: {told}")
        self.reason = told


class BlockError(_FieldError):
    """A block breaks a rule of its chain."""


class ReplayError(_FieldError):
    """An exported chain is not true."""


class ExportError(LedgerError):
    """The chain could not be exported."""


class ImportChainError(LedgerError):
    """The chain file could not be imported."""


class UnknownBlockError(LedgerError):
    """header not found"""


class RpcError(LedgerError):
    """Internal error"""

    code = -32603

    def __init__(self, reason: str | None = None, data: Any = None) -> None:
        super().__init__(reason)
        self.data = data

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "message": self.reason}
        if self.data is not None:
            body["data"] = self.data
        return body


class TransactionError(RpcError):
    """transaction refused"""

    code = -32000


class ReplacedError(TransactionError):
    """Another transaction of this sender has the same nonce and pays more; `data` is its hash."""

    def __init__(self, by: str) -> None:
        super().__init__(f"replaced by {by}, which has the same nonce and pays more", by)


class SenderNotAuthorizedError(TransactionError):
    """Sender account not authorized to send transactions"""

    code = -32007


class ParseError(RpcError):
    """parse error"""

    code = -32700


class InvalidRequestError(RpcError):
    """invalid request"""

    code = -32600


class MethodNotFoundError(RpcError):
    """the method does not exist/is not available"""

    code = -32601


class InvalidParamsError(RpcError):
    """invalid argument"""

    code = -32602


class ExecutionRevertedError(RpcError):
    """execution reverted"""

    code = 3


class ExecutionFailedError(RpcError):
    """execution failed"""

    code = -32000


class StatePrunedError(RpcError):
    """the state of this block is not kept here"""

    code = -32000


class LimitExceededError(RpcError):
    """limit exceeded"""

    code = -32005


class StillPendingError(RpcError):
    """The transaction was taken and waits; ask for its receipt by its hash."""

    code = 4
    """As EIP-7966 has it; `data` is the hash."""


class NotAllowedError(RpcError):
    """the token does not allow this method"""

    code = -32604
