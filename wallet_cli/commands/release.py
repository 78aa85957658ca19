"""azukari release: anonymize any table, alone or in a series, make rows up, and attack releases. No server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group as Stacked
from rich.text import Text

from bank_api.protocol.documents.release import SUPPRESSION_LIMIT
from bank_api.protocol.messages.figures import figure
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.apart import apart
from wallet_cli.errors import InputError, PolicyUnmetError
from wallet_cli.invocation import Invocation, command
from wallet_cli.layout import facts
from wallet_cli.messages import Messages

BY_AGE = ("incomplete", "uncovered")
"""Why people are left out of later releases of a series alone."""
app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
ASKED_BY = {
    "k": "--k",
    "l": "--l",
    "t": "--t",
    "entropy_l": "--entropy-l",
    "recursive": "--recursive",
    "presence": "--presence",
    "beside": "--beside",
    "come_and_go": "--come-and-go, --seats",
    "population": "--population",
    "suppression_limit": "--suppression-limit",
    "people": "--person",
}
"""The option, by the field of a policy that cannot be; other fields stand in the specification."""


@command(app, "dry-run", "--csv t.csv --spec t.toml --k 5 --l 2 --out o.csv --report r.json")
def try_release(
    invocation: Invocation,
    csv: Annotated[Path, typer.Option("--csv")],
    spec: Annotated[Path, typer.Option("--spec")],
    out: Annotated[Path, typer.Option("--out")],
    report: Annotated[Path, typer.Option("--report")],
    explain: Annotated[Path | None, typer.Option("--explain")] = None,
    k: Annotated[int, typer.Option("--k", min=2)] = 5,
    least: Annotated[int, typer.Option("--l", min=1)] = 2,
    entropy: Annotated[float | None, typer.Option("--entropy-l")] = None,
    recursive: Annotated[str | None, typer.Option("--recursive")] = None,
    distance: Annotated[float | None, typer.Option("--t")] = None,
    presence: Annotated[str | None, typer.Option("--presence")] = None,
    population: Annotated[Path | None, typer.Option("--population")] = None,
    history: Annotated[Path | None, typer.Option()] = None,
    person: Annotated[str | None, typer.Option()] = None,
    suppression_limit: Annotated[float, typer.Option(min=0, max=0.99)] = 0.25,
    beside: Annotated[int, typer.Option(min=1)] = 2,
    come_and_go: Annotated[bool | None, typer.Option("--come-and-go/--seats")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding")] = None,
) -> None:
    # NumPy takes a tenth of a second to import, which every other command would pay for.
    from bank_api.domain.anonymize.errors import (
        AnonymizeError,
        PolicyUnreachableError,
        ReleaseRefusedError,
        SchemaError,
        StillReadError,
    )
    from bank_api.domain.anonymize.suppress import TooManyLeftOutError
    from bank_api.domain.dry_run import DryRunError, Wanted, dry_run, read_text
    from bank_api.domain.dry_run.explained import lines, reasons_of
    from bank_api.domain.dry_run.folder import write_whole

    try:
        declared, named = _specified(spec, encoding)
        asked: dict[str, Path | list[Path] | None] = {"--csv": csv, "--spec": named, "--population": population}
        apart(asked, history, out=out, report=report, explain=explain)
        made = dry_run(
            read_text(csv, "--csv", encoding),
            declared,
            spec.parent,
            wanted=Wanted(
                k,
                least,
                entropy,
                _times_and_least(recursive),
                distance,
                _bounds(presence),
                suppression_limit,
                beside=beside,
                come_and_go=come_and_go,
            ),
            person=person,
            history=history,
            population=None if population is None else read_text(population, "--population", encoding),
            encoding=encoding,
        )
        write_whole(out, made.text)
        if explain is not None:
            write_whole(explain, made.explained)
        write_whole(report, json.dumps(made.report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except TooManyLeftOutError as error:
        if explain is not None:
            write_whole(explain, lines(error.left_out))
        reasons = [f"{why} {count}" for why, count in _reasons(invocation.messages, reasons_of(error.left_out))]
        raise PolicyUnmetError(fault(error), said("hint-too-many-left-out", reasons="; ".join(reasons))) from error
    except StillReadError as error:
        raise PolicyUnmetError(fault(error), said("hint-still-read", makings=error.makings)) from error
    except (PolicyUnreachableError, ReleaseRefusedError) as error:
        raise PolicyUnmetError(fault(error)) from error
    except DryRunError as error:
        raise InputError(error.field, Sentence(error.rule)) from error
    except SchemaError as error:
        raise InputError(ASKED_BY.get(error.field, "--spec"), Sentence(error.rule)) from error
    except AnonymizeError as error:
        raise InputError("--csv", fault(error)) from error
    table = facts(str(out), _lines(invocation.messages, made.report))
    advice = Stacked(table, Text(invocation.messages("hint-begun-with-seats")))
    invocation.output.result(made.report, advice if _loses(made.report) else table)


def _specified(spec: Path, encoding: str | None) -> tuple[str, list[Path]]:
    """The specification, and the files that it stands in and names. Raises DryRunError."""
    from bank_api.domain.dry_run import read_text
    from bank_api.domain.dry_run.declared import named_files

    declared = read_text(spec, "--spec", encoding)
    return declared, [spec, *(spec.parent / one for one in named_files(declared))]


@command(app, "synthetic", "--csv t.csv --spec t.toml --epsilon 1 --rows 1000 --out o.csv --report r.json")
def synthetic(
    invocation: Invocation,
    csv: Annotated[Path, typer.Option("--csv")],
    spec: Annotated[Path, typer.Option("--spec")],
    epsilon: Annotated[float, typer.Option("--epsilon", min=0.01, max=100)],
    rows: Annotated[int, typer.Option("--rows", min=1, max=1_000_000)],
    out: Annotated[Path, typer.Option("--out")],
    report: Annotated[Path, typer.Option("--report")],
    delta: Annotated[float, typer.Option("--delta", min=1e-12, max=0.01)] = 1e-6,
    encoding: Annotated[str | None, typer.Option("--encoding")] = None,
) -> None:
    # OpenDP takes a second to import, and the libraries behind it four.
    from bank_api.domain.anonymize.errors import AnonymizeError, SchemaError
    from bank_api.domain.dry_run import DryRunError, read_text
    from bank_api.domain.dry_run.folder import write_whole
    from bank_api.domain.dry_run.made_up import Asked, SyntheticError, make_up

    try:
        declared, named = _specified(spec, encoding)
        apart({"--csv": csv, "--spec": named}, out=out, report=report)
        asked = Asked(epsilon, rows, delta)
        made = make_up(read_text(csv, "--csv", encoding), declared, spec.parent, asked, encoding)
        write_whole(out, made.text)
        write_whole(report, json.dumps(made.report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except DryRunError as error:
        raise InputError(error.field, Sentence(error.rule)) from error
    except SchemaError as error:
        raise InputError("--spec", Sentence(error.rule)) from error
    except SyntheticError as error:
        raise InputError("release synthetic", error.words, error.hint) from error
    except AnonymizeError as error:
        raise InputError("--csv", fault(error)) from error
    invocation.output.result(made.report, facts(str(out), _made_up(invocation.messages, made.report)))


@command(app, "attack", "o1.csv o2.csv --source t1.csv --source t2.csv --person id")
def attack(
    invocation: Invocation,
    files: Annotated[list[Path], typer.Argument()],
    source: Annotated[list[Path] | None, typer.Option("--source")] = None,
    sensitive: Annotated[list[str] | None, typer.Option("--sensitive")] = None,
    person: Annotated[str | None, typer.Option()] = None,
    least: Annotated[int, typer.Option("--l", min=1)] = 2,
    population: Annotated[Path | None, typer.Option("--population")] = None,
    made_up: Annotated[bool, typer.Option("--made-up")] = False,
    report: Annotated[Path | None, typer.Option("--report")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding")] = None,
) -> None:
    from bank_api.domain.dry_run import DryRunError, attack_files, read_text
    from bank_api.domain.dry_run.folder import write_whole
    from bank_api.domain.dry_run.foreign_rows import attack_made_up

    apart({"FILES": files, "--source": source, "--population": population}, report=report)
    try:
        listed = None if population is None else (str(population), read_text(population, "--population", encoding))
        released = [(str(path), read_text(path, str(path), encoding)) for path in files]
        sources = [(str(path), read_text(path, "--source", encoding)) for path in source or ()]
        if made_up:
            found = attack_made_up(released, sources)
        else:
            found = attack_files(
                released, sources, sensitive=sensitive or (), person=person, l=least, population=listed
            )
        if report is not None:
            write_whole(report, json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except DryRunError as error:
        raise InputError(error.field, Sentence(error.rule)) from error
    invocation.output.result(
        found,
        facts(
            invocation.messages("word-attacks"),
            _figures(found),
        ),
    )


def _times_and_least(given: str | None) -> tuple[float, int] | None:
    if given is None:
        return None
    times, _, least = given.partition(",")
    try:
        return float(times), int(least)
    except ValueError:
        raise InputError("--recursive", said("rule-times-and-least")) from None


def _bounds(given: str | None) -> tuple[float, float] | None:
    if given is None:
        return None
    least, _, most = given.partition(",")
    try:
        return float(least), float(most)
    except ValueError:
        raise InputError("--presence", said("rule-least-and-most")) from None


def _loses(report: dict[str, Any]) -> bool:
    """Whether a series of seats leaves out so many that its next might better have been of homes."""
    out, people = report["suppressed"], report["rows"] + report["suppressed"]
    is_late = any(one["why"] in BY_AGE for one in report["suppression"]["reasons"])
    return is_late and not report.get("come_and_go") and out > SUPPRESSION_LIMIT * people


def _lines(say: Messages, report: dict[str, Any]) -> list[tuple[str, object]]:
    told = {"word-rows": "rows", "word-left-out": "suppressed", "word-k-measured": "k"}
    told |= {"word-l-measured": "l", "word-t-measured": "t", "word-loss": "loss"}
    confidence = report["confidence"]
    sure = say(
        "word-guessed-share",
        people=f"{confidence['guessed_over_80_percent']:.1%}",
        commonest=f"{confidence['base_rate']:.1%}",
    )
    if report.get("repeated_identifiers"):
        told["word-repeated-identifiers"] = "repeated_identifiers"
    lines: list[tuple[str, object]] = [(say(word), _figure(report[name])) for word, name in told.items()]
    if together := report.get("answers_together"):
        words = say("word-rows-together", mean=_figure(together["mean"]), most=together["most"])
        lines.append((say("word-answers-together"), words))
    return [*lines, *_reasons(say, report["suppression"]["reasons"]), (say("word-guessed"), sure)]


def _made_up(say: Messages, report: dict[str, Any]) -> list[tuple[str, object]]:
    measured = report["measured"]
    told: list[tuple[str, object]] = [
        (say("word-rows"), report["rows"]),
        (say("word-epsilon"), figure(report["epsilon"])),
        (say("word-delta"), say.chance(report["delta"])),
        (say("word-count-error"), measured["count_error"]),
    ]
    for name in ("synthetic", "halves", "anonymized"):
        one = measured[name]
        label = say(f"word-distance-{name}")
        if "refused" in one:
            told.append((label, one["refused"]))
            continue
        distances = say(
            "word-distances", columns=f"{one['one_way']['mean']:.3f}", pairs=f"{one['two_way']['mean']:.3f}"
        )
        told.append((label, distances))
    return told


def _figure(value: Any) -> str:
    return figure(round(value, 9), 3) if isinstance(value, float) else str(value)  # what sums of shares are beside 0


def _reasons(say: Messages, reasons: list[dict[str, Any]]) -> list[tuple[str, object]]:
    return [(say.named("why", one["why"]), f"{one['rows']} {', '.join(one['columns'])}".strip()) for one in reasons]


def _figures(found: dict[str, Any], *path: str) -> list[tuple[str, object]]:
    """One a line, named by the keys that lead to it."""
    lines: list[tuple[str, object]] = []
    for name, one in found.items():
        lines += _figures(one, *path, name) if isinstance(one, dict) else [(" · ".join((*path, name)), one)]
    return lines
