"""The payload root of a release as a ledger node tells it, for a partner who does not take the bank's word.

The node need not be the bank's: any follower of the chain will do. Code at the contract's address is compared with the
deployment first.
"""

from pathlib import Path

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.deployment import Deployment
from chaincode.errors import LedgerUnavailableError
from chaincode.ids import id_from_hex, to_hex
from wallet_cli.errors import EvidenceError, InputError, NodeUnreachableError
from wallet_cli.foreign_errors import translated_errors


@translated_errors()
def recorded_payload_root(deployment: Deployment, release_id: str, url: str, token_file: Path | None) -> str:
    """Ask a node. Raises EvidenceError if the ledger knows no such release."""
    # web3 takes a second to import, which every other command would pay for.
    from web3 import HTTPProvider, Web3

    from chaincode.bindings import Contracts

    wanted = id_from_hex(release_id, "release_id")
    headers = {"Content-Type": "application/json"}
    if token_file is not None:
        try:
            headers["Authorization"] = f"Bearer {token_file.read_text(encoding='ascii').strip()}"
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("--ledger-token-file", said("rule-cannot-be-read", why=fault(error))) from error
    w3 = Web3(HTTPProvider(url, request_kwargs={"headers": headers}))
    try:
        deployment.verify(w3)
        record = Contracts(w3, deployment).disclosure.release_of(wanted)
    except LedgerUnavailableError as error:
        raise NodeUnreachableError(url, Sentence(error.reason)) from error
    if record is None:
        raise EvidenceError(said("error-ledger-knows-no-release", url=url, release=release_id))
    return to_hex(record.payload_root)
