"""azukari pds import: answer a survey from a file that one has, or take in an export of another bank."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from wallet_cli import export_archive as archives
    from wallet_cli import questions
    from wallet_cli import sealed_files as sealing
    from wallet_cli.intake import given_data, mapping
    from wallet_cli.signing import answer as answering
    from wallet_cli.views import intake as views
else:
    answering = later("wallet_cli.signing.answer")
    archives = later("wallet_cli.export_archive")
    given_data = later("wallet_cli.intake.given_data")
    mapping = later("wallet_cli.intake.mapping")
    questions = later("wallet_cli.questions")
    sealing = later("wallet_cli.sealed_files")
    views = later("wallet_cli.views.intake")


def add_import_command(app: typer.Typer) -> None:
    command(app, "import", "patient.json --survey 0x5a3c --map age=Patient.age")(take_in)


def take_in(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
    survey: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str | None, typer.Option("--format")] = None,
    row: Annotated[int | None, typer.Option(min=1)] = None,
    pairs: Annotated[list[str] | None, typer.Option("--map")] = None,
    given: Annotated[list[str] | None, typer.Option("--set")] = None,
    issuer: Annotated[str | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    if survey is None and kind is None and issuer is None and archives.is_archive(file):
        _take_in_archive(invocation, file, yes)
        return
    _answer_from(invocation, file, survey, kind, row, pairs or [], given or [], issuer, yes)


def _answer_from(
    invocation: Invocation,
    file: Path,
    survey: str | None,
    kind: str | None,
    row: int | None,
    pairs: list[str],
    given: list[str],
    issuer: str | None,
    yes: bool,
) -> None:
    """1. the facts, 2. the mapping, shown, 3. the person's word, 4. the answer as any other."""
    say, today = invocation.messages, datetime.fromtimestamp(invocation.clock(), UTC).astimezone().date()
    if issuer is None:  # 1.
        found_kind, facts = given_data.read_facts(file, kind, row, today)
    else:
        found_kind, facts = "credential", given_data.credential_facts(file, issuer, invocation.clock())
    surveys = invocation.public.surveys()
    open_now = [one.survey_id for one in surveys if one.state == "open"]
    survey_id = find_by_prefix(survey, (one.survey_id for one in surveys), "--survey", open_now)
    chosen = next(one for one in surveys if one.survey_id == survey_id)
    found = mapping.mapped(chosen, facts, dict(_pair(text) for text in pairs))  # 2.
    invocation.output.show(views.mapping(say, chosen.title, found))
    values = [f"{key}={value}" for key, value in mapping.values(found).items()]
    answers = questions.given_values(chosen, None, [*values, *given])
    invocation.confirm(say("ask-import", count=len(answers), title=chosen.title), yes)  # 3.
    release_key = invocation.proven.release_key(invocation.bank.release_public_key)
    sealed = answering.answer_survey(invocation.signer, chosen, answers, release_key.to_hex())  # 4.
    receipt = invocation.client.send(sealed)
    told = receipt.model_dump(mode="json") | {
        "format": found_kind,
        "source": issuer,
        "mapping": {
            one.question.key: one.fact.path
            for one in found
            if one.fact and one.value is not None and one.value == answers.get(one.question.key)
        },
    }
    invocation.output.result(told, say("done-answered", coins=sealed.signed.struct.coins))


def _take_in_archive(invocation: Invocation, file: Path, yes: bool) -> None:
    """Every document of an export, each sealed anew to this wallet; what is there already is not sent again."""
    say = invocation.messages
    with archives.opened(file) as archive:
        invocation.confirm(say("ask-import-archive", count=len(archive.documents), file=file.name), yes)
        face, signer = invocation.client.files, invocation.signer
        known = {
            (one.cover.title, one.cover.digest)
            for one in sealing.own_files(face, signer)
            if one.cover and one.kept.finished_at is not None
        }
        put = 0
        with invocation.output.progress() as bar:
            for document in bar.track(archive.documents, description=say("done-documents")):
                if (document.title, document.digest) in known:
                    continue
                with archive.extracted(document) as path:
                    sealing.put_file(
                        face, signer, path, document.title, document.media_type, None, lambda done, whole: None
                    )
                put += 1
    told = {"documents": len(archive.documents), "put": put}
    text = say("done-imported-archive", count=len(archive.documents), put=str(put))
    invocation.output.result(told, text)


def _pair(text: str) -> tuple[str, str]:
    key, equals, path = text.partition("=")
    if not equals:
        raise InputError("--map", said("rule-map-pair", given=text))
    return key, path
