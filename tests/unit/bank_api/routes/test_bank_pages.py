"""The pages' files as the bank serves them: the strictest rules on every answer, nothing but what was built."""

import gzip

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bank_api.routes import pages, problems

DESKS = ("partner", "shop", "board", "custodian", "operator")
BUILT = {
    "index.html": "<title>in</title>",
    "member.html": "<title>member</title>",
    "explorer.html": "<title>explorer</title>",
    **{f"{part}.html": f"<title>{part}</title>" for part in DESKS},
    "sw.js": "worker",
    "app.webmanifest": "{}",
    "icon.svg": "<svg/>",
    "assets/member-1a2b.js": "script",
    "assets/words-ja-1a2b.ftl": "word",
    "made-from.txt": "a stamp",
}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pages"


@pytest.fixture
def client(folder):
    app = FastAPI()
    pages.install(app, folder)
    problems.install(app)
    return TestClient(app)


@pytest.fixture
def built(folder):
    for name, content in BUILT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        if not name.endswith(".txt"):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content.encode()))
            path.with_name(path.name + ".br").write_bytes(b"by brotli: " + content.encode())


@pytest.mark.parametrize(
    ("address", "document"),
    [
        ("/", "in"),
        ("/member", "member"),
        ("/member/surveys/0x12/3", "member"),
        ("/explorer", "explorer"),
        ("/explorer/block/7", "explorer"),
        *((f"/{part}", part) for part in DESKS),
        ("/partner/releases/0x12", "partner"),
    ],
)
def test_every_screen_of_a_part_is_its_document(client, built, address, document):
    answer = client.get(address)
    assert (answer.status_code, answer.text) == (200, f"<title>{document}</title>")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("address", ["/", "/member/join", "/assets/member-1a2b.js", "/sw.js", "/icon.svg"])
def test_nothing_inline_nothing_foreign_no_text_that_becomes_a_script(client, built, address):
    headers = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_file_named_by_its_content_is_kept_for_ever_and_sent_packed(client, built):
    answer = client.get("/assets/member-1a2b.js", headers={"Accept-Encoding": "gzip, deflate"})
    assert answer.text == "script"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    plain = client.get("/assets/member-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == "script"
    assert "content-encoding" not in plain.headers


def test_whoever_takes_the_smallest_packing_gets_it(client, built):
    with client.stream(
        "GET", "/assets/member-1a2b.js", headers={"Accept-Encoding": "gzip, deflate, br;q=0.9"}
    ) as answer:
        assert answer.headers["content-encoding"] == "br"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert b"".join(answer.iter_raw()) == b"by brotli: script"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/other.js",
        "/assets/..%2fmade-from.txt",
        "/assets/%2e%2e/made-from.txt",
        "/made-from.txt",
        "/member.html",
        "/assets/member-1a2b.js.gz",
        "/assets/member-1a2b.js.br",
        "/somewhere",
    ],
)
def test_nothing_else_is_served(client, built, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_pages_the_bank_says_how_to_get_them_and_finds_them_once_they_are_there(client, folder, request):
    answer = client.get("/member")
    assert answer.status_code == 503
    assert "python -m scripts.pages" in answer.text
    assert answer.headers["content-security-policy"] == pages.POLICY
    request.getfixturevalue("built")
    assert client.get("/member").status_code == 200
