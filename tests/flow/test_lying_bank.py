"""A bank that lies to wallets, over real HTTP: each command notices, or does nothing that harms anybody.

A server stands between the wallets and an honest bank, and changes its answers as a bank with other programs might:
everything plausible, nothing that only looks broken. A table of its own says of each endpoint why lies in it are
noticed, or do no harm, and is held complete.
"""

import base64
import json
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bank_api.protocol.shapes.boxes import BoxGrant
from bank_api.protocol.shapes.proofs import LedgerProof
from chaincode.ids import to_hex
from chaincode.keys import sign_text
from ledger.proofs import check_account_proof
from ledger.sealed_header import read_header
from pds_adapter.sealing.envelope import seal
from scripts.stage import survey
from scripts.stage.cast import Company
from tests.flow.harmless_answers import HARMLESS
from tests.flow.lies import ACCEPT, ANSWER, CONSENT, CONTRIBUTE, CREATE, EVIL, LIES, RECEIVE, each
from tests.flow.lying_bank import EVIDENCE, PUPPET, Liar, Lie, Town
from tests.flow.lying_bank_town import WILL, entrusted, play
from wallet_cli import former_keys, sealed_records
from wallet_cli.former_keys import FormerKey
from wallet_cli.open_grants import text_mark
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import recovery as recovering
from wallet_cli.unrecorded import FOLDER


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


def test_no_answer_of_the_bank_was_forgotten(town):
    """Each is lied about above, or it says here why a lie in it harms nobody."""
    paths = town.liar.line.get(town.liar.bank + "/openapi.json").json()["paths"]
    reads = {path for path, methods in paths.items() if "get" in methods and path.startswith("/v1/")}
    lied = {
        path for path in reads if any(re.fullmatch(lie.path, re.sub(r"\{\w+\}", "x", path)) for lie in LIES.values())
    }
    assert reads - lied - set(HARMLESS) == set()
    assert set(HARMLESS) <= reads
