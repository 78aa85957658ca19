"""The pages for people: files that `python -m scripts.pages` built, served as they are and with the strictest rules.

A page may load scripts, styles and pictures from this very bank, each with the hash that the document names, and ask
this very bank; nothing inline, nothing from elsewhere, no text that becomes a script (Trusted Types). Each screen has
its own address, and all screens of one part are one document. Where nothing was built, one page says how.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

PARTS = ("member", "partner", "shop", "board", "custodian", "operator", "explorer")
"""Each a document of its own, at its own address; the empty address is the way in to all of them."""
LOOSE = ("sw.js", "app.webmanifest", "icon.svg")
"""Files whose addresses are fixed; all others are named by their content, under /assets."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types azukari svelte-trusted-html",
    )
)
"""Content-Security-Policy (W3C CSP 3). Of the two Trusted Types policies one makes the service worker's address; the
other is the framework's own, named when it loads and never used, because fragments are built node by node."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".ftl": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
PACKINGS = {"br": ".br", "gzip": ".gz"}
"""By their names in HTTP, the smallest first."""
FOREVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
NOT_BUILT = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Azukari</title>
<h1>The pages are not built here</h1>
<p>The bank itself works; its API is described at <a href="/docs">/docs</a>.</p>
<p>To get the pages, run <code>python -m scripts.pages</code> in the folder of Azukari, where npm's registry can be
reached, and load this page again.</p>
<h1 lang="ja">画面はまだ作られていません</h1>
<p lang="ja">情報銀行は動いています。<code>python -m scripts.pages</code> で画面を作り、もう一度開いてください。</p>
"""


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    packed: Mapping[str, bytes]
    """The same by each way of packing that the build made, the smallest first."""
    media_type: str


class Pages:
    """Every built file in memory, by its name: a request can name nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: Mapping[str, File] = {}

    def find(self, name: str) -> File | None:
        if not self._files:  # the pages may be built while the bank runs
            self._files = _read(self._folder)
        return self._files.get(name)


def install(app: FastAPI, folder: Path, parts: Sequence[str] = PARTS) -> None:
    """Serve the pages of `folder` beside the API; with one part alone, the empty address leads there."""
    pages = Pages(folder)

    def document(request: Request, part: str) -> Response:
        file = pages.find(f"{part}.html")
        if file is None:
            return Response(NOT_BUILT, 503, HEADERS | {"Cache-Control": "no-store"}, TYPES[".html"])
        return _answer(request, file, ASK_AGAIN)

    def way_in(request: Request) -> Response:
        return document(request, "index" if len(parts) > 1 else parts[0])

    def part(request: Request) -> Response:
        return document(request, request.url.path.split("/")[1])

    def loose(request: Request) -> Response:
        return _answer(request, _found(request.url.path[1:]), ASK_AGAIN)

    def asset(request: Request, name: str) -> Response:
        return _answer(request, _found(f"assets/{name}"), FOREVER)

    def _found(name: str) -> File:
        file = pages.find(name)
        if file is None:
            raise HTTPException(404, "Not Found")
        return file

    app.add_api_route("/", way_in, include_in_schema=False)
    for name in parts:
        app.add_api_route(f"/{name}", part, include_in_schema=False)
        app.add_api_route(f"/{name}/{{rest:path}}", part, include_in_schema=False)
    for name in LOOSE:
        app.add_api_route(f"/{name}", loose, include_in_schema=False)
    app.add_api_route("/assets/{name}", asset, include_in_schema=False)


def _answer(request: Request, file: File, caching: str) -> Response:
    headers = HEADERS | {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    accepted = {one.partition(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")}
    for packing, content in file.packed.items():
        if packing in accepted:
            return Response(content, 200, headers | {"Content-Encoding": packing}, file.media_type)
    return Response(file.content, 200, headers, file.media_type)


def _read(folder: Path) -> dict[str, File]:
    found = {}
    for path in folder.rglob("*"):
        media_type = TYPES.get(path.suffix)
        if media_type is not None and path.is_file():
            beside = {packing: path.with_name(path.name + ending) for packing, ending in PACKINGS.items()}
            packed = {packing: one.read_bytes() for packing, one in beside.items() if one.is_file()}
            found[path.relative_to(folder).as_posix()] = File(path.read_bytes(), packed, media_type)
    return found
