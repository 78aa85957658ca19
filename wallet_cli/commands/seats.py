"""azukari board propose-seat, approve-seat, seat: who sits on the board, and who operates, a majority decides."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol import seat as shapes
    from chaincode import bindings
    from wallet_cli import handed_file as files
    from wallet_cli import operator_files
    from wallet_cli.signing import seats as signing
else:
    bindings = later("chaincode.bindings")
    files = later("wallet_cli.handed_file")
    operator_files = later("wallet_cli.operator_files")
    shapes = later("bank_api.protocol.seat")
    signing = later("wallet_cli.signing.seats")

ROLES = ("board", "operator")

File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]


def add_seat_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    command(app, "propose-seat", '"Data ethics, second chair" --from second.json --out seat.json')(propose_seat)
    command(app, "approve-seat", "seat.json --out seat-2.json")(approve_seat)
    command(app, "seat", "seat-2.json")(seat)


def propose_seat(
    invocation: Invocation,
    name: Annotated[str, typer.Argument()],
    identity: Annotated[Path, typer.Option("--from")],
    out: Out,
    role: Annotated[str, typer.Option()] = "board",
    leave: Annotated[bool, typer.Option("--leave")] = False,
    yes: Yes = False,
) -> None:
    if role not in ROLES:
        raise InputError("--role", said("rule-one-of", names=", ".join(ROLES)))
    say = invocation.messages
    account, encryption_key = operator_files.read_identity(identity)
    invocation.confirm(_question(invocation, name, account, role, not leave), yes)
    which = bindings.Role[role.upper()]
    body = signing.propose_seat(
        invocation.signer, account, which, name, seated=not leave, encryption_key=encryption_key
    )
    files.write_handed(out, body)
    document = {"file": str(out), "seat_id": to_hex(signing.words_of(body).seat_id)}
    invocation.output.result(document, say("done-recovery-approved", count=1, file=str(out)))


def approve_seat(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = files.read_handed(file, shapes.SeatBody, "rule-no-seat")
    words = signing.words_of(body)
    role = {int(bindings.Role[name.upper()]): name for name in ROLES}.get(words.role, str(words.role))
    invocation.confirm(_question(invocation, body.name, words.account, role, words.seated), yes)
    approved = signing.approve_seat(invocation.signer, body)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def seat(invocation: Invocation, file: File) -> None:
    body = files.read_handed(file, shapes.SeatBody, "rule-no-seat")
    receipt = invocation.client.board.seat(body)
    invocation.records.check_words(signing.words_of(body), body.model_dump(mode="json"), receipt)
    done = "done-seated" if signing.words_of(body).seated else "done-left"
    invocation.output.result(receipt, invocation.messages(done, name=body.name))


def _question(invocation: Invocation, name: str, account: str, role: str, seated: bool) -> str:
    say = invocation.messages
    named = say.named("state-role", role)
    return say("ask-seat" if seated else "ask-leave", name=name, account=account, role=named)
