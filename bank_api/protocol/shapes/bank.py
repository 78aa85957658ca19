"""The bank itself, and the way in."""

from typing import Any

from bank_api.protocol.fields import Shape


class Health(Shape):
    status: str
    ledger: dict[str, Any]
    time: int


class Ready(Shape):
    status: str
    block_number: int


class Terms(Shape):
    statement: str
    text: str
    language: str
    hash: str


class BankInfo(Shape):
    name: str
    chain_id: int
    genesis_header: str
    """The RLP of the ledger's first header, which names the signers."""
    deployment: dict[str, Any]
    operator: str
    terms: Terms
    release_public_key: str
    time: int
    limits: dict[str, Any]


class Replayed(Shape):
    """How far somebody of their own has executed the chain again."""

    block_number: int
    witness: str | None
    """Whose key signed a checkpoint of it."""
    checkpoint_number: int | None


class DeploymentInfo(Shape):
    chain_id: int
    operator: str
    contracts: dict[str, str]
    """Address by name."""
    served_by: str
    """`bank`, or `follower`: a stranger who executes every block again and has no part in the bank."""
    replayed: Replayed | None = None


class LedgerAnswer(Shape):
    """A JSON-RPC 2.0 answer of the ledger: a result, or an error with the node's code."""

    jsonrpc: str
    id: int
    result: dict[str, Any] | list[Any] | str | bool | None = None
    error: dict[str, Any] | None = None


class LoginChallenge(Shape):
    message: str
    expires_at: int


class Login(Shape):
    token: str
    account: str
    roles: list[str]
    expires_at: int


class Invited(Shape):
    created: int
    existing: int
