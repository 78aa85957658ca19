"""azukari pds import: answer a survey from a file that one has, or take in an export of another bank."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account, find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.documents.sourced import Source
    from bank_api.protocol.shapes.surveys import SurveyView
    from wallet_cli import answer_sources, questions
    from wallet_cli import copied_records as copied
    from wallet_cli import export_archive as archives
    from wallet_cli import sealed_files as sealing
    from wallet_cli import sealed_records as records
    from wallet_cli.intake import given_data, mapping
    from wallet_cli.intake.facts import Fact
    from wallet_cli.intake.mapping import Mapped
    from wallet_cli.sealed_records import Box
    from wallet_cli.signing import answer as answering
    from wallet_cli.views import intake as views
else:
    answer_sources = later("wallet_cli.answer_sources")
    answering = later("wallet_cli.signing.answer")
    copied = later("wallet_cli.copied_records")
    records = later("wallet_cli.sealed_records")
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
    if file.is_dir() and (file / archives.MANIFEST).is_file():
        raise InputError("FILE", said("rule-copy-folder", folder=str(file)), said("hint-copy-zip"))
    if survey is None and kind is None and issuer is None and archives.is_archive(file):
        _take_in_archive(invocation, file, yes)
        return
    if issuer is None:
        today = datetime.fromtimestamp(invocation.clock(), UTC).astimezone().date()
        found_kind, facts = given_data.read_facts(file, kind, row, today)
        told = _Given(found_kind, facts)
    else:
        told = _signed(invocation, file, find_account(issuer, "--issuer"))
    _answer_from(invocation, told, survey, pairs or [], given or [], yes)


@dataclass(frozen=True)
class _Given:
    """What a file says, and what is kept with an answer of it where somebody signed it."""

    kind: str
    facts: "Sequence[Fact]"
    issuer: str | None = None
    sources: "Callable[[dict[str, str]], tuple[Source, ...]]" = lambda _answers: ()
    """The source that answers these questions, by their keys, with these facts, by their paths."""


def _signed(invocation: Invocation, file: Path, issuer: str) -> _Given:
    """A credential that its issuer signed of this wallet or this account."""
    credential, signer = given_data.read_credential(file), invocation.signer
    found = answer_sources.verified(credential, issuer, {signer.account, signer.key.address}, invocation.clock())

    def sources(answers: dict[str, str]) -> "tuple[Source, ...]":
        return answer_sources.source_of(credential, found, answers)

    return _Given("credential", given_data.claimed_facts(found), issuer, sources)


def _answer_from(
    invocation: Invocation, told: _Given, survey: str | None, pairs: list[str], given: list[str], yes: bool
) -> None:
    """1. the mapping, shown, 2. the person's word, 3. the answer as any other, with who signed what it says."""
    say, chosen = invocation.messages, _chosen(invocation, survey)
    found = mapping.mapped(chosen, told.facts, dict(_pair(text) for text in pairs))  # 1.
    invocation.output.show(views.mapping(say, chosen.title, found))
    values = [f"{key}={value}" for key, value in mapping.values(found).items()]
    answers = questions.given_values(chosen, None, [*values, *given])
    invocation.confirm(say("ask-import", count=len(answers), title=chosen.title), yes)  # 2.
    used = _used(found, answers)
    release_key = invocation.proven.release_key(invocation.bank.release_public_key)
    sealed = answering.answer_survey(  # 3.
        invocation.signer,
        chosen,
        answers,
        release_key.to_hex(),
        invocation.wards_encryption_key,
        told.sources(used),
    )
    receipt = invocation.client.send(sealed)
    document = receipt.model_dump(mode="json") | {"format": told.kind, "source": told.issuer, "mapping": used}
    text = say("done-answered", coins=sealed.signed.struct.coins)
    if told.issuer is not None and used:
        text += "\n" + say("done-answered-sourced", count=len(used), issuer=told.issuer)
    invocation.output.result(document, text)


def _chosen(invocation: Invocation, survey: str | None) -> "SurveyView":
    surveys = invocation.public.surveys()
    open_now = [one.survey_id for one in surveys if one.state == "open"]
    survey_id = find_by_prefix(survey, (one.survey_id for one in surveys), "--survey", open_now)
    return next(one for one in surveys if one.survey_id == survey_id)


def _used(found: "Sequence[Mapped]", answers: dict[str, int]) -> dict[str, str]:
    """The facts that were taken as they are: by the question's key, the fact's path."""
    return {
        one.question.key: one.fact.path
        for one in found
        if one.fact and one.value is not None and one.value == answers.get(one.question.key)
    }


def _take_in_archive(invocation: Invocation, file: Path, yes: bool) -> None:
    """Every document of an export, each sealed anew to this wallet; what is there already is not sent again."""
    say = invocation.messages
    with archives.opened(file) as archive:
        counts = {"count": len(archive.documents), "records": str(len(archive.records))}
        opened = {name: _own_box(invocation, name) for name in dict.fromkeys(one.box for one in archive.records)}
        for name, box in opened.items():
            for grant in box.let_in:
                invocation.output.say(
                    say("line-import-box-open", box=name, grantee=grant.grantee, until=say.moment(grant.until))
                )
        invocation.confirm(say("ask-import-archive", file=file.name, **counts), yes)
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
        boxed = copied.put_records(invocation.client.boxes, signer, opened, archive.records)
    told = {"documents": len(archive.documents), "put": put, "records": len(archive.records)} | {
        "records_put": boxed.put,
        "records_differing": boxed.differing,
    }
    text = say("done-imported-archive", put=str(put), records_put=str(boxed.put), **counts)
    if boxed.differing:
        text += "\n" + say(
            "line-records-differing", names=", ".join(boxed.differing[:10]), count=str(len(boxed.differing))
        )
    invocation.output.result(told, text)


def _own_box(invocation: Invocation, name: str) -> "Box":
    def key_of(account: str) -> str:
        return invocation.proven.anybody(account).word.key

    return records.own_box(invocation.signer, invocation.connection.url, name, invocation.client.boxes, key_of)


def _pair(text: str) -> tuple[str, str]:
    key, equals, path = text.partition("=")
    if not equals:
        raise InputError("--map", said("rule-map-pair", given=text))
    return key, path
