"""A bank that lies to wallets, over real HTTP: each command notices, or does nothing that harms anybody.

A server stands between the wallets and an honest bank, and changes its answers as a bank with other programs might:
everything plausible, nothing that only looks broken. A table of its own says of each endpoint why lies in it are
noticed, or do no harm, and is held complete.
"""

import base64
import json
import re
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bank_api.protocol.documents.answer import AnswerDocument, answer_context
from bank_api.protocol.documents.condition import Between, OneOf
from bank_api.protocol.promotion import PromotionWords
from bank_api.protocol.shapes.boxes import BoxGrant
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.terms import TermsBody
from chaincode.bindings import Role, Scope
from chaincode.ids import NOBODY, new_id, text_hash, to_hex
from chaincode.keys import sign_text
from ledger.proofs import check_account_proof
from ledger.sealed_header import read_header
from pds_adapter.sealing.chunks import Cover, content_digest, seal_cover
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair, PublicKey
from scripts.stage import acts, survey
from scripts.stage.cast import PASSPHRASE, Company, save_wallets
from wallet_cli import former_keys, sealed_records
from wallet_cli.bank_client import Invitation
from wallet_cli.cli import app
from wallet_cli.former_keys import FormerKey
from wallet_cli.open_grants import text_mark
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import member as consenting
from wallet_cli.signing import partner as asking
from wallet_cli.signing import promotion as promoting
from wallet_cli.signing import quota as issuing
from wallet_cli.signing import recovery as recovering
from wallet_cli.signing import seats as seating
from wallet_cli.signing import wards as caring
from wallet_cli.unrecorded import FOLDER

EVIDENCE, REFUSED = 5, 1
EVIL = KeyPair.from_seed(b"\x66" * 32)
PUPPET = "0x" + "66" * 20
WILL = "the house is for my sister\n"


