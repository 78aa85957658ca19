"""One request, one answer, and a refusal on its way to becoming an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

JSON, JSON_LIST, XML, ATOM = (
    "application/json",
    "application/json;charset=utf-8",
    "application/xml",
    "application/atom+xml",
)
MESSAGES: Final = {
    "PR400-AU-0001": "Password format is invalid.",
    "PR400-AU-0003": "Personium credential required.",
    "PR400-BI-0001": "Request header is not defined or invalid [Content-Type].",
    "PR400-BI-0004": "Install target box is already registered as Box Schema[{}].",
    "PR400-BI-0007": "Cannot open bar file [archive is not a ZIP archive].",
    "PR400-CM-0001": "Required key [{}] missing.",
    "PR400-CM-0002": "Field [{}] format error. Must be [{}].",
    "PR400-CM-0004": "JSON parse error. [{}].",
    "PR400-DV-0001": "XML parse error.",
    "PR400-DV-0002": "XML content error.",
    "PR400-DV-0003": "Invalid depth header value:[{}].",
    "PR400-DV-0004": "Role not found.",
    "PR400-DV-0006": "XML validate error. Cause:[[{}] that can not be set in privilege].",
    "PR400-DV-0007": "Cannot add any more child resources.",
    "PR400-DV-0008": "Hierarchy of the collection is too deep.",
    "PR400-DV-0009": "Request header Destination value is invalid [{}].",
    "PR400-DV-0010": "Header Destination is required.",
    "PR400-EV-0004": "[{}] field format error.",
    "PR400-EV-0005": "Cannot delete current eventLog file.",
    "PR400-OD-0001": "JSON parse error.",
    "PR400-OD-0003": "OData $filter Parse Error.",
    "PR400-OD-0006": "request body format error. field [{}]",
    "PR400-OD-0007": "[{}]",
    "PR400-OD-0009": "[{}] is required.",
    "PR400-OD-0013": "$inlinecount value [{}] is invalid.",
    "PR400-OD-0023": "$batch body parse error.",
    "PR400-OD-0024": "[{}] does not exist.",
    "PR400-OD-0025": "[{}] does not exist.",
    "PR400-OD-0029": "Query value [{}]=[{}] is invalid.",
    "PR400-OD-0034": "$batch body format is invalid. Request path format is invalid [{}].",
    "PR400-OD-0035": "$batch body format is invalid. Request Method not allowed [{}].",
    "PR400-OD-0036": "OData Query [{}] parse error.",
    "PR400-OD-0040": "Cannot specify the list type to $orderby.",
    "PR400-OD-0043": "Unsupported operator specified in query.",
    "PR400-OD-0044": "Unsupported function specified in query.",
    "PR400-OD-0045": "An unknown property with name '{}' was found.",
    "PR400-OD-0046": "Mismatched operand/argument is specified for '{}'.",
    "PR400-OD-0049": "[Url] field format error. "
    "Cell URL should be normalized URL with http(s) scheme and trailing slash.",
    "PR400-OD-0050": "[Schema] field format error. "
    "Schema URI should be either normalized URL with http(s) scheme and trailing slash, or URN.",
    "PR401-AU-0001": "Authorization required.",
    "PR401-AU-0002": "Access token expired.",
    "PR401-AU-0003": "Invalid authentication scheme.",
    "PR401-AU-0006": "Token parse error.",
    "PR401-AU-0007": "Can not access with refresh token.",
    "PR401-AU-0008": "Token dsig error.",
    "PR401-AU-0011": "Authentication failed.",
    "PR401-AU-0012": "Can not access with password change access token.",
    "PR403-AU-0001": "Unit user access required.",
    "PR403-AU-0002": "Necessary privilege is lacking.",
    "PR403-AU-0003": "This resource can not be accessed by the Unit User specified in authorization header.",
    "PR403-AU-0005": "This resource can not be accessed with the schema that has been authenticated.",
    "PR403-AU-0006": "Insufficient schema authorization level.",
    "PR403-DV-0001": "Infinite depth is not supported.",
    "PR403-DV-0003": "Cannot delete collection if it has any child resources.",
    "PR403-DV-0004": "Resource name is invalid [{{0}}].",
    "PR403-DV-0005": "Destination header value [{}] equals request URL.",
    "PR404-DV-0001": "Resource not found. [{}].",
    "PR404-DV-0002": "Box not found at [{}].",
    "PR404-DV-0003": "Cell not found.",
    "PR404-MC-0001": "URI is not recognized.",
    "PR404-OD-0000": "Not found.",
    "PR404-OD-0001": "No such entity set.",
    "PR404-OD-0002": "No such entity.",
    "PR405-DV-0001": "Method not allowed. MKCOL can only be executed on a deleted/non-existent resource.",
    "PR405-MC-0001": "Method not allowed.",
    "PR409-CM-0002": "Because [cell {}] is being executed, writing to cell can not be done.",
    "PR409-DV-0001": "intermediate collection [{}] should be created first.",
    "PR409-DV-0002": "File [{}] already exists.",
    "PR409-OD-0001": "This entity has related data.",
    "PR409-OD-0002": "Links exists already.",
    "PR409-OD-0003": "The entity already exists.",
    "PR412-DV-0001": "ETag does not match.",
    "PR412-DV-0002": 'Overwrite header is "F" and the destination URL is already mapped to a resource.',
    "PR412-MC-0001": "Precondition failed [Header: X-Personium-Recursive].",
    "PR412-OD-0002": "ETag does not match.",
    "PR412-UI-0001": "Property [relayhtmlurl] not configured.",
    "PR415-OD-0001": "Unsupported media type:[{}].",
    "PR416-DV-0001": "Requested range not satisfiable.",
    "PR500-DV-0001": "File system inconsistency detected.",
    "PR500-SV-9999": "Unknown Exception [1]",
    "PR501-MC-0001": "Method not implemented.",
    "PR501-MC-0002": "Not implemented. [Range-MultiPart].",
}
"""What the unit says; the three digits after PR are the HTTP status."""


@dataclass
class Response:
    status: int
    body: bytes | None = None
    """None: neither a body nor a Content-Length (204, 304)."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    by_container: bool = False
    """Refused before the unit's own code saw it: no X-Personium-Version."""


