"""What a bank might lie about: in which answers, how, who meets it doing what, and what the wallet says.

Everything is plausible, nothing only looks broken.
"""

import base64
import json

from bank_api.protocol.documents.answer import answer_context
from chaincode.ids import text_hash, to_hex
from pds_adapter.sealing.chunks import Cover, content_digest, seal_cover
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair
from tests.flow.lying_bank import PUPPET, REFUSED, Lie
from tests.flow.lying_bank_town import FORGED, READER

EVIL = KeyPair.from_seed(b"\x66" * 32)


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


def forged_answer(document):
    """Anybody can seal to a public key: the answer opens, and fits the commitment that the bank shows with it."""
    answer, key = FORGED[True]
    for one in document.get("answers", ()):
        one["commitment"] = to_hex(answer.commitment)
    for one in document.get("documents", ()):
        sealed = seal(answer.to_bytes(), [key.public], answer_context(answer.survey_id, answer.member))
        one["sealed_base64"] = base64.b64encode(sealed.to_bytes()).decode()


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
