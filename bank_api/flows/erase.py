"""Erase: everything kept for a member is destroyed, by the member's own signed word.

The plan of `erase`; every step is safe to repeat, and the same word again goes on where a death left off:
1. the word is this account's, for this bank, of now; nobody in an office and nobody whose key is being replaced;
2. what only the member can sign is done: consents withdrawn, coins back with the bank (what cannot be sent lapses);
3. the word is kept;
4. documents are destroyed wherever they rest, with all that opens them;
5. the person's name leaves the history of releases;
6. escrowed documents go, with all shares of their keys;
7. name, e-mail address, invitation and sessions go;
8. the ledger records it last. From then on no login is taken, and a bank put back from an older copy erases again.
"""

from dataclasses import dataclass

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError
from bank_api.flows import release_history
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.erasure import REASON_HASH, SECONDS, ErasureBody, erasure_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.erasure import Erased
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import ErasureRow
from bank_api.views.erasure import erased_accounts, erased_at, free_coins, in_force
from chaincode.bindings import Role


@dataclass(frozen=True, slots=True)
class Destroyed:
    documents: int
    wraps: int
    series: int
    escrows: int


def erase(bank: Bank, caller: Caller, body: ErasureBody) -> Erased:
    """See the plan above. Raises InvalidInputError, ConflictError, StoreUnavailableError, LedgerUnavailableError."""
    bank.index.catch_up()
    _check_word(bank, caller, body)  # 1.
    _check_standing(bank, caller.account)
    _check_signed_off(bank, caller.account)  # 2.
    row = ErasureRow(account=caller.account, until=body.until, signature=body.signature)
    bank.directory.save_erasure(row)  # 3.
    gone = destroy(bank, caller.account, body.leave_own_place)  # 4. to 7.
    recorded = _record(bank, caller.account)  # 8.
    bank.index.catch_up()
    at = erased_at(bank, caller.account) or bank.ledger_time()
    bank.directory.save_erasure(ErasureRow(**row.model_dump() | {"erased_at": at}))
    return Erased(
        account=caller.account,
        erased_at=at,
        documents=gone.documents,
        wraps=gone.wraps,
        series=gone.series,
        escrows=gone.escrows,
        block_number=recorded.block_number if recorded else None,
        transaction_hash=recorded.transaction_hash if recorded else None,
    )


def destroy(bank: Bank, account: str, leave_own_place: bool = False) -> Destroyed:
    """Steps 4 to 7, which concern nothing but what the bank keeps."""
    with bank.pds.moving(account):
        documents = bank.pds.erase(account, bank.clock(), leave_own=leave_own_place)  # 4.
    series = release_history.forget(bank, account)  # 5.
    escrows = bank.escrows.forget_owner(account)  # 6.
    found = bank.index.account(account)
    bank.directory.forget_person(account, found.key if found else account)  # 7.
    bank.rights.forget(account)
    bank.registrations.forget(account)
    bank.notices.forget(account)
    bank.files.forget(account)
    bank.boxes.forget(account)
    bank.kept_keys.forget(account)
    bank.database.let_go_of_the_log()
    return Destroyed(documents.documents, documents.wraps, series, escrows)


def erase_again(bank: Bank) -> list[str]:
    """After a restore: destroy what the copy brought back of people whom the ledger says were erased."""
    back = [account for account in erased_accounts(bank) if _is_here(bank, account)]
    for account in back:
        destroy(bank, account, leave_own_place=True)
    return back


def _is_here(bank: Bank, account: str) -> bool:
    return bank.directory.person(account) is not None or bank.pds.is_open(account)


def _check_word(bank: Bank, caller: Caller, body: ErasureBody) -> None:
    now = bank.clock()
    if not now <= body.until <= now + 2 * SECONDS:
        raise InvalidInputError("until", said("rule-erasure-time"), hint=said("hint-sign-again"))
    text = erasure_text(bank.here.url, caller.account, body.until)
    check_signed(caller.key, text, body.signature, "rule-erasure-signer")


def _check_standing(bank: Bank, account: str) -> None:
    found = bank.index.account(account)
    if found is not None and found.is_resting:
        raise ConflictError(said("refusal-erase-recovering"))
    if found is not None and found.roles & ~Role.MEMBER:
        raise ConflictError(said("refusal-erase-office"), hint=said("hint-erase-office"))


def _check_signed_off(bank: Bank, account: str) -> None:
    waiting = len(in_force(bank, account))
    if waiting:
        raise ConflictError(said("refusal-erase-consents", count=waiting), hint=said("hint-erase"))
    coins, _ = free_coins(bank, account)
    if coins:
        raise ConflictError(said("refusal-erase-coins", coins=coins), hint=said("hint-erase"))


def _record(bank: Bank, account: str) -> Receipt | None:
    """The ledger's record; nothing for who is no member any more."""
    found = bank.index.account(account)
    if found is None or not found.roles & Role.MEMBER:
        return None
    return receipt(bank.contracts.membership.dismiss(bank.transactor, account, Role.MEMBER, REASON_HASH))
