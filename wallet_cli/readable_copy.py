"""What makes a copy of everything readable without any program of ours: a page, tables, and linked data.

    index.html         everything in one page, no script, nothing fetched
    my-data.jsonld     the same as schema.org knows it
    answers.csv        a line for each answer to a question
    passbook.csv       a line for each movement

All from the files of `export`, which were checked when they were written.
"""

import csv
import html
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.shapes.surveys import SurveyView
from wallet_cli.answer_sources import told
from wallet_cli.messages import Messages

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .6rem;text-align:left}"
)
LABEL = {"@vocab": "https://schema.org/", "azukari": "urn:azukari:"}


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of the copy; `file` is its path in it, `digest` BLAKE2b-256 of its content."""

    title: str
    media_type: str
    version: int
    file: str
    size_bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    survey: str
    key: str
    question: str
    value: int
    label: str
    answer_id: str
    source: str = ""
    """Address of who signed it, where it was not typed."""


def answered(folder: Path, surveys: Sequence[SurveyView]) -> list[Answered]:
    """Every answer to a question that the copy holds in clear."""
    known = {survey.survey_id: survey for survey in surveys}
    found = []
    for path in sorted((folder / "documents").glob("answers-*.json")):
        document = json.loads(path.read_text())
        survey = known.get(document.get("survey_id", ""))
        signed = {} if survey is None else told(document, survey)
        for key, value in document.get("values", {}).items():
            question = next((one for one in survey.questions if one.key == key), None) if survey else None
            choices = (question.choices or ()) if question else ()
            found.append(
                Answered(
                    survey.title if survey else document["survey_id"],
                    key,
                    question.label if question else key,
                    value,
                    next((choice.label for choice in choices if choice.value == value), ""),
                    path.stem.removeprefix("answers-"),
                    signed[key].issuer if key in signed else "",
                )
            )
    return found


def readable(
    say: Messages, folder: Path, answers: Sequence[Answered], documents: Sequence[KeptDocument], made_at: int
) -> dict[str, str]:
    """The additional files: their names, and what they say."""
    profile, passbook = (json.loads((folder / name).read_text()) for name in ("profile.json", "passbook.json"))
    movements = [
        (say.moment(entry["time"]), say.named("kind", entry["kind"]), entry["title"], entry["coins"], entry["balance"])
        for entry in passbook["entries"]
    ]
    columns = say.words("time", "kind", "title", "coins", "balance")
    asked = [(one.survey, one.key, one.question, one.value, one.label, one.source) for one in answers]
    heads = say.words("survey", "key", "question", "value", "label", "source")
    linked = _linked(profile, answers, documents, made_at)
    return {
        "answers.csv": _csv(heads, asked),
        "passbook.csv": _csv(columns, movements),
        "my-data.jsonld": json.dumps(linked, ensure_ascii=False, indent=2) + "\n",
        "index.html": _page(say, profile, (heads, asked), (columns, movements), documents, made_at),
    }


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180. A text that a table program would take for a formula is kept from being one."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _linked(
    profile: dict[str, Any], answers: Sequence[Answered], documents: Sequence[KeptDocument], made_at: int
) -> dict[str, Any]:
    return {
        "@context": LABEL,
        "@id": f"urn:azukari:copy:{profile['account']}:{made_at}",
        "@type": "Dataset",
        "creator": {
            "@id": f"urn:azukari:account:{profile['account']}",
            "@type": "Person",
            "name": profile["name"],
            "identifier": profile["account"],
        },
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "propertyID": one.key,
                "name": one.question,
                "value": one.value,
                **({"description": one.label} if one.label else {}),
                **({"azukari:signedBy": one.source} if one.source else {}),
                "measurementTechnique": one.survey,
                "azukari:answer": one.answer_id,
            }
            for one in answers
        ],
        "hasPart": [
            {
                "@type": "DigitalDocument",
                "name": one.title,
                "encodingFormat": one.media_type,
                "version": one.version,
                "contentSize": f"{one.size_bytes} B",
                "contentUrl": one.file,
                "azukari:blake2b256": one.digest,
            }
            for one in documents
        ],
    }


Table = tuple[Sequence[str], Sequence[Sequence[object]]]


def _page(
    say: Messages,
    profile: dict[str, Any],
    answers: Table,
    passbook: Table,
    documents: Sequence[KeptDocument],
    made_at: int,
) -> str:
    title = say("word-copy-of", name=profile["name"] or profile["account"])
    facts = [(say("word-account"), profile["account"]), (say("word-coins"), profile["coins"])]
    kept = [(_link(one.file, one.title), one.media_type, one.version, one.size_bytes) for one in documents]
    columns = say.words("title", "media-type", "version", "size")
    body = [
        f"<h1>{html.escape(title)}</h1><p>{html.escape(say.moment(made_at))}</p>",
        _table("", [], facts),
        _table(say("word-your-answers"), *answers),
        _table(say("word-your-documents"), columns, kept),
        _table(say("word-passbook"), *passbook),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="{say.language}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style>\n" + "\n".join(body) + "\n</html>\n"
    )


class _Link(str):
    """Markup that was escaped already."""


def _link(target: str, text: str) -> _Link:
    from urllib.parse import quote

    return _Link(f'<a href="{html.escape(quote(target))}">{html.escape(text)}</a>')


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = f"<h2>{html.escape(title)}</h2>" if title else ""
    names = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"{head}<table>{f'<tr>{names}</tr>' if names else ''}{lines}</table>"


def _cell(cell: object) -> str:
    if isinstance(cell, _Link):
        return cell
    return "" if cell is None else html.escape(str(cell))