class Liar(ThreadingHTTPServer):
    """Passes everything on; changes what comes back, where the lie wants it, and remembers what was written."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.bank = ""
        self.lie = self.dropped = None
        self.before: dict[str, object] = {}
        """Answers of before, by their paths: the ledger and all that the bank knows as they were then."""
        self.written: list[str] = []
        self.put: list[str] = []
        self.line = httpx.Client(timeout=60)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def drops(self, method, path):
        """Whether this act is answered with a receipt and goes no further."""
        return method == "POST" and self.dropped is not None and re.fullmatch(self.dropped, path) is not None

    def newest(self):
        question = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
        return int(self.line.post(self.bank + "/v1/ledger", json=question).json()["result"], 16)

    def lies(self, method, path, document):
        if method == "GET" and path in self.before:
            return self.before[path]
        if self.lie is None or not re.fullmatch(self.lie.path, path.partition("?")[0]):
            return document
        changed = json.loads(json.dumps(document))
        replaced = self.lie.change(changed)
        return changed if replaced is None else replaced


def done(body, block):
    """The receipt of whatever was sent, as an honest bank would give it."""
    message = next((one["message"] for one in body.values() if isinstance(one, dict) and "message" in one), {})
    beside = {"account": message.get("account", PUPPET), "coins": 1}
    return {
        "id": next(iter(message.values()), "0x" + "7" * 64),
        "block_number": block,
        "transaction_hash": "0x" + "7" * 64,
    } | beside


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: self.headers[name] for name in self.headers if name.lower() not in ("host", "accept-encoding")}
        liar = self.server
        if self.command == "POST" and not self.path.startswith(("/v1/session", "/v1/ledger")):
            liar.written.append(self.path)
        if self.command == "PUT":
            liar.put.append(self.path)
        if liar.drops(self.command, self.path):
            return self.answer(201, "application/json", json.dumps(done(json.loads(body), liar.newest())).encode())
        answer = liar.line.request(self.command, liar.bank + self.path, content=body, headers=kept)
        content = answer.content
        if answer.status_code < 300 and "json" in answer.headers.get("content-type", ""):
            content = json.dumps(liar.lies(self.command, self.path, answer.json())).encode()
        return self.answer(answer.status_code, answer.headers.get("content-type", "application/json"), content)

    def answer(self, status, kind, content):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815  the library's names

    def log_message(self, *_):
        pass


@dataclass
class Lie:
    """One lie: in which answers, how, who meets it doing what, and what comes of it."""

    path: str
    change: object
    who: str
    words: tuple
    says: str
    """What the wallet, or the contract behind the honest bank, says."""
    code: int = EVIDENCE
    sends: bool = False
    """Whether the wallet may send something signed, because the contract refuses it."""


@dataclass
class Town:
    """The honest bank and its people behind the liar; `ids` are what the commands need."""

    liar: Liar
    company: Company
    home: Path
    ids: dict[str, str] = field(default_factory=dict)

    def run(self, who, *words, **more):
        environment = more | {
            "AZUKARI_HOME": str(self.home), "AZUKARI_BANK": self.liar.url, "AZUKARI_WALLET": who,
            "AZUKARI_PASSPHRASE": PASSPHRASE, "AZUKARI_LANGUAGE": "en", "AZUKARI_INVITATION": "",
        }  # fmt: skip
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)


@pytest.fixture(scope="module")
def town(tmp_path_factory, deployed):
    stage, liar = deployed(Path(tmp_path_factory.mktemp("lying"))), Liar()
    try:
        stage.start_ledger()
        stage.bank.environment["AZUKARI_BANK_PROMOTION_K"] = "1"  # few live here
        liar.bank = stage.start_bank("Honest bank", liar.url)
        company = Company(liar.url, stage.operator)
        town = Town(liar, company, stage.folder / "home")
        play(town)
        yield town
        company.close()
    finally:
        stage.stop()
        liar.shutdown()


def play(town):
    """Everybody enrolled; two members who answered, a request that the board approved, coupons, two escrows."""
    company, story = town.company, acts.Story()
    acts.enroll(company)
    acts.join(company, 12, lambda: None)
    acts.publish_survey(company, story)
    everybody, company.members = company.members, company.members[1:]
    acts.answer(company, story, survey.respondents(len(company.members)), lambda: None)
    company.members = everybody
    acts.ask(company, story)
    save_wallets(town.home, company)
    cafe, now = company.others["cafe"], company.bank.time
    terms = {"title": "Tea", "description": "One cup", "price_coins": 5, "stock": 9}
    times = {"opens_at": now - 60, "closes_at": now + 86400, "redeem_until": now + 86400}
    cafe.client.send(asking.publish_coupon(cafe.signer, asking.CouponTerms(**terms, **times)))
    (offer,) = company.members[1].client.public.coupon_classes()
    promote(company, story.survey.survey_id, offer)
    escrow = entrusted(company)
    opening = {}
    for delay in (0, 10**6):
        escrow = entrusted(company, delay)
        asked = company.others["guardian"].client.send(
            escrowing.ask_opening(company.others["guardian"].signer, escrow, "curious")
        )
        opening[delay] = asked.id
    town.ids = {
        "survey": story.survey.survey_id, "request": story.request_id, "coupon": offer.class_id, "escrow": escrow,
        "open": opening[0], "waiting": opening[10**6],
    }  # fmt: skip
    town.ids |= {name: company.others[name].account for name in ("guardian", "lawyer")}
    giver, friend = company.members[2], company.members[3]
    asked = next(one for one in giver.client.member.requests() if one.request_id == story.request_id)
    town.ids["consent"] = giver.client.send(consenting.decide_consent(giver.signer, asked, given=True)).id
    giver.client.send(caring.delegate(giver.signer, friend.account, Scope.SURVEY, now + 86400))
    town.ids["friend"] = friend.account
    town.ids["invitation"] = "newcomers-code"
    company.operator.client.operator.invite([Invitation(code=town.ids["invitation"], name="Newcomer")])
    will = town.home / "will.txt"
    will.write_text(WILL)
    town.ids["will"] = str(will)
    body = TermsBody(
        statement="I join under the second terms", text="1. Be kind.\n", language="en", accept_by=now + 30 * 86400
    )
    company.operator.client.terms.publish(body)
    done = town.run("guardian", "custodian", "publish-key")  # the home's first time at this bank
    assert done.exit_code == 0, done.output
    hand_round(town)
    let_read(town)
    forger = company.members[1]
    values = survey.respondents(1)[0] | {"vote": 1, "age": 99}
    FORGED[True] = AnswerDocument(town.ids["survey"], forger.account, values, b"\5" * 32), forger.signer.encryption


def promote(company, survey_id, offer):
    """A promotion of the cafe's, which the operator lets be shown."""
    words = [PromotionWords(language="en", title="Tea", text="For readers.")]
    cafe, condition = company.others["cafe"], Between(survey_id, "age", 18, 99)
    url = company.connection.base_url
    body = promoting.file_promotion(cafe.signer, url, words, offer.class_id, offer.closes_at, condition)
    shown = cafe.client.promotions.file(body)
    company.operator.client.promotions.approve(shown.promotion_id)
    votes = OneOf(survey_id, "vote", (1,))
    foul = promoting.file_promotion(cafe.signer, url, words, offer.class_id, offer.closes_at, votes)
    FORGED["promotion"] = shown.model_dump(mode="json") | foul.model_dump(mode="json")


def hand_round(town):
    """What several sign together, as files that need only be carried; and a recovery that has begun."""
    company, until = town.company, town.company.bank.time + 30 * 86400
    board, stranger, lost = company.others["board"], company.newcomer("stranger"), company.members[8]
    town.ids |= {"lost": lost.account, "stranger": stranger.account}
    asked = recovering.ask_recovery(stranger.signer, company.members[9].account, b"\1" * 32)
    ward, hands = company.members[10].account, company.members[11].account
    handed = {
        "seat": seating.propose_seat(board.signer, stranger.account, Role.BOARD, "Second", seated=True),
        "quota": issuing.propose_quota(board.signer, 10**9, 30 * 86400),
        "issue": issuing.propose_issue(board.signer, new_id(), NOBODY, 5),
        "guardian-file": caring.propose_guardian(board.signer, ward, hands, Scope.SURVEY, until, b"\1" * 32),
        "recovery": recovering.approve_recovery(board.signer, asked),
    }
    for name, body in handed.items():
        file = town.home / f"{name}.json"
        file.write_text(body.model_dump_json())
        town.ids[name] = str(file)
    renewed = company.actor(lost.name, company.newcomer("new").key, account=lost.account)
    begun = recovering.approve_recovery(board.signer, recovering.ask_recovery(renewed.signer, lost.account, b"\1" * 32))
    company.operator.client.recovery.propose(begun)


