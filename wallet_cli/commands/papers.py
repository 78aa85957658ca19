"""azukari custodian paper, answer-drill; azukari escrow open-papers, drill, check-drill: shares off the screen."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.errors import EXIT_OK, EXIT_REFUSED
from wallet_cli.given_file import read_given, read_standard_input
from wallet_cli.handed_file import read_handed, write_handed
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from bank_api.protocol.shapes.escrows import EscrowView
    from pds_adapter.escrow.shares import EscrowShare
    from wallet_cli import papers, share_drills
    from wallet_cli.signing import escrow as signing
    from wallet_cli.views import escrow as views
else:
    papers = later("wallet_cli.papers")
    share_drills = later("wallet_cli.share_drills")
    signing = later("wallet_cli.signing.escrow")
    views = later("wallet_cli.views.escrow")


def add_custodian_papers(app: typer.Typer) -> None:
    command(app, "paper", "0x9d02 --card share.html --document escrow.json --yes")(paper)
    command(app, "answer-drill", "drill.json --out answer.json")(answer_drill)


def add_escrow_papers(app: typer.Typer) -> None:
    command(app, "open-papers", "escrow.json --out will.pdf < papers.txt")(open_papers)
    command(app, "drill", "0x9d02 --out drill.json")(drill)
    command(app, "check-drill", "drill.json answer-1.json answer-2.json")(check_drill)


def paper(
    invocation: Invocation,
    escrow: Annotated[str | None, typer.Argument()] = None,
    card: Annotated[Path | None, typer.Option()] = None,
    document: Annotated[Path | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    chosen = _mine(invocation, escrow)
    share = _share(invocation, chosen)
    invocation.confirm(invocation.messages("ask-paper", title=chosen.title, threshold=share.threshold), yes)
    if document is not None:
        write_private(document, signing.document_of(chosen).to_bytes(), "--document")
    line = papers.paper_line(share)
    if card is not None:
        write_private(card, papers.card(invocation.messages, chosen.title, share).encode(), "--card")
        told = {"escrow_id": chosen.escrow_id, "index": share.index, "card": str(card)}
        invocation.output.result(told, invocation.messages("done-card", file=str(card)))
        return
    invocation.output.result({"escrow_id": chosen.escrow_id, "index": share.index, "paper": line}, line)


def answer_drill(
    invocation: Invocation,
    drill: Annotated[Path, typer.Argument()],
    out: Annotated[Path, typer.Option()],
) -> None:
    asked = read_handed(drill, share_drills.Drill, "rule-no-drill")
    share = _share(invocation, _mine(invocation, asked.escrow_id))
    answer = share_drills.answer_drill(invocation.signer, share, asked)
    write_handed(out, answer)
    told = {"escrow_id": asked.escrow_id, "index": share.index, "file": str(out)}
    invocation.output.result(told, invocation.messages("done-drill-answered", index=str(share.index), file=str(out)))


def open_papers(
    invocation: Invocation,
    document: Annotated[Path, typer.Argument()],
    out: Annotated[Path, typer.Option()],
) -> None:
    lines = read_standard_input().splitlines()
    content = papers.open_papers(read_given(document, "DOCUMENT"), lines)
    write_private(out, content, "--out")
    told = {"file": str(out), "bytes": len(content)}
    invocation.output.result(told, invocation.messages("done-delivered", bytes=len(content), file=str(out)))


def drill(
    invocation: Invocation,
    out: Annotated[Path, typer.Option()],
    escrow: Annotated[str | None, typer.Argument()] = None,
) -> None:
    found = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    chosen = found[find_by_prefix(escrow, found, "ESCROW")]
    write_handed(out, share_drills.ask_drill(invocation.signer, chosen))
    told = {"escrow_id": chosen.escrow_id, "file": str(out)}
    invocation.output.result(told, invocation.messages("done-drill-asked", file=str(out)))


def check_drill(
    invocation: Invocation,
    drill: Annotated[Path, typer.Argument()],
    answers: Annotated[list[Path], typer.Argument()],
) -> None:
    """Exit code 1 where an answer is false; who did not answer is listed so."""
    asked = read_handed(drill, share_drills.Drill, "rule-no-drill")
    given = [read_handed(one, share_drills.DrillAnswer, "rule-no-drill") for one in answers]
    found = {one.escrow_id: one for one in invocation.client.escrow.escrows()}
    chosen = found[find_by_prefix(asked.escrow_id, found, "DRILL")]
    signing.check_policy(chosen, invocation.proven.policy_hash(chosen.escrow_id))
    terms = signing.document_of(chosen).terms
    drilled = share_drills.check_drill(invocation.messages, chosen, terms, asked, given)
    document = {"escrow_id": chosen.escrow_id, "custodians": [asdict(one) for one in drilled]}
    invocation.output.result(document, views.drilled(invocation.messages, drilled))
    raise typer.Exit(EXIT_REFUSED if any(one.holds is False for one in drilled) else EXIT_OK)


def _mine(invocation: Invocation, prefix: str | None) -> "EscrowView":
    """The escrow, among those that I hold a share of, as its owner signed it."""
    me = invocation.client.account
    mine = {one.escrow_id: one for one in invocation.client.escrow.escrows() if me in one.custodians}
    listed = mine[find_by_prefix(prefix, mine, "ESCROW")]
    return signing.check_policy(listed, invocation.proven.policy_hash(listed.escrow_id))


def _share(invocation: Invocation, escrow: "EscrowView") -> "EscrowShare":
    return signing.receive_share(invocation.signer, escrow, invocation.client.escrow.share(escrow.escrow_id))
