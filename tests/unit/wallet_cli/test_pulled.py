"""What another service keeps is pulled from a real authorization server; what is not its answer is not taken."""

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bank_api.protocol import sd_jwt
from bank_api.protocol.errors import CredentialError
from chaincode.jws import to_base64url
from chaincode.keys import SigningKey
from scripts.stage.ports import free_ports
from tests.unit.pds_adapter.conftest import installed_packages
from tests.unit.wallet_cli import credential_source
from wallet_cli import issued, pulled
from wallet_cli.cli import app
from wallet_cli.errors import EvidenceError, InputError, WalletError

FILES = Path(__file__).resolve().parent / "oauth_server"
HOLDER = SigningKey(b"\x42" * 32)
ACTION = re.compile(r'action="([^"]+)"')


@pytest.fixture(scope="module")
def service():
    """Its address, and the port that it lets a browser come back to."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js and npm are not installed, so no authorization server can be run")
    home = installed_packages(FILES, "oauth")
    port, back = free_ports(2)
    words = ["node", "server.mjs", str(port), f"http://127.0.0.1:{back}/callback"]
    server = subprocess.Popen(words, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}", back
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def payroll(service):
    """The address of a source that issues credentials with the leave that `service` asks for."""
    (port,) = free_ports(1)
    words = [sys.executable, "-m", "tests.unit.wallet_cli.credential_source", str(port), service[0]]
    source = subprocess.Popen(words, cwd=FILES.parents[3], stdout=subprocess.PIPE, text=True)
    try:
        assert source.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        source.terminate()
        source.wait(timeout=30)


def person(address, agrees=True):
    """Somebody at a browser: logs in and agrees, or goes away."""
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(address)
        if not agrees:
            browser.get(re.search(r'href="([^"]+abort)"', page.text).group(1))
            return
        for answer in ({"prompt": "login", "login": "hanako", "password": "any"}, {"prompt": "consent"}):
            page = browser.post(ACTION.search(page.text).group(1), data=answer)


def pull(service, scope="openid payroll", agrees=True, resource="/payroll", issuer=None, show=None):
    address, back = service
    show = show or (lambda url: threading.Thread(target=person, args=(url, agrees)).start())
    returned = pulled.listening("come back", back)
    try:
        return pulled.pull(issuer or address, "azukari", scope, address + resource, returned, show)
    finally:
        returned.server.server_close()


def test_what_a_service_keeps_comes_with_the_persons_leave(service):
    found = json.loads(pull(service))
    assert found == {"person": {"name": "hanako", "age": 41}, "income": {"year": 2026, "yen": 4_200_000}}


def test_without_leave_or_for_something_else_nothing_comes(service):
    with pytest.raises(WalletError, match="did not give leave"):
        pull(service, agrees=False)
    with pytest.raises(WalletError, match="401"):
        pull(service, scope="openid")
    with pytest.raises(WalletError, match="404"):
        pull(service, resource="/nothing")


def test_an_answer_that_is_not_this_ones_is_not_taken(service):
    address, back = service

    def another(url):
        query = httpx.URL(url).params
        assert query["code_challenge_method"] == "S256"
        forged = {"code": "stolen", "state": "another"}
        threading.Thread(target=lambda: httpx.get(query["redirect_uri"], params=forged)).start()

    with pytest.raises(WalletError, match="did not give leave"):
        pull(service, show=another)

    def elsewhere(url):
        query = httpx.URL(url).params
        mixed_up = {"code": "stolen", "state": query["state"], "iss": "https://evil.example"}
        threading.Thread(target=lambda: httpx.get(query["redirect_uri"], params=mixed_up)).start()

    with pytest.raises(EvidenceError, match=r"evil\.example"):
        pull(service, show=elsewhere)
    with pytest.raises(EvidenceError):
        pull(service, issuer=address.replace("127.0.0.1", "localhost"))
    assert back != 0


def test_nothing_is_asked_without_encryption_off_this_machine():
    for issuer, resource in (("http://payroll.example", "https://x.example"), ("https://x.example", "ftp://x.example")):
        returned = pulled.listening("come back")
        with pytest.raises(InputError):
            pulled.pull(issuer, "azukari", "openid", resource, returned, lambda _url: None)
        with pytest.raises(InputError, match="free port"):
            pulled.listening("again", returned.server.server_port)
        returned.server.server_close()


def test_the_command_writes_a_file_that_is_imported(service, tmp_path, monkeypatch):
    address, back = service
    monkeypatch.setattr("typer.launch", lambda url: threading.Thread(target=person, args=(url,)).start())
    out = tmp_path / "payroll.json"
    words = ["pds", "pull", f"{address}/payroll", "--issuer", address, "--client-id", "azukari", "--out", str(out)]
    done = CliRunner().invoke(app, [*words, "--scope", "openid payroll", "--port", str(back), "--json"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["bytes"] == out.stat().st_size
    assert json.loads(out.read_text())["income"]["yen"] == 4_200_000
    assert out.stat().st_mode & 0o777 == 0o600


def fetch(service, payroll, kind="payslip", key=HOLDER):
    def show(url):
        threading.Thread(target=person, args=(url,)).start()

    returned = pulled.listening("come back", service[1])
    try:
        return issued.fetch(payroll, kind, key, int(time.time()), "azukari", returned, show)
    finally:
        returned.server.server_close()


def test_a_source_issues_a_credential_to_this_wallet_with_the_persons_leave(service, payroll):
    credential, found = fetch(service, payroll)
    assert (found.issuer, found.holder, found.kind) == (credential_source.KEY.address, HOLDER.address, "payslip")
    assert found.claims == credential_source.PAYSLIP
    assert sd_jwt.verify(credential, found.issuer, int(time.time())) == found


def test_a_check_is_answered_by_the_source_and_the_amount_never_comes_here(service, payroll):
    credential, found = fetch(service, payroll, "income-below-5000000")
    assert found.claims == {"income<5000000": True}
    with pytest.raises(CredentialError):
        sd_jwt.verify(replace(credential, disclosures=(*credential.disclosures, forged("income", 1))), None, None)
    for word in ("4200000", "Example"):
        assert word not in json.dumps([sd_jwt._disclosed(one) for one in credential.disclosures])


def test_what_a_source_does_not_issue_or_issues_to_another_is_not_taken(service, payroll):
    with pytest.raises(InputError, match="payslip"):
        fetch(service, payroll, "passport")
    with pytest.raises(EvidenceError, match="is from"):
        fetch(service, payroll.replace("127.0.0.1", "localhost"))
    credential, _ = fetch(service, payroll)
    with pytest.raises(EvidenceError, match="another than"):
        issued._taken(
            {"credentials": [{"credential": credential.to_text()}]}, SigningKey(b"\x43" * 32), int(time.time())
        )
    for answer in ({}, {"credentials": []}, {"credentials": [{"credential": 1}]}, {"credentials": "abc"}):
        with pytest.raises(EvidenceError):
            issued._taken(answer, HOLDER, int(time.time()))


def forged(name, value):
    return to_base64url(json.dumps(["c2FsdA", name, value]).encode())