def let_read(town):
    """Member 3 lets member 5 read the will."""
    identity = town.home / "reader.json"
    for who, *words in (
        ("member-003", "pds", "put", town.ids["will"]),
        ("member-005", "wallet", "export-address", "--json"),
        ("member-003", "pds", "grant", "--to", identity, "--until", "+7d", "--yes", "--json"),
    ):
        done = town.run(who, *words)
        assert done.exit_code == 0, done.output
        if "export-address" in words:
            identity.write_text(done.stdout)
    town.ids["grant"] = json.loads(done.stdout)["grant_id"]
    READER[True] = town.company.members[4].signer.encryption.public


def entrusted(company, delay=0):
    """An escrow of member 2, held by guardian and lawyer, both of whom have acknowledged."""
    owner, holders = company.members[1], [company.others["guardian"], company.others["lawyer"]]
    people = [
        escrowing.KnownCustodian(one.account, PublicKey.from_hex(one.signer.encryption.public.to_hex()))
        for one in holders
    ]
    deposit = escrowing.entrust_document(owner.signer, "Will", WILL.encode(), people, 2, delay)
    escrow_id = owner.client.send(deposit).id
    for one in holders:
        view = next(shown for shown in one.client.escrow.escrows() if shown.escrow_id == escrow_id)
        share = escrowing.receive_share(one.signer, view, one.client.escrow.share(escrow_id))
        one.client.send(escrowing.acknowledge_share(one.signer, view, share))
    return escrow_id


# ---- lies ----


def moved(contract):
    def change(bank):
        bank["deployment"]["contracts"][contract]["address"] = PUPPET

    return change


def each(key, **values):
    """Every entry of a list shown with other values."""

    def change(document):
        for one in document[key]:
            one |= values

    return change


def put(**values):
    return lambda document: document | values


def another_notice(document):
    """The notice says something else, and its hash fits it: only what is on the ledger does not."""
    for one in document["requests"]:
        text = one["notice"]["text"].replace("90", "30")
        one["notice"] |= {"text": text, "hash": to_hex(text_hash(text))}


def notice_alone(document):
    for one in document["requests"]:
        one["notice"]["text"] += "!"


def forged_will(document):
    """Anybody can seal to a public key: the forged will opens for its owner."""
    for one in document["escrows"]:
        forged = json.loads(json.dumps(one))
        forged["policy"]["document_hash"] = forged["document_hash"] = to_hex(b"\1" * 32)
        one |= forged


def to_evil(opening):
    opening["recipient_key"] = EVIL.public.to_hex()


def to_evil_with_words(opening):
    """The words fit the key: only the hash on the ledger does not."""
    opening["recipient_key"] = EVIL.public.to_hex()
    opening["request"]["recipient_key_hash"] = to_hex(text_hash(EVIL.public.to_hex()))


def other_encryption_hash(shown):
    shown["proof"]["storageProof"][-1]["value"] = to_hex(text_hash(EVIL.public.to_hex()))


FORGED = {}
"""An answer of the bank's own making, and the key of the member whose it is to be: filled in once there are members."""


def forged_answer(document):
    """Anybody can seal to a public key: the answer opens, and fits the commitment that the bank shows with it."""
    answer, key = FORGED[True]
    for one in document.get("answers", ()):
        one["commitment"] = to_hex(answer.commitment)
    for one in document.get("documents", ()):
        sealed = seal(answer.to_bytes(), [key.public], answer_context(answer.survey_id, answer.member))
        one["sealed_base64"] = base64.b64encode(sealed.to_bytes()).decode()


READER = {}
"""The key of the member who is let read a document: filled in once there are members."""


def forged_document(handed):
    """Anybody can seal to a public key: the cover opens, under words that were signed for another."""
    content = {"title": "will.txt", "media_type": "text/plain", "size_bytes": 0, "digest": content_digest().hexdigest()}
    cover = Cover(handed["document"], handed["version"], "0a" * 16, **content, made_at=1, key=b"\6" * 32)
    sealed = seal_cover(cover, handed["owner"], [READER[True]])
    handed["cover_base64"] = base64.b64encode(sealed.to_bytes()).decode()


def other_questions(document):
    """Title, coins and mask are the same: only what the member believes to answer is not."""
    for one in document["surveys"]:
        for question in one["questions"]:
            if question["key"] == "vote":
                question["label"] = "May the bank sell your answers?"


def no_recovery(document):
    document["items"] = [one for one in document["items"] if one["kind"] != "recovery-asked"]


def terms_of_its_own(document):
    """Another text, whose hash fits it: only what is on the ledger does not."""
    one = document["versions"][-1]
    one["text"] += "8. Everything is the bank's.\n"
    one["hash"] = to_hex(text_hash(one["text"]))


def milder_terms_of_before(document):
    """What was accepted is shown as what is to be accepted, so that nothing seems to change."""
    document["versions"][0]["text"] = document["versions"][-1]["text"]


RECEIVE = ("pds", "receive", "{grant}", "--out", "{out}")
CREATE = ("escrow", "create", "{will}", "--custodian", "{guardian}", "--custodian", "{lawyer}", "--threshold", "2")
ACCEPT = ("member", "terms", "accept", "--yes")
PROMOTIONS, LEFT_OUT = ("member", "promotion", "list"), "left out: the promotion"
ANSWER = ("member", "answer", "{survey}", "--values", "{values}")
CONSENT = ("member", "consent", "{request}", "--yes")
CONTRIBUTE = ("custodian", "contribute", "{open}", "--yes")
ANOTHER_BANK = "not the bank that was here before"

