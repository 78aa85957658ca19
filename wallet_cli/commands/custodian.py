"""azukari custodian: hold verified shares, and contribute them to openings."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.encryption_key import add_publish_key
from wallet_cli.commands.papers import add_custodian_papers
from wallet_cli.commands.resharing import add_custodian_resharing
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.escrows import EscrowView
    from wallet_cli.signing import escrow as signing
    from wallet_cli.views import escrow as views
else:
    signing = later("wallet_cli.signing.escrow")
    views = later("wallet_cli.views.escrow")

UNFINISHED = ("waiting", "open")
"""States of an opening that still takes a veto or contributions."""

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_publish_key(app)
add_custodian_papers(app)
add_custodian_resharing(app)


@command(app, "shares", listing=True)
def shares(invocation: Invocation) -> None:
    me, found = invocation.client.account, invocation.client.escrow.escrows()
    mine = [escrow for escrow in found if me in escrow.custodians]
    invocation.output.result({"escrows": mine}, views.escrows(invocation.messages, mine, me))


@command(app, "acknowledge", "0x9d02")
def acknowledge(invocation: Invocation, escrow: Annotated[str | None, typer.Argument()] = None) -> None:
    escrows = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    me = invocation.client.account
    unverified = [one.escrow_id for one in escrows.values() if me in one.custodians and me not in one.acknowledged]
    listed = escrows[find_by_prefix(escrow, escrows, "ESCROW", unverified)]
    chosen = signing.check_policy(listed, invocation.proven.policy_hash(listed.escrow_id))
    share = signing.receive_share(invocation.signer, chosen, invocation.client.escrow.share(chosen.escrow_id))
    receipt = invocation.client.send(signing.acknowledge_share(invocation.signer, chosen, share))
    document = receipt.model_dump(mode="json") | {"index": share.index, "threshold": share.threshold, "verified": True}
    text = invocation.messages(
        "done-acknowledged-share", index=str(share.index), holders=str(share.holders), threshold=share.threshold
    )
    invocation.output.result(document, text)


@command(app, "contribute", "0x0e11 --yes")
def contribute(
    invocation: Invocation,
    opening: Annotated[str | None, typer.Argument()] = None,
    yes: Yes = False,
) -> None:
    chosen, escrow = find_opening(invocation, opening)
    view, say = invocation.client.escrow.opening(chosen), invocation.messages
    signing.check_policy(escrow, invocation.proven.policy_hash(escrow.escrow_id))
    proven = invocation.proven.opening(chosen)
    checked = signing.check_opening(invocation.signer, escrow, view, proven)
    invocation.output.show(views.opening(say, view, escrow.heir))
    invocation.output.say(say("done-opening-proven", block=str(proven.block), time=say.moment(proven.time)))
    invocation.confirm(say("ask-contribute", title=escrow.title), yes)
    share = signing.receive_share(invocation.signer, escrow, invocation.client.escrow.share(escrow.escrow_id))
    draft = signing.contribute_share(invocation.signer, escrow, checked, share)
    receipt = invocation.client.send(draft)
    invocation.output.result(receipt, say("done-contributed", index=str(share.index)))


@command(app, "refuse", '0x0e11 --reason "I know nothing of a lost key: call me"')
def refuse(
    invocation: Invocation,
    reason: Annotated[str, typer.Option()],
    opening: Annotated[str | None, typer.Argument()] = None,
) -> None:
    chosen, escrow = find_opening(invocation, opening)
    view = invocation.client.escrow.refuse(chosen, reason)
    invocation.output.result(view, invocation.messages("done-opening-refused", title=escrow.title))


def find_opening(invocation: Invocation, prefix: str | None) -> "tuple[str, EscrowView]":
    """An opening of one of my escrows, and that escrow: by its own id, by the escrow's, or by the number that a list
    showed it under; the only one that is not over unless told."""
    escrow = invocation.client.escrow
    opened = {one.escrow_id: one for one in escrow.escrows() if one.openings}
    escrows = {opening: one for one in opened.values() for opening in one.openings}
    if prefix is not None:
        chosen = find_by_prefix(prefix, {*escrows, *opened}, "OPENING")
        if chosen in escrows:
            return chosen, escrows[chosen]
        escrows = dict.fromkeys(opened[chosen].openings, opened[chosen])
    unfinished = [opening for opening in escrows if escrow.opening(opening).state in UNFINISHED]
    opening_id = find_by_prefix(None, escrows, "OPENING", unfinished)
    return opening_id, escrows[opening_id]
