"""A real RFC 3161 authority on loopback: openssl's, with a root of its own, asked over HTTP."""

import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = settings
[settings]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*words, folder):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Authority:
    """`url` answers stamp requests; `root` is the certificate to trust it by."""

    def __init__(self, folder, name):
        self.folder = folder
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        for part in ("root", "stamper"):
            configuration = CONFIGURATION.format(name=f"{name} {part}", folder=folder)
            (folder / f"{part}.cnf").write_text(configuration)
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        openssl("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
                "-config", "root.cnf", "-extensions", "root", folder=folder)  # fmt: skip
        openssl("req", *key, "-keyout", "stamper.key", "-out", "stamper.csr", "-config", "stamper.cnf", folder=folder)
        openssl("x509", "-req", "-in", "stamper.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
                "-out", "stamper.pem", "-days", "3650", "-extfile", "stamper.cnf", "-extensions", "stamper",
                folder=folder)  # fmt: skip
        self.root = folder / "root.pem"
        self.url = ""

    def stamp(self, query):
        (self.folder / "query.tsq").write_bytes(query)
        openssl("ts", "-reply", "-queryfile", "query.tsq", "-out", "answer.tsr", "-config", "root.cnf",
                "-section", "settings", folder=self.folder)  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()


@contextmanager
def running_authority(folder, name="test authority"):
    authority = Authority(folder, name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = authority.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_available():
    return shutil.which("openssl") is not None
