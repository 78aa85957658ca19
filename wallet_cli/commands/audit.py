"""azukari audit: replay an exported chain, attack releases again, and read what they say, without trusting the bank."""

import gc
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.audit_copies import add_copy_commands
from wallet_cli.commands.audit_network import add_network_command
from wallet_cli.commands.audit_watch import add_watch_command
from wallet_cli.commands.statement import add_audited_statement
from wallet_cli.errors import EXIT_OK, EXIT_REFUSED, InputError
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, command
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from rich.progress import TaskID

    from wallet_cli.audited_release import Recorded

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_copy_commands(app)
add_watch_command(app)
add_network_command(app)
add_audited_statement(app)

GARBAGE_LEAST = 50_000
"""Objects that must have come and stayed before it is worth while to look which of them are garbage."""
Folder = Annotated[Path, typer.Argument()]
DeploymentFile = Annotated[Path | None, typer.Option("--deployment")]
Files = list[Path] | None


@command(app, "replay", "./audit --checkpoint partner.json --json")
def replay(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    own_code: Annotated[bool, typer.Option("--own-code")] = False,
    checkpoint: Annotated[Files, typer.Option("--checkpoint")] = None,
    follower: Annotated[list[str] | None, typer.Option("--follower")] = None,
    receipt: Annotated[Files, typer.Option("--receipt")] = None,
    tsa_root: Annotated[Files, typer.Option("--tsa-root")] = None,
) -> None:
    # The chain's engine takes a second to import, which every other command would pay for.
    from wallet_cli.audit import audit_chain, named_witnesses
    from wallet_cli.views import audit as views

    gc.freeze()  # the engine and its libraries stay: half a million objects that are no garbage
    gc.set_threshold(GARBAGE_LEAST)
    brought = named_witnesses(checkpoint or (), follower or (), receipt or (), tsa_root or ())
    with invocation.output.progress() as bar:
        tasks: dict[str, TaskID] = {}

        def advance(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(invocation.messages.named("done-phase", phase), total=None)
            bar.update(tasks[phase], completed=done, total=total or None)

        report = audit_chain(
            folder,
            deployment,
            now=invocation.clock(),
            own_code=own_code,
            witnesses=brought,
            progress=advance,
        )
    invocation.output.result(report.to_json(), views.report(invocation.messages, report))
    raise typer.Exit(EXIT_OK if report.is_true else EXIT_REFUSED)


@command(app, "show", "./audit --event Disclosed", listing=True)
def show(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    event: Annotated[str | None, typer.Option()] = None,
    account: Annotated[str | None, typer.Option()] = None,
    last: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    from chaincode.events import EVENTS
    from wallet_cli.recorded_events import recorded_events
    from wallet_cli.views import audit as views

    names = sorted({one.__name__ for one in EVENTS})
    if event is not None and event not in names:
        raise InputError("--event", said("rule-one-of", names=", ".join(get_close_matches(event, names) or names)))
    found = [
        one
        for one in recorded_events(folder, deployment, invocation.clock())
        if event in (None, one.name) and (account is None or one.mentions(account))
    ][-last:]
    invocation.output.result({"events": [one.to_json() for one in found]}, views.events(invocation.messages, found))


@command(app, "books", "./audit --every month --csv ./books")
def books(
    invocation: Invocation,
    folder: Folder,
    every: Annotated[str, typer.Option()] = "month",
    csv: Annotated[Path | None, typer.Option("--csv")] = None,
    deployment: DeploymentFile = None,
) -> None:
    from wallet_cli.books import PERIODS, books_of
    from wallet_cli.recorded_events import recorded_events
    from wallet_cli.views import books as views

    if every not in PERIODS:
        raise InputError("--every", said("rule-one-of", names=", ".join(PERIODS)))
    made = books_of(recorded_events(folder, deployment, invocation.clock()), every)
    document = made.to_json()
    if csv is not None:
        _make_folder(csv)
        for name in made.tables():
            write_private(csv / f"{name}.csv", made.to_csv(name).encode(), "--csv")
    invocation.output.result(document, views.books(invocation.messages, made))


@command(app, "powers", "./audit --coins-at-least 10000 --kind sale --kind recovered")
def powers(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    coins_at_least: Annotated[int, typer.Option(min=0)] = 0,
    kind: Annotated[list[str] | None, typer.Option()] = None,
) -> None:
    from chaincode.powers import Power
    from wallet_cli.recorded_events import recorded_powers
    from wallet_cli.views import powers as views

    kinds = set(kind or Power)
    if not kinds <= set(Power):
        raise InputError("--kind", said("rule-one-of", names=", ".join(Power)))
    recorded = recorded_powers(folder, deployment, invocation.clock(), coins_at_least)
    found = [(use, event) for use, event in recorded if use.power in kinds]
    document = {
        "powers": [
            {"power": use.power, "account": use.account, "signers": use.signers, **event.to_json()}
            for use, event in found
        ]
    }
    invocation.output.result(document, views.powers(invocation.messages, found))


@command(app, "evidence", "0x8c2f --out evidence.json --wallet auditor")
def evidence(
    invocation: Invocation,
    out: Annotated[Path, typer.Option()],
    release: Annotated[str | None, typer.Argument()] = None,
) -> None:
    from wallet_cli.output import find_by_prefix

    known = [one.release_id for one in invocation.client.partner.releases()]
    chosen = find_by_prefix(release, known, "RELEASE", known)
    found = invocation.client.operator.evidence(chosen)
    write_private(out, found.model_dump_json().encode(), "--out")
    invocation.output.result(
        {"release_id": chosen, "file": str(out)}, invocation.messages("done-evidence", out=str(out))
    )


@command(app, "release", "evidence.json --payload payload.json --chain ./audit")
def release(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
    payload: Annotated[Path | None, typer.Option()] = None,
    chain: Annotated[Path | None, typer.Option()] = None,
    deployment: DeploymentFile = None,
) -> None:
    # NumPy takes a tenth of a second to import, which every other command would pay for.
    from bank_api.protocol.documents.release import read_payload
    from bank_api.protocol.shapes.releases import ReleaseEvidence
    from wallet_cli.audited_release import audit_release
    from wallet_cli.views import audit as views

    try:
        handed = ReleaseEvidence.model_validate_json(read_given(file, "FILE"))
        opened = None if payload is None else read_payload(read_given(payload, "--payload"))
        recorded = None if chain is None else _recorded(invocation, chain, deployment, handed.release_id)
        found = audit_release(handed, recorded, opened)
    except FieldError as error:
        raise InputError("--payload", error.words) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(str(file), said("rule-no-evidence", why=_first_field(error))) from error
    invocation.output.result(found.to_json(), views.audited_release(invocation.messages, found))
    raise typer.Exit(EXIT_OK if found.is_true else EXIT_REFUSED)


def _first_field(error: Exception) -> str:
    """What does not fit in a document: the field that a validation names first, or what is missing."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        return ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
    return str(error)


def _recorded(invocation: Invocation, chain: Path, deployment: Path | None, release_id: str) -> "Recorded":
    from wallet_cli.audited_release import Recorded
    from wallet_cli.recorded_events import recorded_events

    for event in recorded_events(chain, deployment, invocation.clock()):
        if event.name == "Disclosed" and event.values["release_id"] == release_id:
            return Recorded(event.values["method_hash"], event.values["payload_root"])
    raise InputError("--chain", said("rule-release-unknown", release=release_id))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputError("--csv", said("rule-cannot-be-made", folder=str(folder), why=fault(error))) from error
