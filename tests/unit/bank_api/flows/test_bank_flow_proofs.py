"""What the ledger says is proven to a wallet: a bank that lies about it is noticed, whichever way it lies."""

import pytest

from bank_api.flows.pulse import PULSE_SECONDS
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.ward import HEADER
from chaincode.ids import text_hash, to_hex
from chaincode.places import OpeningWord
from ledger import rlp_codec
from wallet_cli.errors import EvidenceError
from wallet_cli.pins import pins_of
from wallet_cli.proven import Freshness, ProvenLedger
from wallet_cli.signing import escrow as signing
from wallet_cli.signing.encryption_key import publish_key

LETTER = b"under the third stone"


class Shows:
    """A bank that shows what it likes: the honest proof, changed by `lie`."""

    def __init__(self, person, lie):
        self.person, self.lie = person, lie

    def account(self, account):
        return self.lie(self.person.proven._shows.account(account))

    def opening(self, opening_id):
        return self.lie(self.person.proven._shows.opening(opening_id))


@pytest.fixture(scope="module")
def custodian(town):
    person = town.organization("custodian")
    person.publish_key()
    return person


def test_an_account_is_proven_as_the_ledger_has_it(town, custodian):
    member = town.member()
    found = member.proven.account(custodian.account)
    assert (found.word.key, found.word.roles, found.word.is_active) == (custodian.account, 32, True)
    assert found.encryption_key_hash == text_hash(custodian.encryption_key)
    own = member.proven.account(member.account)
    assert own.encryption_key_hash == text_hash(member.encryption_key)


def test_nobody_is_shown_another_member(town, refusal):
    one, other = town.member(), town.member()
    for account in (other.account, town.newcomer().account):
        answer = town.client.get(f"/v1/proofs/accounts/{account}", headers=one.headers)
        assert refusal(answer) == (404, "not-found")
    assert refusal(town.client.get(f"/v1/proofs/accounts/{one.account}")) == (401, "not-authenticated")


def test_the_release_key_is_the_operators_on_the_ledger(town):
    member, shown = town.member(), town.about().release_public_key
    assert member.proven.release_key(shown).to_hex() == shown
    with pytest.raises(EvidenceError, match="another release key"):
        member.proven.release_key(member.encryption_key)


def test_a_published_key_is_checked_and_kept(town):
    person, other = town.organization("partner"), town.newcomer()
    made = publish_key(person.signer)
    body = {"encryption_key": made.signed.to_json(), "public_key": other.encryption_key}
    assert person.post("/v1/encryption-keys", body).json()["field"] == "encryption_key.message.encryption_key_hash"
    body["public_key"] = person.encryption_key
    assert [person.done("/v1/encryption-keys", body)["repeated"] for _ in range(2)] == [False, True]
    assert town.bank.contracts.membership.encryption_key_of(person.account) == text_hash(person.encryption_key)
    assert town.bank.directory.person(person.account).encryption_key == person.encryption_key


def flipped(text, place=-1):
    place %= len(text)
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def with_proof(**changes):
    return lambda shown: LedgerProof(header=shown.header, proof=shown.proof | changes)


def with_value(value):
    def lie(shown):
        entries = [dict(one) for one in shown.proof["storageProof"]]
        entries[1]["value"] = value
        return LedgerProof(header=shown.header, proof=shown.proof | {"storageProof": entries})

    return lie


def with_header(change):
    def lie(shown):
        fields = rlp_codec.decode(bytes.fromhex(shown.header[2:]))
        change(fields)
        return LedgerProof(header=to_hex(rlp_codec.encode(fields)), proof=shown.proof)

    return lie


def root(fields):
    fields[3] = b"\7" * 32


