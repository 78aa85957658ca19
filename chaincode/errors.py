"""Everything `chaincode` raises, under one root.

    ChaincodeError
    ├── MessageError            a signed message is not in its one canonical form
    ├── ContractRefusedError    a contract said no, with its reason
    ├── OutOfGasError           a transaction needed more gas than it was given; nothing of it happened
    ├── LedgerUnavailableError  the node did not answer
    ├── LedgerRefusedError      the node answered, and refused
    ├── DecodeError             what a contract wrote is not what its ABI says
    ├── DeploymentError         the deployed contracts are not the ones expected
    ├── BuildError              a contract does not compile
    └── LayoutError             a variable is not where its contract's storage is said to have it

Contracts refuse with `contract: reason`; `parse_refusal` is the one place that reads that form.
"""

from __future__ import annotations

from chaincode.sentence import worded


class ChaincodeError(Exception):
    """Something in the contracts or their faces went wrong."""


class MessageError(ChaincodeError):
    """A message field breaks a rule of its format."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        """`rule` may be the form of a sentence, for `values` to be put into."""
        self.field = field
        self.rule = worded(rule, values)
        super().__init__(f"{field}: {self.rule}")


class ContractRefusedError(ChaincodeError):
    """A contract refused; the text is what it said."""

    def __init__(self, contract: str, reason: str) -> None:
        self.contract = contract
        self.reason = reason
        super().__init__(f"{contract}: {reason}")


class OutOfGasError(ChaincodeError):
    """A transaction needed more gas than it was given; nothing of it happened."""


class LedgerUnavailableError(ChaincodeError):
    """The ledger node could not be reached or did not seal in time."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"ledger unavailable: {reason}")


class LedgerRefusedError(ChaincodeError):
    """The node answered and refused the request itself, with a JSON-RPC error code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"the ledger refused ({code}): {message}")


class DecodeError(ChaincodeError):
    """A log or an answer of a contract is not what the deployment's ABI says."""

    def __init__(self, reason: str, /, **values: object) -> None:
        self.reason = worded(reason, values)
        super().__init__(self.reason)


class DeploymentError(ChaincodeError):
    """The deployment on the chain is missing, partial or not ours."""

    def __init__(self, reason: str, /, **values: object) -> None:
        self.reason = worded(reason, values)
        super().__init__(f"deployment: {self.reason}")


class BuildError(ChaincodeError):
    """A contract source could not be compiled."""

    def __init__(self, contract: str, reason: str) -> None:
        self.contract = contract
        self.reason = reason
        super().__init__(f"{contract} does not compile: {reason}")


class LayoutError(ChaincodeError):
    """A variable cannot be found in a contract's storage layout."""

    def __init__(self, contract: str, variable: str, reason: str, /, **values: object) -> None:
        self.contract = contract
        self.variable = variable
        self.reason = worded(reason, values)
        super().__init__(f"{contract}.{variable} {self.reason}")


def parse_refusal(text: str) -> ContractRefusedError:
    """Read a revert text; one without `contract: reason` form is reported under `unknown`."""
    bare = text.removeprefix("execution reverted: ").removeprefix("execution reverted").strip()
    contract, separator, reason = bare.partition(": ")
    if not separator or not contract.isidentifier():
        return ContractRefusedError("unknown", bare or "reverted without a reason")
    return ContractRefusedError(contract, reason)
