"""A payroll that issues credentials over HTTP: what OpenID for Verifiable Credential Issuance asks of a source.

`python credential_source.py PORT AUTHORIZATION_SERVER`. It believes the authorization server of a token, gives each
nonce once, signs with a key of its own, and issues either a payslip or one check of it.
"""

import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx

from bank_api.protocol import sd_jwt
from bank_api.protocol.errors import CredentialError
from chaincode.keys import SigningKey

KEY = SigningKey(b"\x41" * 32)
PAYSLIP = {"age": 41, "employer": "Example KK", "income": {"year": 2026, "yen": 4_200_000}, "income<5000000": True}
KINDS = {"payslip": list(PAYSLIP), "income-below-5000000": ["income<5000000"]}
DAY = 86_400


class Payroll(BaseHTTPRequestHandler):
    nonces: ClassVar[set[str]] = set()
    url = authorization = ""

    def do_GET(self):
        if self.path != "/.well-known/openid-credential-issuer":
            return self.answer(404, {"error": "not_found"})
        kinds = {name: {"format": "dc+sd-jwt", "scope": "payroll", "vct": name} for name in KINDS}
        return self.answer(200, {
            "credential_issuer": self.url, "authorization_servers": [self.authorization],
            "credential_endpoint": f"{self.url}/credential", "nonce_endpoint": f"{self.url}/nonce",
            "credential_configurations_supported": kinds,
        })  # fmt: skip

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/nonce":
            self.nonces.add(nonce := secrets.token_urlsafe(16))
            return self.answer(200, {"c_nonce": nonce})
        who = httpx.get(f"{self.authorization}/me", headers={"Authorization": self.headers.get("Authorization", "")})
        if who.status_code != 200:
            return self.answer(401, {"error": "invalid_token"})
        return self.answer(*self.issued(json.loads(content)))

    def issued(self, asked):
        [proof] = asked["proofs"]["jwt"]
        holder = None
        for nonce in list(self.nonces):
            try:
                holder = sd_jwt.proven_key(proof, self.url, nonce)
                self.nonces.discard(nonce)
            except CredentialError:
                continue
        if holder is None:
            return 400, {"error": "invalid_proof"}
        kind, now = asked["credential_configuration_id"], int(time.time())
        claims = {name: PAYSLIP[name] for name in KINDS[kind]}
        made = sd_jwt.issue(claims, kind, sd_jwt.KeyInHand(KEY), holder, now, now + 30 * DAY, secrets.token_bytes)
        return 200, {"credentials": [{"credential": made.to_text()}]}

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        return


if __name__ == "__main__":
    Payroll.url, Payroll.authorization = f"http://127.0.0.1:{sys.argv[1]}", sys.argv[2]
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Payroll)
    print("ready", flush=True)
    server.serve_forever()