LIES = {
    "another key": with_value("0x" + "7" * 64),
    "no key": with_value("0x0"),
    "another contract": with_proof(address="0x" + "77" * 20),
    "other slots": lambda shown: with_proof(storageProof=shown.proof["storageProof"][::-1])(shown),
    "fewer slots": lambda shown: with_proof(storageProof=shown.proof["storageProof"][:1])(shown),
    "a node left out": lambda shown: with_proof(accountProof=shown.proof["accountProof"][:-1])(shown),
    "a node bent": lambda shown: with_proof(
        accountProof=[*shown.proof["accountProof"][:-1], flipped(shown.proof["accountProof"][-1])]
    )(shown),
    "no storage": with_proof(storageHash="0x" + "00" * 32),
    "a state of its own": with_header(root),
    "a header of its own": lambda shown: LedgerProof(header="0xc0", proof=shown.proof),
    "no proof": lambda shown: LedgerProof(header=shown.header, proof={}),
    "nonsense": with_proof(storageProof=[{"key": [], "value": None}] * 2),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_an_account_are_noticed(town, custodian, lie):
    member = town.member()
    proven = ProvenLedger(Shows(member, LIES[lie]), pins_of(town.about()))
    with pytest.raises(EvidenceError):
        proven.account(custodian.account)


def test_another_account_in_its_place_is_noticed(town, custodian):
    other, member = town.organization("custodian"), town.member()
    other.publish_key()
    shows = Shows(member, lambda _: member.proven._shows.account(other.account))
    with pytest.raises(EvidenceError, match="other slots"):
        ProvenLedger(shows, pins_of(town.about())).account(custodian.account)


def test_a_state_from_before_is_noticed(town, custodian):
    member, kept = town.member(), []
    before = member.proven._shows.account(custodian.account)
    newest = ProvenLedger(member.proven._shows, pins_of(town.about()), note_block=kept.append)
    town.member()
    newest.account(custodian.account)
    stale = ProvenLedger(Shows(member, lambda _: before), pins_of(town.about()), newest_block=lambda: kept[-1])
    with pytest.raises(EvidenceError, match="was seen here before"):
        stale.account(custodian.account)


def freshness(town, member, seconds=300):
    def pulse():
        asked.append(member.done("/v1/pulses"))

    asked = []
    return Freshness(seconds, town.bank.clock, pulse), asked


def test_on_a_quiet_ledger_a_block_is_sealed_for_who_asks_and_one_serves_all(town, custodian):
    member, (bound, asked) = town.member(), freshness(town, custodian)
    proven = ProvenLedger(member.proven._shows, pins_of(town.about()), freshness=bound)
    proven.account(custodian.account)
    assert asked == [], "somebody has just acted"
    town.chain.advance(301)
    before, nonce = town.chain.w3.eth.block_number, town.chain.w3.eth.get_transaction_count(town.operator.account)
    proven.account(custodian.account)
    assert asked == [{"block_number": before + 1, "sealed": True}]
    assert town.chain.w3.eth.get_block(before + 1).timestamp >= town.bank.clock() - 1
    assert town.chain.w3.eth.get_transaction_count(town.operator.account) == nonce + 1
    assert member.done("/v1/pulses") == {"block_number": before + 1, "sealed": False}
    town.chain.advance(PULSE_SECONDS + 1)
    for_somebody = member.headers | {HEADER: custodian.account}
    assert town.client.get("/v1/me", headers=for_somebody).status_code == 403
    assert town.client.post("/v1/pulses", json={}, headers=for_somebody).status_code == 201, "it is for nobody"
    town.chain.advance(PULSE_SECONDS + 1)
    assert member.done("/v1/pulses") == {"block_number": before + 3, "sealed": True}
    assert town.post("/v1/pulses", {}).status_code == 401, "strangers make no ledger grow"


def test_the_ledger_of_before_is_not_taken_for_todays_by_who_sees_it_first(town, custodian):
    member = town.member()
    before, (bound, asked) = member.proven._shows.account(custodian.account), freshness(town, member)
    town.chain.advance(301)
    town.member()
    pins, liar = pins_of(town.about()), Shows(member, lambda _: before)
    assert ProvenLedger(liar, pins).account(custodian.account), "rightly sealed, and the first block that is seen"
    with pytest.raises(EvidenceError, match="what came since would be hidden"):
        ProvenLedger(liar, pins, freshness=bound).account(custodian.account)
    assert asked == [{"block_number": town.chain.w3.eth.block_number, "sealed": False}]


def test_a_block_of_a_time_yet_to_come_is_not_fresh_for_ever(town, custodian):
    member = town.member()
    early = Freshness(300, lambda: town.bank.clock() - 301, lambda: None)
    with pytest.raises(EvidenceError, match="what came since would be hidden"):
        ProvenLedger(member.proven._shows, pins_of(town.about()), freshness=early).account(custodian.account)


def test_an_opening_is_proven_with_the_words_that_asked_for_it(town, custodian):
    owner, other = town.member(), town.organization("custodian")
    other.publish_key()
    listed = {one["account"]: one for one in town.client.get("/v1/custodians").json()["custodians"]}
    people = [
        signing.known_custodian(
            signing.Custodian.model_validate(listed[one.account]), owner.proven.account(one.account)
        )
        for one in (custodian, other)
    ]
    deposit = signing.entrust_document(owner.signer, "Letter", LETTER, people, 2, 60)
    body = {"escrow_policy": deposit.signed.to_json()} | deposit.parts.model_dump()
    escrow_id = owner.done("/v1/escrows", body)["id"]

    def view(person):
        return next(
            signing.EscrowView.model_validate(one)
            for one in person.get("/v1/escrows")["escrows"]
            if one["escrow_id"] == escrow_id
        )

    for person in (custodian, other):
        sealed = signing.SealedShare.model_validate(person.get(f"/v1/escrows/{escrow_id}/share"))
        share = signing.receive_share(person.signer, view(person), sealed)
        signed = signing.acknowledge_share(person.signer, view(person), share)
        person.done(f"/v1/escrows/{escrow_id}/acknowledgement", {"share_receipt": signed.to_json()})
    asked = signing.ask_opening(owner.signer, escrow_id, "lost the key")
    body = {"opening_request": asked.signed.to_json()} | asked.parts.model_dump()
    opening_id = owner.done(f"/v1/escrows/{escrow_id}/openings", body)["id"]
    shown = signing.OpeningView.model_validate(custodian.get(f"/v1/openings/{opening_id}"))
    proven = custodian.proven.opening(opening_id)
    assert (proven.state, proven.request_hash) == (OpeningWord.REQUESTED, asked.signed.struct.struct_hash())
    assert proven.ready_at == shown.ready_at
    with pytest.raises(EvidenceError, match="still waits"):
        signing.check_opening(custodian.signer, view(custodian), shown, proven)
    town.chain.advance(61)
    checked = signing.check_opening(custodian.signer, view(custodian), shown, proven)
    assert checked.request == asked.signed.struct
    veto = {"veto": signing.veto_opening(owner.signer, opening_id).to_json()}
    owner.done(f"/v1/openings/{opening_id}/veto", veto)
    with pytest.raises(EvidenceError, match="was vetoed"):
        signing.check_opening(custodian.signer, view(custodian), shown, custodian.proven.opening(opening_id))
    stranger = town.member()
    answer = town.client.get(f"/v1/proofs/openings/{opening_id}", headers=stranger.headers)
    assert answer.status_code == 403
