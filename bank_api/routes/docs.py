"""`/docs`: the API described for people, from its own OpenAPI document; plain HTML that loads nothing from anywhere.

Whoever wants to try calls takes `/openapi.json` to a tool of their choice.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from threading import Lock
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse

STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem } h3 { margin-bottom: 0 } code { font-family: ui-monospace, monospace }
table { border-collapse: collapse; margin: .5rem 0 }
td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }
:root { color-scheme: light dark }
"""
METHODS = ("get", "post", "put", "patch", "delete")


def install(app: FastAPI) -> None:
    """Serve page and document; the application must have been made without FastAPI's own: its page needs the internet,
    and its document is written anew for each stranger who asks, half a megabyte while everybody else waits."""

    at_once = Lock()

    @cache
    def described() -> bytes:
        return bytes(JSONResponse(app.openapi()).body)

    @cache
    def shown() -> str:
        return page(app.openapi())

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> Response:
        with at_once:
            return Response(described(), media_type="application/json")

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    def docs() -> str:
        with at_once:
            return shown()


def page(document: Mapping[str, Any]) -> str:
    """The whole page for an OpenAPI 3.1 document."""
    info = document["info"]
    title = f"{info['title']} {info['version']}"
    return "\n".join(
        [
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{STYLE}</style>",
            f"<h1>{escape(title)}</h1><p>{escape(info.get('description', ''))}</p>",
            '<p>For programs: <a href="/openapi.json">/openapi.json</a></p><h2>Calls</h2>',
            *(line for path, item in document["paths"].items() for line in _calls(document, path, item)),
            "<h2>Shapes</h2>",
            *(line for name, schema in _schemas(document).items() for line in _shape(name, schema)),
        ]
    )


def _schemas(document: Mapping[str, Any]) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    return schemas


def _parameter(document: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter that all calls share is described once and named by the others."""
    if "$ref" not in given:
        return given
    shared: Mapping[str, Any] = document["components"]["parameters"][given["$ref"].rpartition("/")[2]]
    return shared


def _calls(document: Mapping[str, Any], path: str, item: Mapping[str, Any]) -> Iterator[str]:
    for method in METHODS:
        if method not in item:
            continue
        call = item[method]
        yield f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
        yield f"<p>{escape(call.get('description') or call.get('summary', ''))}</p><table>"
        for parameter in (_parameter(document, one) for one in call.get("parameters", [])):
            needed = "" if parameter.get("required") else ", optional"
            yield _row(parameter["name"], f"{_type(parameter['schema'])} in the {parameter['in']}{needed}")
        if "requestBody" in call:
            yield _row("body", _content(call["requestBody"]))
        for status, response in call["responses"].items():
            yield _row(status, _content(response) or escape(response.get("description", "")))
        yield "</table>"


def _shape(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3>'
    yield f"<p>{escape(schema.get('description', ''))}</p><table>"
    required = schema.get("required", [])
    for field, one in schema.get("properties", {}).items():
        needed = "" if field in required else ", optional"
        yield _row(field, f"{_type(one)}{needed}", escape(one.get("description", "")))
    yield "</table>"


def _row(name: str, *cells: str) -> str:
    """A row; the cells are HTML already."""
    return f"<tr><th><code>{escape(name)}</code></th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _content(body: Mapping[str, Any]) -> str:
    return ", ".join(_type(media.get("schema", {})) for media in body.get("content", {}).values())


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words, as HTML; a named one is a link."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return " or ".join(map(_type, several))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return escape(" or ".join(map(str, schema["enum"])))
    return escape(str(schema.get("type", "anything")))
