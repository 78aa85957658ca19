"""azukari escrow reshare, close-reshare; azukari custodian deal: custodians join, leave, or take another's place."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.handed_file import read_handed, write_handed
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.escrows import Custodian, EscrowView
    from chaincode.typed_data import EscrowPolicy
    from wallet_cli import resharing
    from wallet_cli.signing import escrow as signing
    from wallet_cli.views import escrow as views
else:
    resharing = later("wallet_cli.resharing")
    signing = later("wallet_cli.signing.escrow")
    views = later("wallet_cli.views.escrow")

RESHARABLE = ("active", "opened")


def add_escrow_resharing(app: typer.Typer) -> None:
    command(app, "reshare", "0x9d02 --leave Lawyer --join Notary --out round.json")(reshare)
    command(app, "close-reshare", "round.json deal-1.json deal-2.json")(close_reshare)


def add_custodian_resharing(app: typer.Typer) -> None:
    command(app, "deal", "round.json --out deal.json --yes")(deal)


def reshare(
    invocation: Invocation,
    out: Annotated[Path, typer.Option()],
    escrow: Annotated[str | None, typer.Argument()] = None,
    join: Annotated[list[str] | None, typer.Option()] = None,
    leave: Annotated[list[str] | None, typer.Option()] = None,
    threshold: Annotated[int | None, typer.Option()] = None,
    dealer: Annotated[list[str] | None, typer.Option()] = None,
) -> None:
    me, listed = invocation.client.account, invocation.client.escrow.escrows()
    mine = {one.escrow_id: one for one in listed if one.owner == me and one.state in RESHARABLE}
    chosen = _proven(invocation, mine[find_by_prefix(escrow, mine, "ESCROW")])
    known = invocation.client.escrow.custodians()
    leaving = [_leaving(known, chosen, text) for text in leave or []]
    joining = [one.account for one in custodians_named(known, join or [], "--join")]
    staying = [account for account in chosen.custodians if account not in leaving]
    check_listed(known, staying)
    dealing = [one.account for one in custodians_named(known, dealer or [], "--dealer")]
    dealing = dealing or [*staying, *leaving][: chosen.threshold]
    asked = resharing.open_round(
        invocation.signer, chosen, [*staying, *joining], threshold or chosen.threshold, dealing
    )
    write_handed(out, asked)
    names = {one.account: one.name for one in known}
    dealers = ", ".join(names.get(account, account) for account in asked.dealers)
    told = asked.model_dump(mode="json") | {"file": str(out)}
    invocation.output.result(told, invocation.messages("done-reshare-asked", file=str(out), dealers=dealers))


def deal(
    invocation: Invocation,
    round_file: Annotated[Path, typer.Argument(metavar="ROUND")],
    out: Annotated[Path, typer.Option()],
    yes: Yes = False,
) -> None:
    asked = read_handed(round_file, resharing.Round, "rule-no-round")
    me, listed = invocation.client.account, invocation.client.escrow.escrows()
    mine = {one.escrow_id: one for one in listed if me in one.custodians}
    chosen = _proven(invocation, mine[find_by_prefix(asked.escrow_id, mine, "ROUND")])
    resharing.check_round(asked, chosen, invocation.proven.account(chosen.owner), invocation.clock())
    resharing.check_dealer(me, asked)
    people = _next_custodians(invocation, asked)
    names = ", ".join(people)
    invocation.output.show(views.round_of_deals(invocation.messages, chosen.title, list(people), asked.threshold))
    invocation.confirm(invocation.messages("ask-deal", title=chosen.title, names=names), yes)
    share = signing.receive_share(invocation.signer, chosen, invocation.client.escrow.share(chosen.escrow_id))
    write_handed(out, resharing.deal(invocation.signer, chosen, asked, list(people.values()), share))
    told = {"escrow_id": chosen.escrow_id, "index": share.index, "file": str(out)}
    invocation.output.result(told, invocation.messages("done-dealt", file=str(out)))


def close_reshare(
    invocation: Invocation,
    round_file: Annotated[Path, typer.Argument(metavar="ROUND")],
    deals: Annotated[list[Path], typer.Argument()],
) -> None:
    asked = read_handed(round_file, resharing.Round, "rule-no-round")
    dealt = [read_handed(one, resharing.Dealt, "rule-no-round") for one in deals]
    listed = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    chosen = _proven(invocation, listed[find_by_prefix(asked.escrow_id, listed, "ROUND")])
    resharing.check_round(asked, chosen, invocation.proven.account(chosen.owner), invocation.clock())
    people = list(_next_custodians(invocation, asked).values())
    draft = resharing.close_round(invocation.signer, chosen, asked, dealt, people)
    closed = _closed_before(invocation, listed.values(), draft.signed.struct)
    if closed is not None:
        text = invocation.messages("done-reshared", id=closed, before=chosen.escrow_id)
        invocation.output.result({"id": closed, "repeated": True}, text)
        return
    receipt = invocation.client.send(draft)
    text = invocation.messages("done-reshared", id=receipt.id, before=chosen.escrow_id)
    invocation.output.result(receipt, text)


def check_listed(known: "list[Custodian]", staying: list[str]) -> None:
    """Who stays needs a key that the others can seal to: the bank lists it for custodians, and for nobody else."""
    listed = {one.account for one in known}
    missing = next((account for account in staying if account not in listed), None)
    if missing is not None:
        raise InputError(
            "--leave", said("rule-reshare-unlisted", who=missing), said("hint-reshare-unlisted", who=missing)
        )


def _closed_before(invocation: Invocation, listed: "Iterable[EscrowView]", policy: "EscrowPolicy") -> str | None:
    """The escrow that these very deals made already: sent again, nobody shall be asked to hold another share."""
    wanted = (to_hex(policy.replaces), to_hex(policy.commitments_hash))
    made = next((one for one in listed if (one.replaces, one.commitments_hash) == wanted), None)
    return None if made is None else _proven(invocation, made).escrow_id


def _leaving(known: "list[Custodian]", escrow: "EscrowView", text: str) -> str:
    """A custodian of the escrow, by address too where the bank lists that one no longer."""
    own = {account.lower(): account for account in escrow.custodians}
    account = own.get(text.lower()) or custodians_named(known, [text], "--leave")[0].account
    if account not in escrow.custodians:
        raise InputError("--leave", said("rule-no-custodian-of-it"))
    return account


def custodians_named(known: "list[Custodian]", chosen: list[str], option: str) -> "list[Custodian]":
    """Custodians by address or by name, in the order given."""
    people = []
    for text in chosen:
        found = [one for one in known if text.lower() in (one.account.lower(), one.name.lower())]
        if not found:
            raise InputError(option, said("rule-not-enrolled", who=text), said("hint-escrow-custodians"))
        if len(found) > 1:
            raise InputError(option, said("rule-name-of-several", who=text, count=len(found)))
        people.append(found[0])
    return people


def _proven(invocation: Invocation, escrow: "EscrowView") -> "EscrowView":
    return signing.check_policy(escrow, invocation.proven.policy_hash(escrow.escrow_id))


def _next_custodians(invocation: Invocation, asked: "resharing.Round") -> "dict[str, signing.KnownCustodian]":
    """By name, in the round's order, each with the key that the ledger has."""
    known = {one.account: one for one in invocation.client.escrow.custodians()}
    missing = next((account for account in asked.custodians if account not in known), None)
    if missing is not None:
        raise InputError("ROUND", said("rule-not-enrolled", who=missing), said("hint-escrow-custodians"))
    listed = [known[account] for account in asked.custodians]
    return {one.name: signing.known_custodian(one, invocation.proven.account(one.account)) for one in listed}