class Refused(Exception):  # noqa: N818  a refusal is an answer here, not a fault
    """The unit's refusal, by its code."""

    def __init__(self, code: str, *words: str, challenges: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.challenges = code, challenges
        self.message = MESSAGES[code].format(*words)
        self.language = "en_US" if code == "PR500-SV-9999" else "en"

    def response(self) -> Response:
        body = {"code": self.code, "message": {"lang": self.language, "value": self.message}}
        headers = [("WWW-Authenticate", challenge) for challenge in self.challenges]
        return as_json(body, int(self.code[2:5]), headers)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """As sent, without the query."""
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def segments(self) -> list[str]:
        """The path's parts, decoded. Everything from an unencoded `;` on is cut off, as Tomcat does."""
        return [unquote(part.split(";")[0]) for part in self.path.removeprefix("/").removesuffix("/").split("/")]

    @property
    def options(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())

    @property
    def recursive(self) -> bool:
        return self.header("X-Personium-Recursive") == "true"

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


Handler = Callable[[Request], Response]


def as_json(
    value: Any, status: int = 200, headers: list[tuple[str, str]] | None = None, kind: str = JSON, odata: bool = False
) -> Response:
    """JSON as the unit writes it: no spaces, slashes escaped."""
    body = compact(value).encode()
    marks = [("DataServiceVersion", "2.0")] if odata else []
    return Response(status, body, [*(headers or []), *marks, ("Content-Type", kind)])


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")


def as_xml(text: str, status: int = 200, headers: list[tuple[str, str]] | None = None, kind: str = XML) -> Response:
    return Response(status, text.encode(), [*(headers or []), ("Content-Type", kind)])


def by_container(message: str) -> Response:
    """Tomcat's own page, for what it never lets through to the unit."""
    text = (
        '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title><style type="text/css">'
        "body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} "
        "h1 {font-size:22px;} h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} "
        ".line {height:1px;background-color:#525D76;border:none;}</style></head><body>"
        '<h1>HTTP Status 400 – Bad Request</h1><hr class="line" /><p><b>Type</b> Status Report</p>'
        f"<p><b>Message</b> {message}</p><p><b>Description</b> The server cannot or will not process the request "
        "due to something that is perceived to be a client error (e.g., malformed request syntax, invalid request "
        'message framing, or deceptive request routing).</p><hr class="line" />'
        "<h3>Apache Tomcat/9.0.117</h3></body></html>"
    )
    headers = [("Content-Type", "text/html;charset=utf-8"), ("Content-Language", "en")]
    return Response(400, text.encode(), headers, by_container=True)
