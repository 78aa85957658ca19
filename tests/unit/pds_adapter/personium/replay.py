"""Sends the recorded requests, one after the other, with this run's tokens and ETags in the place of those recorded."""

import base64
import hashlib
import http.client
import json
import re
import threading
from urllib.parse import quote, urlencode, urlsplit

from tests.unit.pds_adapter.personium.exchanges import CUT_CHARACTERS, flat, normal, normal_headers, normal_json, number

MASTER = "master-token-of-a-unit-for-tests"
SEED = hashlib.sha256(b"seed").digest()
BODIES = {
    424: b"abc" * 10 + b"def" * 10,
    426: SEED * 65536,
    428: bytes(64 * 2**20),
    429: bytes(150 * 2**20),
    675: json.dumps({"__id": "t9", "t": "x" * 60000}).encode(),
    757: json.dumps({"__id": "t1", "t": "x" * 51200}).encode(),
    758: json.dumps({"__id": "t2", "t": "x" * 51201}).encode(),
}
"""Bodies that the recording describes instead of holding."""
CHUNKED = 424


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = response.getheaders()

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def json(self):
        return json.loads(self.body)


class Replay:
    """One run against the unit at `url`; `clock.advance(seconds)` stands for waiting."""

    def __init__(self, url, clock):
        self.url, self.clock = url, clock
        self.tokens, self.etags, self.words = {"token:unit-admin": MASTER}, {}, {}
        self._here = threading.local()

    def send(self, method, path, headers=(), body=None, chunked=False):
        connection = getattr(self._here, "connection", None)
        if connection is None:
            connection = self._here.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding"):
                connection.putheader(name, value.encode())
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
            half = len(body) // 2
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())

    def ask(self, method, path, body=None, token="unit-admin", status=None, **headers):  # noqa: S107
        """A request of our own, between the recorded ones; anything but success ends the run."""
        named = [("Authorization", f"Bearer {self.tokens[f'token:{token}']}"), ("Accept", "application/json")]
        named += [(name.replace("_", "-"), value) for name, value in headers.items()]
        if isinstance(body, dict):
            body = json.dumps(body).replace("{unit}", self.url).encode()
            named.append(("Content-Type", "application/json"))
        answer = self.send(method, path, named, body if body is None or isinstance(body, bytes) else body.encode())
        assert answer.status in ((status,) if status else (200, 201, 202, 204, 207)), (method, path, answer.body)
        return answer

    def token(self, cell, name, account, password="Passw0rd-1", **form):  # noqa: S107
        words = {"grant_type": "password", "username": account, "password": password, **form}
        kind = [("Content-Type", "application/x-www-form-urlencoded")]
        answer = self.send("POST", f"/{cell}/__token", kind, urlencode(words).encode())
        self.tokens[f"token:{name}"] = answer.json["access_token"]
        self.tokens[f"refresh:{name}"] = answer.json["refresh_token"]

    def request_of(self, exchange):
        request = exchange["request"]
        headers = [(name, self._filled(value)) for name, value in flat(request["headers"])]
        path = self._filled(request["path"])
        body = self._body(exchange)
        return request["method"], path, headers, body

    def step(self, exchange):
        """What differs from the recording: an empty list where nothing does."""
        method, path, headers, body = self.request_of(exchange)
        answer = self.send(method, path, headers, body, chunked=number(exchange) == CHUNKED)
        self._learn(exchange, answer)
        return self.differences(exchange, answer)

    def differences(self, exchange, answer):
        expected, found = exchange["response"], []
        if answer.status != expected["status"]:
            found.append(f"status {answer.status}, not {expected['status']}: {answer.body[:300]!r}")
        named, wanted = normal_headers(answer.headers, self.url), normal_headers(flat(expected["headers"]), self.url)
        found += [
            f"{name}: {named.get(name)}, not {wanted.get(name)}"
            for name in sorted(named.keys() | wanted.keys())
            if named.get(name) != wanted.get(name)
        ]
        return found + self._body_differences(expected, answer)

    def _body_differences(self, expected, answer):
        wanted = expected.get("body")
        if expected.get("body_encoding") == "base64":
            held = base64.b64decode(wanted)
            fits = answer.body.startswith(held[:3000]) if len(held) >= 3000 else answer.body == held
            return [] if fits else [f"bytes {answer.body[:60]!r}"]
        if isinstance(wanted, dict):
            try:
                body = self._named(wanted, answer.json)
            except ValueError:
                return [f"no JSON: {answer.body[:300]!r}"]
            one, other = normal_json(body, self.url), normal_json(wanted, self.url)
            return [] if one == other else [f"body\n  {one}\nnot\n  {other}"]
        one, other = normal(answer.body.decode("utf-8", "replace"), self.url), normal(wanted or "", self.url)
        if other.startswith("<multistatus"):
            one, other = _in_order(one), _in_order(other)
        if wanted and len(wanted) > CUT_CHARACTERS:
            one, other = one[: len(other) - 200], other[:-200]
        return [] if one == other else [f"text\n{one}\nnot\n{other}"]

    def _named(self, wanted, body):
        """Tokens by their recorded names, once they were learnt."""
        if "access_token" not in wanted or not isinstance(body, dict):
            return body
        names = {key: wanted[key] for key in ("access_token", "refresh_token") if key in wanted and key in body}
        return {**body, **names}

    def _learn(self, exchange, answer):
        """Tokens, ETags and random words of this run, by what stood in their place in the recording."""
        expected = exchange["response"]
        body = expected.get("body")
        if isinstance(body, dict) and "access_token" in body and answer.body.startswith(b"{"):
            for key in ("access_token", "refresh_token"):
                if key in body and key in answer.json:
                    self.tokens[body[key].strip("{}")] = answer.json[key]
            if "p_cookie_peer" in body:
                self.words[body["p_cookie_peer"]] = answer.json["p_cookie_peer"]
                cookie = re.search(r"p_cookie=([^;]+)", answer.header("Set-Cookie"))[1]
                self.tokens["cookie:alice-cookie"] = cookie
        if "ETag" in expected["headers"] and answer.header("ETag"):
            self.etags[_tag(expected["headers"]["ETag"])] = _tag(answer.header("ETag"))

    def _body(self, exchange):
        request = exchange["request"]
        body, encoding = request.get("body"), request.get("body_encoding")
        if number(exchange) in BODIES:
            return BODIES[number(exchange)]
        if body is None:
            return b"" if request["headers"].get("Content-Length") == "0" else None
        if encoding == "base64":
            return base64.b64decode(body)
        if encoding == "form":
            return urlencode({name: self._filled(str(value)) for name, value in body.items()}).encode()
        if isinstance(body, dict):
            text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            return self._filled(text).encode()
        if body.startswith("<bar"):
            return self.words["bar"]
        if body.startswith("<the zip"):
            return self.words["zip"]
        return self._filled(body).encode()

    def _filled(self, text):
        text = text.replace("{unit}%2F", f"{quote(self.url, safe='')}%2F").replace("{unit}", self.url)
        for old, new in {**self.etags, **{k: v for k, v in self.words.items() if isinstance(v, str)}}.items():
            text = text.replace(old, new)
        return re.sub(r"\{((?:token|refresh|cookie):[^}]+|base64 of[^}]+)\}", lambda found: self._one(found[1]), text)

    def _one(self, name):
        if name in self.tokens:
            return self.tokens[name]
        if name.startswith("base64"):
            client = f"{self.url}/app/"
            client = quote(client, safe="") if "percent-encoded" in name else client
            return base64.b64encode(f"{client}:{self.tokens['token:app@alice']}".encode()).decode()
        token, _, change = name.partition(", ") if ", " in name else name.partition(" ")
        token = self.tokens[token]
        if "cut off" in change:
            return token[:-5]
        if "one character" in change:
            return "Q" + token[1:]
        xml = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        if "subject" in change:
            xml = xml.replace("/bob/#bo<", "/bob/#mallory<")
        else:
            xml = re.sub("<Signature.*</Signature>", "", xml)
        return base64.urlsafe_b64encode(xml.encode()).decode().rstrip("=")


def _tag(header):
    return header.removeprefix("W/").strip('"')


def _in_order(text):
    """A listing has no order: its parts sorted."""
    head, *parts = text.split("    <response>")
    return "".join([head, *sorted(part.removesuffix("</multistatus>") for part in parts)])
