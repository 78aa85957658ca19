"""azukari release: anonymize any table, alone or as one more of a series, and attack releases by anybody. No server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from wallet_cli.errors import InputError, PolicyUnmetError
from wallet_cli.invocation import Invocation, command
from wallet_cli.output import facts

app = typer.Typer(help="Anonymize a table, alone or in a series, and attack releases. Needs no bank, no wallet.",
                  no_args_is_help=True)  # fmt: skip


@command(app, "dry-run")
def try_release(
    invocation: Invocation,
    csv: Annotated[Path, typer.Option("--csv", help="The table, one row a person, with a header.")],
    spec: Annotated[Path, typer.Option("--spec", help="TOML: role and kind of every column.")],
    out: Annotated[Path, typer.Option("--out", help="Where the released table goes.")],
    report: Annotated[Path, typer.Option("--report", help="Where the figures go, as JSON.")],
    k: Annotated[int, typer.Option("--k", min=2, help="Fewest people that cannot be told apart.")] = 5,
    least: Annotated[int, typer.Option("--l", min=1, help="Fewest different sensitive answers in a class.")] = 2,
    history: Annotated[Path | None, typer.Option(help="Folder of the series; made when new.")] = None,
    person: Annotated[str | None, typer.Option(help="Column of the pseudonym tying tables; never released.")] = None,
    suppression_limit: Annotated[float, typer.Option(min=0, max=0.99, help="Greatest share left out.")] = 0.25,
) -> None:
    """Release a table and attack the release. With --history no comparison with earlier releases tells more.

    Exit code 3: the policy cannot be met; nothing is written, and the reason says by how much.

    Example: azukari release dry-run --csv t.csv --spec t.toml --k 5 --l 2 --out o.csv --report r.json
    """
    # NumPy takes a tenth of a second to import, which every other command would pay for.
    from bank_api.domain.anonymize.errors import AnonymizeError, PolicyUnreachableError, ReleaseRefusedError
    from bank_api.domain.dry_run import DryRunError, dry_run
    from bank_api.domain.dry_run.folder import write_whole

    try:
        made = dry_run(
            _text(csv, "--csv"),
            _text(spec, "--spec"),
            spec.parent,
            k=k,
            l=least,
            person=person,
            history=history,
            suppression_limit=suppression_limit,
        )
        write_whole(out, made.text)
        write_whole(report, json.dumps(made.report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except (PolicyUnreachableError, ReleaseRefusedError) as error:
        raise PolicyUnmetError(str(error)) from error
    except DryRunError as error:
        raise InputError(error.field, error.rule) from error
    except AnonymizeError as error:
        raise InputError("--csv", str(error)) from error
    invocation.output.result(made.report, facts(str(out), _lines(made.report)))


@command(app, "attack")
def attack(
    invocation: Invocation,
    files: Annotated[list[Path], typer.Argument(help="Released tables, as `dry-run` writes them.")],
    source: Annotated[
        list[Path] | None, typer.Option("--source", help="The table behind each release, in the same order.")
    ] = None,
    sensitive: Annotated[
        list[str] | None, typer.Option("--sensitive", help="A sensitive column; else what varies within classes.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Column of the pseudonym in the sources.")] = None,
    least: Annotated[int, typer.Option("--l", min=1, help="Different answers that each person should keep.")] = 2,
    report: Annotated[Path | None, typer.Option("--report", help="Write the findings here as well.")] = None,
) -> None:
    """Attack releases by anybody: each alone, compared with each other, and with --source against real people.

    Example: azukari release attack o1.csv o2.csv --source t1.csv --source t2.csv --person id
    """
    from bank_api.domain.dry_run import DryRunError, attack_files
    from bank_api.domain.dry_run.folder import write_whole

    try:
        found = attack_files(
            [(str(path), _text(path, str(path))) for path in files],
            [(str(path), _text(path, "--source")) for path in source or ()],
            sensitive=sensitive or (),
            person=person,
            l=least,
        )
        if report is not None:
            write_whole(report, json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except DryRunError as error:
        raise InputError(error.field, error.rule) from error
    invocation.output.result(
        found, facts("attacks", [(name, json.dumps(one, ensure_ascii=False)) for name, one in found.items()])
    )


def _text(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(option, f"cannot be read: {error}") from error


def _lines(report: dict[str, Any]) -> list[tuple[str, object]]:
    told = ("rows", "suppressed", "k", "l", "t", "loss")
    confidence = report["confidence"]
    sure = f"{confidence['guessed_over_80_percent']:.1%} of people (commonest answer: {confidence['base_rate']:.1%})"
    return [*((name, report[name]) for name in told), ("guessed with over 80 % certainty", sure)]
