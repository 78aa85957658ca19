"""azukari recovery rotate, rewrap: a new key for one's account, and what is kept for it wrapped anew for that key."""

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from pds_adapter.sealing import keys
    from wallet_cli import bank_client, entrusted_keys, former_keys, open_grants, rewrapping
    from wallet_cli.bank_client import BankClient
    from wallet_cli.former_keys import FormerKey
    from wallet_cli.signing import rotation
    from wallet_cli.signing.signer import Signer
    from wallet_cli.views import boxes
else:
    bank_client = later("wallet_cli.bank_client")
    entrusted_keys = later("wallet_cli.entrusted_keys")
    former_keys = later("wallet_cli.former_keys")
    keys = later("pds_adapter.sealing.keys")
    open_grants = later("wallet_cli.open_grants")
    rewrapping = later("wallet_cli.rewrapping")
    rotation = later("wallet_cli.signing.rotation")
    boxes = later("wallet_cli.views.boxes")


def add_rotation_commands(app: typer.Typer) -> None:
    """They belong to `azukari recovery`."""
    command(app, "rotate", "alice-2 --wallet alice")(rotate)
    command(app, "rewrap", "--wallet alice-2")(rewrap)


def rotate(
    invocation: Invocation,
    to: Annotated[str, typer.Argument()],
    keep_grants: Annotated[bool, typer.Option("--keep-grants")] = False,
    yes: Yes = False,
) -> None:
    """Both wallets are on this machine; the passphrase opens both, or is asked for each. Grants end unless told: who
    had the old key may have given some.

    1. What a rotation that died left is taken up. 2. The former key waits at the bank, sealed to the new one. 3. The
    ledger. 4. Everything is wrapped anew.
    """
    say = invocation.messages
    invocation.keystore.entry(to)
    key = invocation.keystore.unlock(to, invocation.passphrase(said("ask-passphrase", wallet=to)))
    renewed = bank_client.BankClient(invocation.connection, key)
    account = _account_of(renewed)
    if account is not None:  # 1.
        new = replace(invocation.signer_for(account), key=key)
        waiting = former_keys.waiting(renewed.kept_keys, new)
        if waiting:
            invocation.output.result(*_wrapped(invocation, renewed, new, waiting))
            return
    signer = invocation.signer
    new = replace(signer, key=key)
    marks = _tell(invocation, keep_grants)
    invocation.confirm(say("ask-recovery", account=signer.account, key=str(key.address)), yes)
    former = former_keys.FormerKey(signer.encryption, str(signer.key.address), marks)
    follows = _kept(invocation, signer, former, new)  # 2.
    receipt = invocation.client.send(rotation.rotate_key(signer, new))  # 3.
    if not follows:
        invocation.output.result(receipt, say("done-rotated", account=signer.account, wallet=to))
        return
    invocation.output.say(say("done-rotated", account=signer.account, wallet=to))
    told, text = _wrapped(invocation, renewed, new, [former])  # 4.
    invocation.output.result(receipt.model_dump(mode="json") | told, text)


def _kept(invocation: Invocation, signer: "Signer", former: "FormerKey", new: "Signer") -> bool:
    """Whether this bank keeps the former key; one of an older program does not, and nothing could follow by itself."""
    try:
        former_keys.keep(invocation.client.kept_keys, signer.account, former, new.encryption)
    except BankProblemError as problem:
        if problem.status != 404:
            raise
        invocation.output.say(invocation.messages("line-older-bank-keys"))
        return False
    return True


def rewrap(invocation: Invocation, old: Annotated[str | None, typer.Option("--old")] = None) -> None:
    """With the new wallet: what a rotation that died left; by what guardians contributed; or by the old wallet."""
    told, text = open_entrusted(invocation, old)
    invocation.output.result(told, text)


def open_entrusted(invocation: Invocation, old: str | None = None) -> tuple[dict[str, Any], str]:
    """Wrap everything anew by the former key, if there is a way to it. Raises EvidenceError where guardians' parts are
    too few.
    """
    client, signer = invocation.client, invocation.signer
    found = former_keys.waiting(client.kept_keys, signer)
    if not found:
        pair = entrusted_keys.put_together(client.kept_keys, signer) if old is None else _old(invocation, old)
        if pair is None or pair.public == signer.encryption.public:
            return {"documents": 0, "records": 0}, invocation.messages("done-nothing-to-wrap")
        former = former_keys.FormerKey(pair, "")
        former_keys.keep(client.kept_keys, signer.account, former, signer.encryption)
        found = [former]
    return _wrapped(invocation, client, signer, found)


def _old(invocation: Invocation, wallet: str) -> "keys.KeyPair":
    invocation.keystore.entry(wallet)
    key = invocation.keystore.unlock(wallet, invocation.passphrase(said("ask-passphrase", wallet=wallet)))
    return keys.KeyPair.from_wallet_key(bytes(key.key))


def _account_of(client: "BankClient") -> str | None:
    """Of a key that is an account's already."""
    try:
        return client.account
    except BankProblemError as problem:
        if problem.status != 401:
            raise
        return None


def _tell(invocation: Invocation, keep_grants: bool) -> frozenset[str]:
    """How much there is to be wrapped, whom this key lets read, and what others let this account read, which they must
    let it read anew. The marks of the grants that are to go on: of none but those shown.
    """
    say, client = invocation.messages, invocation.client
    kept = client.files.files().files, client.member.documents()
    count = len(kept[0]) + sum(one.box.startswith(rewrapping.RECORDS) for one in kept[1])
    invocation.output.say(say("line-rotation-wraps", count=str(count)))
    found = open_grants.open_grants(client, invocation.signer, invocation.connection.url)
    marks = open_grants.own_marks(found, invocation.signer)
    if marks:
        invocation.output.show(boxes.open_grants(say, [one for one in found if one.mark in marks]))
        invocation.output.say(say("line-rotation-grants-go-on" if keep_grants else "line-rotation-grants-end"))
    received = len(client.file_grants.received()) + len(client.boxes.received())
    if received:
        invocation.output.say(say("line-rotation-received", count=str(received)))
    return marks if keep_grants else frozenset()


def _wrapped(
    invocation: Invocation, client: "BankClient", signer: "Signer", formers: "list[FormerKey]"
) -> tuple[dict[str, Any], str]:
    say, done = invocation.messages, None
    with invocation.output.progress() as bar:
        for former in formers:
            told = partial(_shown, bar, bar.add_task(say("done-documents"), total=None))
            done = rewrapping.wrap_all(client, signer, invocation.connection.url, former, told)
    if done is None:
        raise EvidenceError(said("error-former-key"))
    numbers = {"documents": str(done.documents), "records": str(done.records), "grants": str(done.grants)}
    lines = [say("done-wrapped", **numbers)]
    if done.ended:
        lines.append(say("line-wrapped-ended", count=str(done.ended)))
    if done.closed:
        lines.append(say("line-wrapped-closed", count=str(len(done.closed)), names=", ".join(done.closed[:10])))
    return asdict(done), "\n".join(lines)


def _shown(bar: "Progress", task: "TaskID", part: int, whole: int) -> None:
    bar.update(task, completed=part, total=whole)
