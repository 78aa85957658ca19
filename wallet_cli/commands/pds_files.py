"""azukari pds put, get, list, versions, remove: documents of any kind in one's own store."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from wallet_cli import sealed_files as sealing
    from wallet_cli.views import files as views
else:
    sealing = later("wallet_cli.sealed_files")
    views = later("wallet_cli.views.files")

DocumentId = Annotated[str | None, typer.Argument()]
Version = Annotated[int | None, typer.Option(min=1)]


def add_file_commands(app: typer.Typer) -> None:
    command(app, "put", "tax-2026.pdf")(put)
    command(app, "get", "0d3f --out tax-2026.pdf")(get)
    command(app, "list", listing=True)(list_all)
    command(app, "versions", "0d3f", listing=True)(versions)
    command(app, "remove", "0d3f --yes")(remove)


def put(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
    title: Annotated[str | None, typer.Option()] = None,
    media_type: Annotated[str | None, typer.Option()] = None,
    document: Annotated[str | None, typer.Option()] = None,
) -> None:
    face, signer = invocation.client.files, invocation.signer
    there = [] if document is None else sealing.own_files(face, signer)
    known = None if document is None else chosen(there, document)
    if title is None and known is not None:  # the next version of what is known by a name
        title = next((one.cover.title for one in reversed(there) if one.kept.document == known and one.cover), None)
    kind = media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    with invocation.output.progress() as bar:
        task = bar.add_task(file.name, total=None)
        cover, sent = sealing.put_file(
            face, signer, file, title or file.name, kind, known,
            lambda done, whole: bar.update(task, completed=done, total=whole),
        )  # fmt: skip
    told = {"document": cover.document, "version": cover.version, "chunks": cover.chunks, "sent": sent}
    view = views.put(invocation.messages, file, cover.document, cover.version, cover.chunks, sent)
    invocation.output.result(told | {"size_bytes": cover.size_bytes}, view)


def get(
    invocation: Invocation,
    document: DocumentId = None,
    out: Annotated[Path | None, typer.Option()] = None,
    version: Version = None,
    start: Annotated[int, typer.Option("--from", min=0)] = 0,
    length: Annotated[int | None, typer.Option("--bytes", min=0)] = None,
) -> None:
    face, signer = invocation.client.files, invocation.signer
    found = sealing.own_files(face, signer)
    one = sealing.newest(found, chosen(found, document), version)
    cover = sealing.cover_of(one)
    target = out or Path(Path(cover.title).name or cover.document)

    def chunk_of(index: int) -> bytes:
        return face.chunk(cover.document, cover.version, index)

    if start or length is not None:
        count = cover.size_bytes - start if length is None else length
        sealing.get_range(cover, signer.account, chunk_of, target, start, count)
    else:
        with invocation.output.progress() as bar:
            task = bar.add_task(cover.title, total=cover.chunks)
            told = lambda done, whole: bar.update(task, completed=done, total=whole)  # noqa: E731
            sealing.get_file(cover, signer.account, chunk_of, target, told)
    size = target.stat().st_size
    document_told = {"document": cover.document, "version": cover.version, "file": str(target), "size_bytes": size}
    text = invocation.messages("done-file-got", title=cover.title, file=str(target), size=views.size(size))
    invocation.output.result(document_told, text)


def list_all(invocation: Invocation) -> None:
    _show(invocation, None)


def versions(invocation: Invocation, document: DocumentId = None) -> None:
    found = sealing.own_files(invocation.client.files, invocation.signer)
    _show(invocation, chosen(found, document))


def remove(invocation: Invocation, document: DocumentId = None, version: Version = None, yes: Yes = False) -> None:
    found = sealing.own_files(invocation.client.files, invocation.signer)
    wanted = chosen(found, document)
    title = next((one.cover.title for one in found if one.kept.document == wanted and one.cover), wanted)
    which = invocation.messages("word-version-number", number=str(version)) if version else ""
    invocation.confirm(invocation.messages("ask-remove-file", title=f"{title} {which}".strip()), yes)
    removed = invocation.client.files.remove(wanted, version)
    invocation.output.result(removed, invocation.messages("done-file-removed", title=title, count=removed.versions))


def chosen(found: "list[sealing.OwnFile]", prefix: str | None) -> str:
    """The one document whose id starts so."""
    return find_by_prefix(prefix, (one.kept.document for one in found), "DOCUMENT")


def _show(invocation: Invocation, document: str | None) -> None:
    """Of each document the newest version; of a named one all."""
    face = invocation.client.files
    listed = face.files()
    found = sealing.opened(invocation.signer, listed.files)
    last = {one.kept.document: one for one in found}
    shown = [one for one in found if one.kept.document == document] if document else list(last.values())
    rows = [
        one.kept.model_dump(mode="json", exclude={"cover_base64"})
        | ({"title": one.cover.title, "media_type": one.cover.media_type} if one.cover else {})
        for one in shown
    ]
    told = {"files": rows, "used_bytes": listed.used_bytes, "quota_bytes": listed.quota_bytes}
    invocation.output.result(told, views.files(invocation.messages, shown, listed.used_bytes, listed.quota_bytes))
