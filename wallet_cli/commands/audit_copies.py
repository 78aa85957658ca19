"""azukari audit export, compare: the auditor's own copy of the chain, and what others saw of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import EXIT_OK, EXIT_REFUSED, InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from ledger.export import Manifest

EVIDENCE_FOLDER = "evidence"


def add_copy_commands(app: typer.Typer) -> None:
    command(app, "export", "./audit --data ./copy --wallet auditor --evidence")(export)
    command(app, "compare", "./audit partner-a.json partner-b.json")(compare)


def export(
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument()],
    data: Annotated[Path | None, typer.Option()] = None,
    ledger: Annotated[str | None, typer.Option()] = None,
    genesis: Annotated[Path | None, typer.Option()] = None,
    ledger_token_file: Annotated[Path | None, typer.Option()] = None,
    deployment: Annotated[Path | None, typer.Option()] = None,
    evidence: Annotated[bool, typer.Option("--evidence")] = False,
) -> None:
    if (data is None) == (ledger is None):
        raise InputError("--data, --ledger", said("rule-one-of-two"))
    if ledger is not None and genesis is None:
        raise InputError("--genesis", said("rule-needed-with", option="--ledger"))
    from wallet_cli.audit import DEPLOYMENT_FILE
    from wallet_cli.chain_copies import named_deployment

    manifest = _copied(invocation, folder, data, ledger, genesis, ledger_token_file)
    named_deployment(invocation, deployment).save(folder / DEPLOYMENT_FILE)
    releases = _write_evidence(invocation, folder) if evidence else []
    document = {"folder": str(folder), "blocks": manifest.blocks, "head_hash": manifest.head_hash, "evidence": releases}
    say = invocation.messages
    lines = [say("done-chain-copied", blocks=manifest.blocks, folder=str(folder))]
    lines += [say("done-evidence-copied", count=len(releases))] if evidence else []
    invocation.output.result(document, "\n".join(lines))


def compare(
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument()],
    checkpoints: Annotated[list[Path], typer.Argument()],
) -> None:
    # The chain's engine takes a second to import, which every other command would pay for.
    from wallet_cli.chain_copies import compare_copy
    from wallet_cli.views import audit as views

    found = compare_copy(folder, checkpoints)
    invocation.output.result(found.to_json(), views.copy_compared(invocation.messages, found))
    raise typer.Exit(EXIT_OK if found.rewritten is None else EXIT_REFUSED)


def _copied(
    invocation: Invocation,
    folder: Path,
    data: Path | None,
    ledger: str | None,
    genesis: Path | None,
    token: Path | None,
) -> "Manifest":
    from wallet_cli.chain_copies import copy_from_directory, copy_from_node

    with invocation.output.progress() as bar:
        task = bar.add_task(invocation.messages("done-phase-copying-blocks"), total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if data is not None:
            return copy_from_directory(data, folder, invocation.clock, advance)
        if ledger is None or genesis is None:
            raise AssertionError("one of the two sources was named")
        return copy_from_node(ledger, genesis, folder, advance, token)


def _write_evidence(invocation: Invocation, folder: Path) -> list[str]:
    """What the bank hands auditors of every release that this wallet may see; files of an earlier run are kept."""
    place = folder / EVIDENCE_FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    releases = [one.release_id for one in invocation.client.partner.releases()]
    for release in releases:
        path = place / f"{release}.json"
        if not path.exists():
            write_private(path, invocation.client.operator.evidence(release).model_dump_json().encode(), "FOLDER")
    return releases