LIES = {
    "contracts of its own": Lie("/v1/bank", moved("consent"), "member-002", CONSENT, ANOTHER_BANK),
    "a ledger of its own": Lie(
        "/v1/bank", lambda d: put(genesis_header=d["genesis_header"][:200] + "77" + d["genesis_header"][202:])(d),
        "member-002", CONSENT, ANOTHER_BANK,
    ),
    "an operator of its own": Lie(
        "/v1/bank", lambda d: d["deployment"].update(operator=PUPPET), "member-001", ANSWER, ANOTHER_BANK,
    ),
    "a release key of its own": Lie(
        "/v1/bank", put(release_public_key=EVIL.public.to_hex()), "member-001", ANSWER, "another release key",
    ),
    "a release key with a false proof": Lie(
        "/v1/proofs/accounts/.*", other_encryption_hash, "member-001", ANSWER, "is not proven",
    ),
    "custodians' keys of its own": Lie(
        "/v1/custodians", each("custodians", encryption_key=EVIL.public.to_hex()), "member-002", CREATE,
        "another encryption key",
    ),
    "custodians' keys with a false proof": Lie(
        "/v1/proofs/accounts/.*", other_encryption_hash, "member-002", CREATE, "is not proven",
    ),
    "a forged will": Lie(
        "/v1/escrows", forged_will, "member-002", ("escrow", "read", "{escrow}", "--out", "{out}"),
        "otherwise than its owner signed",
    ),
    "a document that its owner never had": Lie(
        "/v1/file-grants/[^/]*", forged_document, "member-005", RECEIVE, "did not sign that you may read",
    ),
    "a grant that nobody signed": Lie(
        "/v1/file-grants/[^/]*", put(signature=None), "member-005", RECEIVE, "did not sign that you may read",
    ),
    "a document of somebody else": Lie(
        "/v1/file-grants/[^/]*", lambda d: d.update(owner=d["recipient"]), "member-005", RECEIVE, "did not sign",
    ),
    "an opening to another key": Lie(
        "/v1/openings/[^/]*", to_evil, "lawyer", CONTRIBUTE, "another key, or another reason",
    ),
    "an opening to another key, in words that fit": Lie(
        "/v1/openings/[^/]*", to_evil_with_words, "lawyer", CONTRIBUTE, "in these words",
    ),
    "an opening for another reason": Lie(
        "/v1/openings/[^/]*", put(reason="The owner asks."), "lawyer", CONTRIBUTE, "another key, or another reason",
    ),
    "an opening of another requester": Lie(
        "/v1/openings/[^/]*", put(requester=PUPPET), "lawyer", CONTRIBUTE, "in these words",
    ),
    "an opening whose time to veto is over": Lie(
        "/v1/openings/[^/]*", put(state="open", ready_at=1), "lawyer",
        ("custodian", "contribute", "{waiting}", "--yes"), "still waits",
    ),
    "another policy for a custodian": Lie(
        "/v1/escrows", each("escrows", threshold=1), "lawyer", CONTRIBUTE, "otherwise than its owner signed",
    ),
    "a notice that was not signed for": Lie(
        "/v1/me/requests", notice_alone, "member-002", CONSENT, "hash",
    ),
    "a notice of its own": Lie(
        "/v1/me/requests", another_notice, "member-002", CONSENT, "notice", code=REFUSED, sends=True,
    ),
    "another recipient": Lie(
        "/v1/me/requests", each("requests", recipient="The red cross"), "member-002", CONSENT, "recipient",
    ),
    "another purpose for the board": Lie(
        "/v1/requests", each("requests", purpose="To help"), "board",
        ("board", "refuse", "{request}", "--note", "No", "--yes"), "purpose",
    ),
    "harmless questions for the board": Lie(
        "/v1/requests", each("requests", item_labels=["Do you like tea?"] * 2), "board",
        ("board", "approve", "{request}", "--note", "Fine", "--yes"), "items",
    ),
    "nothing sensitive in it for the board": Lie(
        "/v1/requests", each("requests", sensitive=[]), "board",
        ("board", "approve", "{request}", "--note", "Fine", "--yes"), "items",
    ),
    "other questions for a partner": Lie(
        "/v1/surveys", lambda d: [one["questions"].reverse() for one in d["surveys"]] and None, "media",
        (
            "partner", "request", "{survey}", "--item", "age", "--purpose", "Turnout", "--why", "Why", "--persons", "5",
        ),
        "other questions or choices",
    ),
    "more coins for it": Lie(
        "/v1/me/requests", each("requests", coins_offered=1000), "member-002", CONSENT, "1,000 coins were offered",
    ),
    "a survey of another title": Lie(
        "/v1/surveys", each("surveys", title="What do you drink?"), "member-001", ANSWER, "other questions or choices",
    ),
    "other questions under the same title": Lie(
        "/v1/surveys", other_questions, "member-001", ANSWER, "other questions or choices than the ledger's hash is of",
    ),
    "an answer that the member never gave": Lie(
        "/v1/me/(answers|documents)", forged_answer, "member-002",
        ("member", "correct", "{survey}", "--set", "popul=3"), "is not the one the ledger commits to",
    ),
    "no recovery under way": Lie(
        "/v1/inbox", no_recovery, "member-009", ("inbox",), "somebody is replacing the key of your account",
    ),
    "another coupon in a company's name": Lie(
        "/v1/promotions", each("promotions", class_id="0x" + "66" * 32), "member-002", PROMOTIONS, LEFT_OUT, code=0,
    ),
    "a company's promotion for other answers": Lie(
        "/v1/promotions", lambda d: [one["condition"].update(low=30) for one in d["promotions"]] and None, "member-002",
        PROMOTIONS, LEFT_OUT, code=0,
    ),
    "a promotion of a puppet's": Lie(
        "/v1/promotions", each("promotions", partner=PUPPET), "member-002", PROMOTIONS, LEFT_OUT, code=0,
    ),
    "a promotion for a sensitive answer, signed by a company that is in it with the bank": Lie(
        "/v1/promotions", lambda d: d.update(promotions=[FORGED["promotion"]]), "member-002", PROMOTIONS, LEFT_OUT,
        code=0,
    ),
    "a promotion's coupon that only those of a release can have": Lie(
        "/v1/coupon-classes", each("coupon_classes", premium_request="0x" + "66" * 32), "member-002", PROMOTIONS,
        LEFT_OUT, code=0,
    ),
    "cheaper coupons": Lie(
        "/v1/coupon-classes", each("coupon_classes", price_coins=1), "member-002", ("member", "buy", "{coupon}"), "",
        code=REFUSED, sends=True,
    ),
    "another's account": Lie(
        "/v1/session", put(account=PUPPET), "guardian", ("custodian", "publish-key"), "", code=REFUSED, sends=True,
    ),
    "terms of its own": Lie(
        "/v1/terms", terms_of_its_own, "member-001", ACCEPT, "another than the ledger's hash is of"
    ),
    "other terms of before, so that nothing seems to change": Lie(
        "/v1/terms", milder_terms_of_before, "member-001", ("member", "terms", "show"),
        "another than the ledger's hash is of",
    ),
    "no new terms at all": Lie(
        "/v1/me/terms", put(present=1), "member-001", ("member", "terms", "show"), "other slots",
    ),
    "terms accepted already": Lie("/v1/me/terms", put(accepted=2), "member-001", ACCEPT, "other slots"),
    "a login for another bank": Lie(
        "/v1/session/challenge", lambda d: put(message=d["message"].replace("127.0.0.1", "elsewhere.example"))(d),
        "member-002", ("member", "passbook"), "elsewhere.example",
    ),
    "a statement of another time": Lie(
        "/v1/partner/statement",
        put(since=0, until=1, opening=0, closing=0, lines=[], requests=[], coupons=[]),
        "media", ("partner", "statement", "--verify"), "of another account or time",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_noticed_or_harms_nobody(town, name, tmp_path):
    lie, books = LIES[name], town.company.operator.client.operator.summary()
    values = tmp_path / "values.json"
    values.write_text(json.dumps(survey.respondents(1)[0]))
    known = town.ids | {"out": str(tmp_path / "out"), "values": str(values)}
    town.liar.lie, town.liar.written = lie, []
    try:
        done = town.run(lie.who, *(word.format_map(known) for word in lie.words))
    finally:
        town.liar.lie = None
    assert done.exit_code == lie.code, done.output
    assert lie.says in done.stderr, done.stderr
    assert lie.sends or town.liar.written == [], "nothing was sent that a liar could use"
    assert not (tmp_path / "out").exists()
    assert town.company.operator.client.operator.summary() == books, "nothing came of it"


def test_without_lies_the_same_commands_do_their_work(town, tmp_path):
    values = tmp_path / "values.json"
    values.write_text(json.dumps(survey.respondents(1)[0]))
    known = town.ids | {"out": str(tmp_path / "out"), "values": str(values)}
    for who, words in (
        ("member-001", ANSWER), ("member-002", CONSENT), ("member-002", CREATE), ("lawyer", CONTRIBUTE),
        ("member-001", ("member", "terms", "show")), ("member-001", ACCEPT),
        ("member-002", ("member", "buy", "{coupon}")),
        ("member-002", ("escrow", "read", "{escrow}", "--out", "{out}")),
    ):  # fmt: skip
        done = town.run(who, *(word.format_map(known) for word in words))
        assert done.exit_code == 0, done.output
    assert (tmp_path / "out").read_text() == WILL
    (tmp_path / "out").unlink()
    assert town.run("member-005", *(word.format_map(known) for word in RECEIVE)).exit_code == 0
    assert (tmp_path / "out").read_text() == WILL


# ---- every receipt ----

UNRECORDED = 6
DROPPED = {
    "a consent": ("/v1/consents", "member-002", CONSENT),
    "a refusal": ("/v1/consents", "member-002", ("member", "refuse", "{request}")),
    "a withdrawal": ("/v1/consents/.*/withdrawal", "member-003", ("member", "withdraw", "{consent}", "--yes")),
    "a veto": ("/v1/openings/.*/veto", "member-002", ("escrow", "veto", "{waiting}", "--yes")),
    "an answer": ("/v1/surveys/.*/answers", "member-001", ANSWER),
    "terms": ("/v1/acceptances", "member-004", ACCEPT),
    "the end of a delegation": ("/v1/delegations", "member-003", ("member", "end-delegation", "{friend}", "--yes")),
    "a contribution": ("/v1/openings/.*/contributions", "guardian", CONTRIBUTE),
    "a purchase": ("/v1/purchases", "member-003", ("member", "buy", "{coupon}")),
    "a seat": ("/v1/seats", "board", ("board", "seat", "{seat}")),
    "a quota": ("/v1/quotas", "board", ("board", "set-quota", "{quota}")),
    "coins above the quota": ("/v1/issues", "board", ("board", "allow-issue", "{issue}")),
    "a guardian": ("/v1/operator/appointments", "operator", ("operator", "appoint", "{guardian-file}")),
    "a recovery": ("/v1/operator/recoveries", "operator", ("recovery", "begin", "{recovery}", "--operator")),
    "a suspension": (
        "/v1/accounts/.*/suspension",
        "operator",
        ("operator", "suspend", "{friend}", "--reason", "Stolen", "--yes"),
    ),
    "a dismissal": (
        "/v1/accounts/.*/dismissal",
        "operator",
        ("operator", "dismiss", "{friend}", "member", "--reason", "Left", "--yes"),
    ),
    "an enrolment": (
        "/v1/organizations",
        "operator",
        ("operator", "enroll", "partner", "New", "--account", "{stranger}"),
    ),
    "a joining": ("/v1/members", "newcomer", ("member", "join", "{invitation}", "--yes")),
}


def drop(town, path, who, words, tmp_path):
    """A command whose act the bank says it did, and drops; what is kept of it."""
    values = tmp_path / "values.json"
    values.write_text(json.dumps(survey.respondents(1)[0]))
    known = town.ids | {"values": str(values)}
    before, books = set((town.home / FOLDER).glob("*")), town.company.operator.client.operator.summary()
    town.liar.dropped, town.liar.written = path, []
    try:
        done = town.run(who, *(word.format_map(known) for word in words))
    finally:
        town.liar.dropped = None
    assert any(re.fullmatch(path, sent) for sent in town.liar.written), done.output
    assert town.company.operator.client.operator.summary() == books
    assert done.exit_code == UNRECORDED, done.output
    assert "the ledger has no trace of it" in done.stderr
    (file,) = set((town.home / FOLDER).glob("*")) - before
    assert file.name in "".join(done.stderr.split())
    return done, json.loads(file.read_text())


@pytest.mark.parametrize("name", DROPPED)
def test_an_act_that_is_answered_and_dropped_is_noticed(town, name, tmp_path):
    if name == "a joining":
        assert town.run("newcomer", "wallet", "new", "newcomer").exit_code == 0
    done, kept = drop(town, *DROPPED[name], tmp_path)
    assert "nothing stands at block" in done.stderr
    assert kept["said"]["accepted"] is True
    proof = LedgerProof.model_validate(kept["shown"])
    header = read_header(bytes.fromhex(proof.header[2:]))
    check_account_proof(proof.proof, header.state_root)  # an auditor's own look: sealed, and not there
    assert header.number >= kept["said"]["block_number"]
    assert [one["key"] for one in proof.proof["storageProof"]] == kept["slots"]


# ---- the ledger of before ----


def test_the_ledger_of_before_a_veto_moves_no_custodian(town, tmp_path):
    """To a wallet that comes here for the first time every sealed block is the newest it has seen."""
    owner, asker, lawyer = (town.company.members[1], *(town.company.others[name] for name in ("guardian", "lawyer")))
    escrow = entrusted(town.company)
    opening = asker.client.send(escrowing.ask_opening(asker.signer, escrow, "curious")).id
    paths = (
        *("/v1/escrows", f"/v1/escrows/{escrow}/share", f"/v1/openings/{opening}"),
        *(f"/v1/proofs/escrows/{escrow}", f"/v1/proofs/openings/{opening}"),
    )
    town.liar.before = {path: lawyer.client.session.get(path) for path in paths}
    owner.client.send(escrowing.veto_opening(owner.signer, opening))
    sealed = read_header(bytes.fromhex(town.liar.before[paths[-1]]["header"][2:])).timestamp
    home = Path(shutil.copytree(town.home, tmp_path / "home", ignore=shutil.ignore_patterns("banks")))
    while time.time() <= sealed + 2:
        time.sleep(0.1)
    town.liar.written = []
    try:
        contribute = ("custodian", "contribute", opening, "--yes")
        done = replace(town, home=home).run("lawyer", *contribute, AZUKARI_FRESH_SECONDS="1")
    finally:
        town.liar.before = {}
    assert done.exit_code == EVIDENCE, done.output
    assert "what came since would be hidden" in done.stderr, done.stderr
    assert town.liar.written == ["/v1/pulses"], "a newer block was asked for, and nothing was given"
    honest = replace(town, home=home).run("lawyer", *contribute)
    assert "was vetoed" in honest.stderr, honest.output


def test_a_recovery_that_every_guardian_approved_is_told_and_its_silence_noticed(town):
    lost, guardians, fresh = town.company.members[4], town.company.members[5:7], town.company.newcomer("fresh")
    lost.client.send(recovering.name_guardians(lost.signer, [one.account for one in guardians], 2, 3600))
    asked = recovering.ask_recovery(fresh.signer, lost.account, b"\1" * 32)
    for one in guardians:
        asked = recovering.approve_recovery(one.signer, asked)
    guardians[0].client.recovery.begin(asked)
    told = town.run("member-005", "inbox", "--json")
    assert [one["kind"] for one in json.loads(told.stdout)["items"] if "recovery" in one["kind"]] == [
        "recovery-certain"
    ]
    town.liar.lie = Lie("/v1/inbox", lambda d: d.update(items=[]), "", (), "")
    try:
        done = town.run("member-005", "inbox")
    finally:
        town.liar.lie = None
    assert (done.exit_code, "somebody is replacing the key" in done.stderr) == (EVIDENCE, True), done.output


def test_a_former_key_of_the_banks_own_lets_nobody_into_a_box(town):
    """Anybody can seal to a public key: a former key, and a grant by its signer, that the bank made up."""
    person, forger = town.company.members[2], town.company.newcomer("forger")
    grant = {
        "owner": person.account, "box": "diary", "grantee": PUPPET, "encryption_key": EVIL.public.to_hex(),
        "may_write": False, "granted_at": 1, "until": 2**33, "is_live": True, "signature": "",
    }  # fmt: skip
    text = sealed_records.grant_text(town.liar.url, BoxGrant.model_validate(grant))
    grant["signature"] = to_hex(bytes(sign_text(text, forger.signer.key)))
    public = EVIL.public.to_hex()
    former = FormerKey(EVIL, forger.signer.key.address, frozenset([text_mark(text)]))
    context = former_keys._context(person.account, public)

    def forge(document):
        if "keys" not in document:
            return {"grants": [grant]}
        sealed = seal(bytes(former_keys.MARK_BYTES) + former.to_bytes(), [person.signer.encryption.public], context)
        return {"keys": [{"public_key": public, "sealed_base64": base64.b64encode(sealed.to_bytes()).decode()}]}

    town.liar.lie, town.liar.put = Lie("/v1/me/(former-keys|box-grants)", forge, "", (), ""), []
    try:
        done = town.run("member-003", "recovery", "rewrap")
    finally:
        town.liar.lie = None
    assert (done.exit_code, town.liar.put) == (0, []), done.output


def false_word(document):
    """The ledger's answer, with a word of the bank's own in it."""
    if isinstance(document["result"], dict):
        document["result"]["storageProof"][0]["value"] = "0x" + "7" * 64


def no_answer(document):
    document["result"] = None


# ---- what a terminal does with words ----


def test_a_person_is_not_talked_into_a_command_of_the_banks(town):
    """People copy what their wallet tells them to do."""
    town.liar.lie = Lie("/v1/inbox", each("items", kind="ruled-consent", subject="x;reboot"), "", (), "")
    try:
        done = town.run("member-009", "inbox")
    finally:
        town.liar.lie = None
    assert "reboot" not in done.output


def test_words_cannot_hide_other_words(town):
    """A terminal obeys what stands between the words: here, to conceal what follows, and to turn it round."""
    hidden = "To plan \x1b[8mand to sell to insurers\x1b[28m\u202e lunch\r"
    town.liar.lie = Lie("/v1/me/requests", each("requests", purpose=hidden), "", (), "")
    try:
        done = town.run("member-002", "member", "requests")
        shown = town.run("member-002", "member", "requests", "{request}".format_map(town.ids))
    finally:
        town.liar.lie = None
    for one in (done, shown):
        assert not {"\x1b", "\u202e", "\r"} & set(one.output), one.output
    assert "insurers" in done.output, done.output


@pytest.mark.parametrize("change", [false_word, no_answer])
def test_a_false_trace_is_noticed_too(town, change, tmp_path):
    town.liar.lie = Lie("/v1/ledger", change, "", (), "")
    try:
        drop(town, *DROPPED["a withdrawal"], tmp_path)
    finally:
        town.liar.lie = None


# ---- every answer ----

CONTRACT = "signed as shown, and refused by the contract, which has other words"
NAMED = "an id shown falsely ends nothing: the signature names what it ends; what is left out is not found out"
OWN = "opens with the wallet's own key, bound to owner, document, version and place (ADR 44): a store cannot mix or cut"
FORGEABLE = f"{OWN}; but nobody signs a document, so that the bank could seal one of its own making (SECURITY.md)"
PROVEN = "as every proof: under the ledger's seal, or refused"
SHOWN = "only shown: nothing is signed, sealed or paid for it; an auditor's replay tells what is true"
CHECKED = "held against the ledger's digest of the survey before anything is signed for it"
OFFICE = "the operator's own work list: what is ordered names an account or an id, and is seen on the ledger afterwards"
HARMLESS = {
    "/v1/health": SHOWN,
    "/v1/ready": SHOWN,
    "/v1/me/place": SHOWN,
    "/v1/me/former-keys": "taken only with a keyed hash by the present key's secret: what somebody else sealed to it"
    " is none",
    "/v1/me/entrusted-key": "each part is verified against the commitments; a false one keeps documents closed, and"
    " opens nothing",
    "/v1/key-shares": "a share is verified against its escrow, whose id is bound to the account that it is of",
    "/v1/draws": f"{CONTRACT}; with another drawer's key both sides commit to other parts, and the draw never binds",
    "/v1/me": "a name, a balance: shown; the key that a ward's answer is sealed to is proven; a partner's own name goes"
    " into its request, where board and members read it",
    "/v1/me/consents": NAMED,
    "/v1/me/passbook": f"{SHOWN}; that a recovery waits is asked of the ledger each time",
    "/v1/me/releases": f"{SHOWN}; `--check` proves the row, and the member's own answer besides",
    "/v1/me/coupons": f"{SHOWN}; what is paid with is named by class and title, which the contract has",
    "/v1/redemptions/{redemption_id}": f"{CONTRACT}: title and class; which shop it is, by name, is the bank's word,"
    " but only a shop of the issuer's can take it, and it signs the same words",
    "/v1/escrows/{escrow_id}/share": "opened, and verified against the commitments of the policy that its owner signed",
    "/v1/proofs/escrows/{escrow_id}": PROVEN,
    "/v1/proofs/openings/{opening_id}": PROVEN,
    "/v1/proofs/consents/{consent_id}": PROVEN,
    "/v1/proofs/releases/{release_id}/row": PROVEN,
    "/v1/accounts/{account}/encryption-key": PROVEN,
    "/v1/requests/{request_id}": "as /v1/requests; signatures under a decision are held against their keys",
    "/v1/releases": SHOWN,
    "/v1/releases/{release_id}": SHOWN,
    "/v1/releases/{release_id}/payload": "rows are held against the payload root, which the partner signs with its"
    " acknowledgement: the contract refuses another; --ledger reads it from another node before",
    "/v1/releases/{release_id}/sealed": "as /v1/releases/{release_id}/payload; bytes besides by the hash in their tag",
    "/v1/releases/{release_id}/evidence": "run again by the auditor, from the chain",
    "/v1/partner/summary": SHOWN,
    "/v1/shop/redemptions": "a till believes the bank that a coupon was taken, and hands over goods; what is due for"
    " them is counted from the ledger (SECURITY.md)",
    "/v1/shop/redemptions/stream": "as /v1/shop/redemptions",
    "/v1/operator/summary": SHOWN,
    "/v1/operator/health": SHOWN,
    "/v1/surveys/{survey_id}": CHECKED,
    "/v1/rule-categories": f"{CONTRACT}: names of categories; which partner belongs to which is the operator's word",
    "/v1/spending-policies": "which shops a policy names is believed by whoever sends coins under it (SECURITY.md)",
    "/v1/gift-orders": OFFICE,
    "/v1/quota": SHOWN,
    "/v1/results": "that a result exists can be kept back; its figures are proven (`azukari results show`)",
    "/v1/publications": f"{SHOWN}; each names a release that the ledger has",
    "/v1/results/{release_id}": "figures are held against the proven root; purpose and names are shown",
    "/v1/results/{release_id}/entities": "for platforms, which hold nothing against the ledger: the root stands in it",
    "/v1/inbox/stream": "wakes whoever waits; what awaits is then read from /v1/inbox",
    "/v1/me/budget": SHOWN,
    "/v1/me/delegations": NAMED,
    "/v1/me/rules": NAMED,
    "/v1/me/erasure": "everything is given up by the member's own wish; coins go to the pinned operator alone",
    "/v1/me/rights": SHOWN,
    "/v1/operator/registrations": "the operator's own bank; whoever is let in joins by a word of their own",
    "/v1/accounts/{account}/recoveries": "only shown: a veto names the recovery, and is proven on the ledger",
    "/v1/me/files": FORGEABLE,
    "/v1/me/files/{document}/versions/{version}": FORGEABLE,
    "/v1/me/files/{document}/versions/{version}/chunks/{index}": OWN,
    "/v1/me/file-grants": SHOWN,
    "/v1/me/file-readings": SHOWN,
    "/v1/file-grants": "only shown: what is fetched by it is signed by its owner, cover and all",
    "/v1/file-grants/{grant_id}/chunks/{index}": OWN,
    "/v1/me/requests/{request_id}/preview": "only shown: the notice that is signed says what the contract has",
    "/v1/me/releases/{release_id}/statistics": SHOWN,
    "/v1/requests/{request_id}/expectation": SHOWN,
    "/v1/partner/statement": "shown; `--verify` holds each figure in coins and coupons against the ledger's"
    " blocks; who fetched what is the bank's own word",
    "/v1/operator/people": OFFICE,
    "/v1/operator/rights": OFFICE,
    "/v1/operator/terms": SHOWN,
    "/v1/partner/promotions": SHOWN,
    "/v1/operator/promotions": OFFICE,
    "/v1/me/notices": SHOWN,
    "/v1/webhook": SHOWN,
    "/v1/webhook/key": "a receiver keeps the key that it was given first; a message names an id and moves nothing",
    "/v1/proofs/terms": PROVEN,
    "/v1/me/preferences": "one's own bounds, which only advise: what is signed is shown whole before",
    "/v1/release-key": "deals are signed by who is on the board by the ledger; what was confirmed is known again",
    "/v1/answers-openings": SHOWN,
    "/v1/answers-openings/{opening_id}": "each wrapped key proves itself; who consented is the bank's word (ADR 45)",
    "/v1/apps": "the operator's list; what is let in reads what is sealed to it from then on",
    "/v1/boxes": FORGEABLE,
    "/v1/boxes/{owner}/{box}/records": FORGEABLE,
    "/v1/boxes/{owner}/{box}/records/{name}": FORGEABLE,
    "/v1/me/box-grants": "each is signed by its owner, whose wallet seals to nobody else",
    "/v1/me/box-readings": SHOWN,
    "/v1/deployment": "for whoever reads the ledger alone; a wallet signs for the contracts that it pinned",
}
"""Read as the attacker: what could a lie there make a person do?"""


def test_no_answer_of_the_bank_was_forgotten(town):
    """Each is lied about above, or it says here why a lie in it harms nobody."""
    paths = town.liar.line.get(town.liar.bank + "/openapi.json").json()["paths"]
    reads = {path for path, methods in paths.items() if "get" in methods and path.startswith("/v1/")}
    lied = {
        path for path in reads if any(re.fullmatch(lie.path, re.sub(r"\{\w+\}", "x", path)) for lie in LIES.values())
    }
    assert reads - lied - set(HARMLESS) == set()
    assert set(HARMLESS) <= reads
