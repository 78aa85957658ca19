"""azukari escrow: entrust a document to custodians; get it back when the key is lost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from chaincode.ids import EMPTY_ID, NOBODY, id_from_hex
from wallet_cli.commands import slip39
from wallet_cli.commands.custodian import find_opening
from wallet_cli.commands.papers import add_escrow_papers
from wallet_cli.commands.resharing import add_escrow_resharing, custodians_named
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_length
from wallet_cli.output import find_account, find_by_prefix
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from wallet_cli.signing import escrow as signing
    from wallet_cli.views import escrow as views
else:
    signing = later("wallet_cli.signing.escrow")
    views = later("wallet_cli.views.escrow")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(slip39.app, name="slip39")
add_escrow_papers(app)
add_escrow_resharing(app)

EscrowId = Annotated[str | None, typer.Argument()]
OpeningId = Annotated[str | None, typer.Argument()]
Out = Annotated[Path, typer.Option()]


@command(app, "custodians", listing=True)
def custodians(invocation: Invocation) -> None:
    found = invocation.client.escrow.custodians()
    invocation.output.result({"custodians": found}, views.custodians(invocation.messages, found))


@command(app, "create", "will.pdf --custodian Guardian --custodian Lawyer --custodian 0x7E5F... --threshold 2")
def create(
    invocation: Invocation,
    document: Annotated[Path, typer.Argument()],
    chosen: Annotated[list[str], typer.Option("--custodian")],
    threshold: Annotated[int, typer.Option()],
    title: Annotated[str | None, typer.Option()] = None,
    delay: Annotated[str, typer.Option()] = "3d",
    heir: Annotated[str | None, typer.Option()] = None,
    replaces: Annotated[str | None, typer.Option()] = None,
) -> None:
    content = read_given(document, "DOCUMENT")
    listed = custodians_named(invocation.client.escrow.custodians(), chosen, "--custodian")
    people = [signing.known_custodian(one, invocation.proven.account(one.account)) for one in listed]
    seconds = parse_length(delay, "--delay")
    named, before = _heir(heir), _mine(invocation, replaces)
    deposit = signing.entrust_document(
        invocation.signer, title or document.name, content, people, threshold, seconds, named, before
    )
    receipt = invocation.client.send(deposit)
    text = invocation.messages("done-entrusted", id=receipt.id, threshold=threshold, count=len(people))
    invocation.output.result(receipt, text)


@command(app, "status", "0x9d02", listing=True)
def status(
    invocation: Invocation,
    escrow: Annotated[str | None, typer.Argument()] = None,
) -> None:
    me, found = invocation.client.account, invocation.client.escrow.escrows()
    if escrow is None:
        invocation.output.result({"escrows": found}, views.escrows(invocation.messages, found, me))
        return
    escrow_id = find_by_prefix(escrow, (one.escrow_id for one in found), "ESCROW")
    chosen = next(one for one in found if one.escrow_id == escrow_id)
    openings = [invocation.client.escrow.opening(opening) for opening in chosen.openings]
    document = chosen.model_dump(mode="json") | {"openings": [one.model_dump(mode="json") for one in openings]}
    invocation.output.result(document, views.escrow(invocation.messages, chosen, openings, me))


@command(app, "open", '0x9d02 --reason "I lost my key"')
def ask(
    invocation: Invocation,
    reason: Annotated[str, typer.Option()],
    escrow: EscrowId = None,
) -> None:
    found = invocation.client.escrow.escrows()
    escrow_id = find_by_prefix(escrow, (one.escrow_id for one in found), "ESCROW")
    asked = signing.ask_opening(invocation.signer, escrow_id, reason)
    receipt = invocation.client.send(asked)
    view = invocation.client.escrow.opening(receipt.id)
    document = receipt.model_dump(mode="json") | {"opening_id": view.opening_id, "ready_at": view.ready_at}
    heir = next(one.heir for one in found if one.escrow_id == escrow_id)
    invocation.output.result(document, views.opening(invocation.messages, view, heir))


@command(app, "recover", "0x0e11 --out will.pdf")
def recover(invocation: Invocation, out: Out, opening: OpeningId = None) -> None:
    opening_id, escrow = find_opening(invocation, opening or _newest_of_mine(invocation))
    signing.check_policy(escrow, invocation.proven.policy_hash(escrow.escrow_id))
    view = invocation.client.escrow.opening(opening_id)
    content = signing.recover_document(invocation.signer, escrow, view)
    _deliver(invocation, escrow.escrow_id, content, out)


@command(app, "read", "0x9d02 --out will.pdf")
def read(invocation: Invocation, out: Out, escrow: EscrowId = None) -> None:
    escrows = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    listed = escrows[find_by_prefix(escrow, escrows, "ESCROW")]
    chosen = signing.check_policy(listed, invocation.proven.policy_hash(listed.escrow_id))
    _deliver(invocation, chosen.escrow_id, signing.open_own_document(invocation.signer, chosen), out)


@command(app, "veto", "0x0e11 --yes")
def veto(invocation: Invocation, opening: OpeningId = None, yes: Yes = False) -> None:
    opening_id, escrow = find_opening(invocation, opening)
    invocation.confirm(invocation.messages("ask-veto", title=escrow.title), yes)
    receipt = invocation.client.send(signing.veto_opening(invocation.signer, opening_id))
    invocation.output.result(receipt, invocation.messages("done-vetoed"))


def _newest_of_mine(invocation: Invocation) -> str | None:
    """The opening that this account asked for last; None without any."""
    client = invocation.client
    asked = [client.escrow.opening(opening) for one in client.escrow.escrows() for opening in one.openings]
    mine = [one for one in asked if one.requester == client.account]
    return max(mine, key=lambda one: one.ready_at).opening_id if mine else None


def _deliver(invocation: Invocation, escrow_id: str, content: bytes, out: Path) -> None:
    write_private(out, content, "--out")
    document = {"escrow_id": escrow_id, "file": str(out), "bytes": len(content)}
    invocation.output.result(document, invocation.messages("done-delivered", bytes=len(content), file=str(out)))


def _heir(text: str | None) -> str:
    """An account, which the contract asks to be one; the empty address without any."""
    return NOBODY if text is None else find_account(text, "--heir")


def _mine(invocation: Invocation, prefix: str | None) -> bytes:
    """An escrow of my own; the empty id without any."""
    if prefix is None:
        return EMPTY_ID
    mine = [one.escrow_id for one in invocation.client.escrow.escrows() if one.owner == invocation.client.account]
    return id_from_hex(find_by_prefix(prefix, mine, "--replaces"), "--replaces")
