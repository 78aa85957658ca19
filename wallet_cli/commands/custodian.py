"""azukari custodian: hold verified shares, and contribute them to openings."""

from typing import Annotated

import typer

from bank_api.protocol.shapes import EscrowView
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.output import find_by_prefix
from wallet_cli.signing.escrow import acknowledge_share, contribute_share, receive_share
from wallet_cli.views import escrow as views

app = typer.Typer(help="What a custodian (guardian, lawyer, colleague) does.", no_args_is_help=True)


@command(app, "shares")
def shares(invocation: Invocation) -> None:
    """List the escrows you hold a share of.

    Example: azukari custodian shares
    """
    me, found = invocation.client.account, invocation.client.escrow.escrows()
    mine = [escrow for escrow in found if me in escrow.custodians]
    invocation.output.result({"escrows": mine}, views.escrows(mine, me))


@command(app, "acknowledge")
def acknowledge(
    invocation: Invocation, escrow: Annotated[str, typer.Argument(help="Id of the escrow, or its first digits.")]
) -> None:
    """Open your share, verify it against the commitments and the owner's policy, and sign that you hold it.

    Example: azukari custodian acknowledge 0x9d02
    """
    escrows = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    chosen = escrows[find_by_prefix(escrow, escrows, "escrow")]
    share = receive_share(invocation.signer, chosen, invocation.client.escrow.share(chosen.escrow_id))
    receipt = invocation.client.send(acknowledge_share(invocation.signer, chosen, share))
    document = receipt.model_dump(mode="json") | {"index": share.index, "threshold": share.threshold, "verified": True}
    text = f"Share {share.index} of {share.holders} fits the commitments; acknowledged. Any {share.threshold} can open."
    invocation.output.result(document, text)


@command(app, "contribute")
def contribute(
    invocation: Invocation,
    opening: Annotated[str, typer.Argument(help="Id of the opening, or its first digits.")],
    yes: Yes = False,
) -> None:
    """Contribute your share to an opening, sealed to whoever asked; it is verified first.

    Example: azukari custodian contribute 0x0e11 --yes
    """
    chosen, escrow = find_opening(invocation, opening)
    view = invocation.client.escrow.opening(chosen)
    invocation.output.show(views.opening(invocation.messages, view))
    invocation.confirm(f"Contribute your share of {escrow.title}?", yes)
    share = receive_share(invocation.signer, escrow, invocation.client.escrow.share(escrow.escrow_id))
    draft = contribute_share(invocation.signer, escrow, view, share)
    receipt = invocation.client.send(draft)
    invocation.output.result(receipt, f"Contributed share {share.index}.")


def find_opening(invocation: Invocation, prefix: str) -> tuple[str, EscrowView]:
    """An opening of one of my escrows, and that escrow."""
    escrows = {opening: one for one in invocation.client.escrow.escrows() for opening in one.openings}
    opening_id = find_by_prefix(prefix, escrows, "opening")
    return opening_id, escrows[opening_id]
