"""Credentials: what the holder shows is what was signed, to whom it was shown, and nothing more."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bank_api.protocol import sd_jwt
from bank_api.protocol.errors import CredentialError, FieldError
from bank_api.protocol.sd_jwt import Credential, KeyInHand
from chaincode import jws
from chaincode.jws import public_jwk, sign_jws, to_base64url
from chaincode.keys import SigningKey
from wallet_cli.answer_sources import verified as verified_of
from wallet_cli.cli import app
from wallet_cli.commands.credential import _shown
from wallet_cli.errors import EvidenceError
from wallet_cli.intake.given_data import claimed_facts, read_credential
from wallet_cli.messages import Messages

NOW, HOUR = 1_800_000_000, 3600
SOURCE, HOLDER, THIEF = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
FACTS = {"name": "花子", "age": 41, "income": 4_200_000, "income<5000000": True}
BANK, NONCE = "https://bank.example", "8c2f"


def issued(until=None, holder=HOLDER, facts=FACTS):
    jwk = None if holder is None else public_jwk(holder)
    return sd_jwt.issue(facts, "payslip", KeyInHand(SOURCE), jwk, NOW, until, lambda count: b"salt of its own "[:count])


def shown(*names, credential=None, holder=HOLDER, audience=BANK):
    return sd_jwt.show(credential or issued(), names, holder, audience, NONCE, NOW)


def verified(credential, issuer=SOURCE.address, now=NOW, audience=BANK, nonce=NONCE):
    return sd_jwt.verify(credential, issuer, now, audience, nonce)


def test_the_holder_shows_a_check_and_the_amount_stays_away():
    kept = Credential.from_text(shown("income<5000000").to_text())
    found = verified(kept)
    assert (found.claims, found.holder, found.kind) == ({"income<5000000": True}, HOLDER.address, "payslip")
    assert found.is_shown_by_holder
    hidden = [one for one in issued().disclosures if sd_jwt._disclosed(one)[0] != "income<5000000"]
    assert len(hidden) == 3
    assert not any(one in kept.to_text() for one in hidden)


def test_digests_are_those_of_the_standard():
    """RFC 9901, section 4.2.3: the disclosure of family_name and its digest."""
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert sd_jwt._disclosed(disclosure) == ("family_name", "Möbius")
    assert sd_jwt._digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


@given(
    st.dictionaries(st.text(min_size=1), st.none() | st.integers() | st.text() | st.booleans(), min_size=1, max_size=6)
)
def test_whatever_is_claimed_comes_back_and_text_and_credential_are_inverses(facts):
    if sd_jwt.OWN & set(facts):
        with pytest.raises(FieldError):
            issued(facts=facts)
        return
    credential = issued(facts=facts)
    assert Credential.from_text(credential.to_text()) == credential
    assert sd_jwt.verify(credential, SOURCE.address, NOW).claims == facts


def test_what_was_not_signed_is_not_taken():
    good = shown("age", "income")
    forged = to_base64url(json.dumps(["salt", "age", 18]).encode())
    twice = replace(good, disclosures=(*good.disclosures, good.disclosures[0]))
    for bad in (replace(good, disclosures=(forged,)), twice):
        with pytest.raises(CredentialError, match="age"):
            sd_jwt.verify(bad, SOURCE.address, NOW)
    header, payload, signature = good.signed.split(".")
    other = to_base64url(b'{"alg":"none","typ":"dc+sd-jwt"}')
    bent = ("A" if signature[0] != "A" else "B") + signature[1:]
    for signed in (
        f"{other}.{payload}.",
        f"{header}.{payload}.{bent}",
        "x.y.z",
        f"{header}.{payload[:-4]}.{signature}",
    ):
        with pytest.raises(CredentialError):
            sd_jwt.verify(replace(good, signed=signed), SOURCE.address, NOW)
    with pytest.raises(CredentialError, match="signed by"):
        verified(good, issuer=THIEF.address)
    for text in ("", "abc", "~~", good.signed, f"{good.signed}~~x"):
        with pytest.raises(CredentialError):
            Credential.from_text(text)


JSON = st.recursive(
    st.none() | st.integers() | st.text() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
PARTS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("iss", "iat", "exp", "vct", "cnf", "_sd", "_sd_alg", "more"), JSON)
)


@given(PARTS, st.lists(JSON, max_size=2))
def test_whatever_a_source_signs_is_a_credential_or_refused_as_none(parts, disclosures):
    payload = {"iss": SOURCE.address, "iat": NOW, "_sd_alg": "sha-256", "_sd": []} | parts
    texts = [to_base64url(json.dumps(one).encode()) for one in disclosures]
    if isinstance(payload["_sd"], list):
        payload["_sd"] = payload["_sd"] + [sd_jwt._digest(one) for one in texts]
    signed = Credential(KeyInHand(SOURCE).vouch(json.dumps(payload).encode(), sd_jwt.TYPE), tuple(texts))
    try:
        found = sd_jwt.verify(signed, None, NOW)
    except CredentialError:
        return
    assert found.issuer == SOURCE.address
    assert len(found.claims) == len(texts)


def forged(credential, holder):
    """Shown by a program that does not ask whose it is."""
    one = sd_jwt.only(credential, ["age"])
    digest = to_base64url(hashlib.sha256(one.without_binding.encode()).digest())
    proof = {"iat": NOW, "aud": BANK, "nonce": NONCE, "sd_hash": digest}
    return replace(one, binding=sign_jws(json.dumps(proof).encode(), sd_jwt.BINDING_TYPE, holder))


def test_who_is_not_the_holder_or_shows_it_elsewhere_or_again_is_not_believed():
    assert verified(forged(issued(), HOLDER)).claims == {"age": 41}
    for bad in (
        forged(issued(), THIEF),
        forged(issued(holder=None), HOLDER),
        shown("age", audience="https://another.example"),
        replace(shown("age"), binding=""),
        replace(shown("age"), binding=shown("income").binding),  # a proof is of what is shown with it
    ):
        with pytest.raises(CredentialError, match="not shown by its holder"):
            verified(bad)
    with pytest.raises(CredentialError, match="not shown by its holder"):
        verified(shown("age"), nonce="another")
    with pytest.raises(CredentialError, match="times"):
        verified(shown("age"), now=NOW + HOUR)


def test_a_credential_ends_and_does_not_begin_in_the_future():
    credential = issued(until=NOW + HOUR)
    assert sd_jwt.verify(credential, SOURCE.address, NOW + HOUR - 1).expires_at == NOW + HOUR
    with pytest.raises(CredentialError, match="no longer"):
        sd_jwt.verify(credential, SOURCE.address, NOW + HOUR)
    with pytest.raises(CredentialError, match="times"):
        sd_jwt.verify(credential, SOURCE.address, NOW - HOUR)


def test_what_a_source_signed_is_mapped_to_an_answer_as_any_file(tmp_path):
    file = tmp_path / "shown.sdjwt"
    file.write_text(shown("age").to_text())
    kept = read_credential(file)
    [fact] = claimed_facts(verified_of(kept, SOURCE.address, {HOLDER.address}, NOW))
    assert (fact.path, fact.value, fact.at[:4]) == ("age", 41, "2027")
    for issuer, holder in ((THIEF, HOLDER), (SOURCE, THIEF)):
        with pytest.raises(EvidenceError):
            verified_of(kept, issuer.address, {holder.address}, NOW)


def test_nobody_but_the_holder_is_given_something_to_show():
    for credential, holder in ((issued(), THIEF), (issued(holder=None), HOLDER)):
        with pytest.raises(CredentialError, match="not bound to this wallet"):
            shown("age", credential=credential, holder=holder)


def test_source_holder_and_verifier_by_the_command(tmp_path):
    def run(who, *words, code=0):
        environment = {"AZUKARI_HOME": str(tmp_path / "home"), "AZUKARI_WALLET": who, "AZUKARI_PASSPHRASE": "any words"}
        done = CliRunner().invoke(app, [*map(str, words), "--json"], env=environment)
        assert done.exit_code == code, done.stderr
        return json.loads(done.stdout)

    for who in ("source", "hanako"):
        run(who, "wallet", "new", "--kdf", "scrypt-light")
    (tmp_path / "facts.json").write_text(json.dumps({"age": 41, "income": 4_200_000}))
    key, kept, given_on = (tmp_path / name for name in ("holder.json", "kept.sdjwt", "shown.sdjwt"))
    run("hanako", "credential", "key", "--out", key)
    check = ("--check", "income<5000000", "--kind", "payslip", "--until", "+1d")
    made = run("source", "credential", "issue", tmp_path / "facts.json", "--to", key, "--out", kept, *check)
    run("source", "credential", "issue", tmp_path / "facts.json", "--to", key, "--out", kept, *check[2:], code=2)
    run(
        "source",
        "credential",
        "issue",
        key,
        "--to",
        key,
        "--out",
        tmp_path / "x",
        "--kind",
        "k",
        "--check",
        "kty<1",
        code=2,
    )
    to = ("--audience", BANK, "--nonce", NONCE)
    run("hanako", "credential", "show", kept, "--claim", "income<5000000", *to, "--out", given_on)
    found = run("source", "credential", "verify", given_on, "--issuer", made["issuer"], *to)
    assert (found["claims"], found["shown_by_holder"]) == ({"income<5000000": True}, True)
    run("source", "credential", "verify", given_on, "--issuer", THIEF.address, code=5)
    run("source", "credential", "verify", given_on, "--issuer", made["issuer"], "--nonce", NONCE, code=2)


def signed_by_hand(**more):
    """As a source of somebody else's may sign, with more in it than ours puts there."""
    kept = issued()
    payload = json.loads(jws.open_jws(kept.signed, sd_jwt.TYPE)[1]) | more
    return replace(kept, signed=jws.sign_jws(json.dumps(payload).encode(), sd_jwt.TYPE, SOURCE))


