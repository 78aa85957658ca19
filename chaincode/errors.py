"""Everything that can go wrong in `chaincode`, under one root.

ChaincodeError
├── BuildError               a contract does not compile
├── DeploymentError          a deployment file or the chain under it is not what it says
├── MessageError             a field of a signed message breaks a rule
├── ContractRefusedError     a contract refused a transaction or a call, with its reason
├── DecodeError              a log of our contracts is not one the deployment knows
├── LedgerUnavailableError   the node does not answer
└── LedgerRefusedError       the node answered, and refused
"""


class ChaincodeError(Exception):
    """Something in the bank's rule book went wrong."""


class BuildError(ChaincodeError):
    """A contract does not compile."""


class DeploymentError(ChaincodeError):
    """A deployment file or the chain under it is not what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"deployment {reason}")
        self.reason = reason


class MessageError(ChaincodeError):
    """A field of a signed message breaks a rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field} {rule}")
        self.field = field
        self.rule = rule


class ContractRefusedError(ChaincodeError):
    """A contract refused a transaction or a call."""

    def __init__(self, contract: str, reason: str) -> None:
        super().__init__(f"{contract}: {reason}")
        self.contract = contract
        self.reason = reason


class DecodeError(ChaincodeError):
    """A log of our contracts is not one the deployment knows."""


class LedgerUnavailableError(ChaincodeError):
    """The node does not answer."""


class LedgerRefusedError(ChaincodeError):
    """The node answered, and refused the request."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"the ledger refused with {code}: {message}")
        self.code = code
        self.message = message
