"""azukari escrow: entrust a document to custodians; get it back when the key is lost."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group

from bank_api.protocol.shapes import Custodian
from wallet_cli.commands.custodian import find_opening
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.moments import parse_length
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import write_private
from wallet_cli.signing.escrow import ask_opening, entrust_document, open_own_document, recover_document, veto_opening
from wallet_cli.views import escrow as views

app = typer.Typer(help="Documents whose key is split among custodians.", no_args_is_help=True)

EscrowId = Annotated[str, typer.Argument(help="Id of the escrow, or its first digits.")]
OpeningId = Annotated[str, typer.Argument(help="Id of the opening, or its first digits.")]
Out = Annotated[Path, typer.Option(help="New file for the document.")]


@command(app, "custodians")
def custodians(invocation: Invocation) -> None:
    """List the custodians you can choose from.

    Example: azukari escrow custodians
    """
    found = invocation.client.escrow.custodians()
    invocation.output.result({"custodians": found}, views.custodians(found))


@command(app, "create")
def create(
    invocation: Invocation,
    document: Annotated[Path, typer.Argument(help="The file to entrust.")],
    chosen: Annotated[list[str], typer.Option("--custodian", help="Address or name; one for each custodian.")],
    threshold: Annotated[int, typer.Option(help="How many custodians can open it together.")],
    title: Annotated[str | None, typer.Option(help="What custodians read; the file's name if not given.")] = None,
    delay: Annotated[str, typer.Option(help="How long an opening waits for your veto: 3d.")] = "3d",
) -> None:
    """Seal a document and deal a share of its key to each custodian. It is active once all have acknowledged.

    Example: azukari escrow create will.pdf --custodian Guardian --custodian Lawyer --custodian 0x7E5F... --threshold 2
    """
    try:
        content = document.read_bytes()
    except OSError as error:
        raise InputError("document", f"{document} cannot be read: {error.strerror}") from error
    people = _people(invocation.client.escrow.custodians(), chosen)
    seconds = parse_length(delay, "--delay")
    deposit = entrust_document(invocation.signer, title or document.name, content, people, threshold, seconds)
    receipt = invocation.client.send(deposit)
    text = f"Entrusted as {receipt.id}: any {threshold} of {len(people)} can open it, once all have acknowledged."
    invocation.output.result(receipt, text)


@command(app, "status")
def status(
    invocation: Invocation,
    escrow: Annotated[str | None, typer.Argument(help="Only this one, with its openings.")] = None,
) -> None:
    """Show your escrows, or one with its openings.

    Example: azukari escrow status 0x9d02
    """
    me, found = invocation.client.account, invocation.client.escrow.escrows()
    if escrow is None:
        invocation.output.result({"escrows": found}, views.escrows(found, me))
        return
    escrow_id = find_by_prefix(escrow, (one.escrow_id for one in found), "escrow")
    chosen = next(one for one in found if one.escrow_id == escrow_id)
    openings = [invocation.client.escrow.opening(opening) for opening in chosen.openings]
    document = chosen.model_dump(mode="json") | {"openings": [one.model_dump(mode="json") for one in openings]}
    tables = [views.opening(invocation.messages, one) for one in openings]
    invocation.output.result(document, Group(views.escrows([chosen], me), *tables))


@command(app, "open")
def ask(
    invocation: Invocation,
    escrow: EscrowId,
    reason: Annotated[str, typer.Option(help="Why; the owner and the custodians read it.")],
) -> None:
    """Ask that an escrow be opened to this wallet. The owner may veto until the delay is over.

    Example: azukari escrow open 0x9d02 --reason "I lost my key"
    """
    found = invocation.client.escrow.escrows()
    escrow_id = find_by_prefix(escrow, (one.escrow_id for one in found), "escrow")
    asked = ask_opening(invocation.signer, escrow_id, reason)
    receipt = invocation.client.send(asked)
    view = invocation.client.escrow.opening(receipt.id)
    document = receipt.model_dump(mode="json") | {"opening_id": view.opening_id, "ready_at": view.ready_at}
    invocation.output.result(document, views.opening(invocation.messages, view))


@command(app, "recover")
def recover(invocation: Invocation, opening: OpeningId, out: Out) -> None:
    """Open the document with the custodians' contributions; each is verified, and a false one is named.

    Example: azukari escrow recover 0x0e11 --out will.pdf
    """
    opening_id, escrow = find_opening(invocation, opening)
    view = invocation.client.escrow.opening(opening_id)
    content = recover_document(invocation.signer, escrow, view)
    _deliver(invocation, escrow.escrow_id, content, out)


@command(app, "read")
def read(invocation: Invocation, escrow: EscrowId, out: Out) -> None:
    """Read your own document, with the key it was sealed by; nobody else is needed.

    Example: azukari escrow read 0x9d02 --out will.pdf
    """
    escrows = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    chosen = escrows[find_by_prefix(escrow, escrows, "escrow")]
    _deliver(invocation, chosen.escrow_id, open_own_document(invocation.signer, chosen), out)


@command(app, "veto")
def veto(invocation: Invocation, opening: OpeningId, yes: Yes = False) -> None:
    """Stop an opening that you, the owner, did not want.

    Example: azukari escrow veto 0x0e11 --yes
    """
    opening_id, escrow = find_opening(invocation, opening)
    invocation.confirm(f"Stop this opening of {escrow.title}?", yes)
    receipt = invocation.client.send(veto_opening(invocation.signer, opening_id))
    invocation.output.result(receipt, "Stopped.")


def _deliver(invocation: Invocation, escrow_id: str, content: bytes, out: Path) -> None:
    write_private(out, content, "--out")
    document = {"escrow_id": escrow_id, "file": str(out), "bytes": len(content)}
    invocation.output.result(document, f"{len(content)} bytes, as entrusted, in {out}")


def _people(known: list[Custodian], chosen: list[str]) -> list[Custodian]:
    """Custodians by address or by name, in the order given."""
    people = []
    for text in chosen:
        found = [one for one in known if text.lower() in (one.account.lower(), one.name.lower())]
        if not found:
            raise InputError("--custodian", f"{text} is not enrolled", "azukari escrow custodians lists them")
        if len(found) > 1:
            raise InputError("--custodian", f"{text} is the name of {len(found)} of them; give the address")
        people.append(found[0])
    return people