@pytest.mark.parametrize("name", ["income", "sub", "status"])
def test_what_a_source_says_openly_is_not_taken_since_every_showing_would_tell_it(name):
    """Else an answer from one claim told the bank the others, and a status would be one that nobody looks up."""
    with pytest.raises(CredentialError, match=name):
        sd_jwt.verify(signed_by_hand(**{name: 4_200_000}), SOURCE.address, NOW)


def test_what_begins_later_is_not_taken_before():
    later = signed_by_hand(nbf=NOW + HOUR)
    with pytest.raises(CredentialError, match="times"):
        sd_jwt.verify(later, SOURCE.address, NOW)
    with pytest.raises(CredentialError, match="times"):
        sd_jwt.verify(signed_by_hand(nbf="soon"), SOURCE.address, None)
    assert sd_jwt.verify(later, SOURCE.address, NOW + HOUR).claims == FACTS
    assert sd_jwt.verify(later, SOURCE.address, None).claims == FACTS


def test_nothing_is_shown_by_its_holder_that_was_not_looked_at():
    with pytest.raises(CredentialError, match="not shown by its holder"):
        sd_jwt.verify(issued(), SOURCE.address, None, BANK, NONCE)


def test_of_the_key_that_a_credential_is_bound_to_nothing_else_is_signed():
    """Whoever asks for one sends the key: what else it says there the source would sign unread."""
    told = public_jwk(HOLDER) | {"note": "is a millionaire"}
    made = sd_jwt.issue(FACTS, "payslip", KeyInHand(SOURCE), told, NOW, None, lambda count: b"s" * count)
    payload = json.loads(jws.open_jws(made.signed, sd_jwt.TYPE)[1])
    assert payload["cnf"] == {"jwk": public_jwk(HOLDER)}


def test_times_of_a_receipt_stand_as_people_read_them_before_the_seconds_that_are_signed():
    say = Messages("ja")
    assert _shown(say, "valid_until", 1_800_000_000) == f"{say.moment(1_800_000_000)} (1800000000)"
    assert _shown(say, "uses", 1_800_000_000) == "1800000000"
