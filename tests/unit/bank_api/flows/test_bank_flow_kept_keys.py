"""At a new key documents, records and grants follow: by the old key, or by what guardians held of it."""

import base64
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bank_api.flows import kept_keys as keeping
from bank_api.protocol.shapes import kept_keys as shapes
from chaincode.ids import to_hex
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.chunks import Cover, seal_cover
from pds_adapter.sealing.envelope import KeyPair, SealedDocument, seal
from tests.unit.bank_api.flows.file_owners import Owner as FileOwner
from tests.unit.bank_api.flows.file_owners import RefusedError, Session
from tests.unit.bank_api.flows.offered_unit import town_with
from tests.unit.bank_api.person import DAY, URL
from wallet_cli import entrusted_keys, former_keys, rewrapping, sealed_records
from wallet_cli.bank_client.boxes import BoxesFace
from wallet_cli.bank_client.files import FileGrantsFace, FilesFace
from wallet_cli.bank_client.kept_keys import KeptKeysFace
from wallet_cli.bank_client.member import MemberFace
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.former_keys import FormerKey
from wallet_cli.messages import Messages
from wallet_cli.open_grants import open_grants, own_marks
from wallet_cli.sealed_records import Record
from wallet_cli.signing import recovery as recovering
from wallet_cli.signing.rotation import rotate_key
from wallet_cli.views.recoveries import entrusted

TOKEN = "the-token-of-a-unit-for-keys"
CONTENT = b"a letter that is not the bank's to read"
CALM, STORMY = Record({"mood": "calm"}, ("tea",)), Record({"mood": "stormy"})


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with PersoniumSimulator(TOKEN) as unit, town_with(unit, TOKEN, tmp_path_factory.mktemp("keys")) as made:
        yield made


class DeadError(Exception):
    """The wallet was killed."""


class MortalSession(Session):
    """Dies before, or after, the so-manieth call that changes anything."""

    def __init__(self, person, left=None, after=False):
        super().__init__(person)
        self.left, self.after, self.fatal = left, after, None

    def call(self, method, path, body=None):
        if method == "GET" or self.left is None:
            return super().call(method, path, body)
        self.left -= 1
        self.fatal = (method, path)
        if self.left < 0 and not self.after:
            raise DeadError
        answer = super().call(method, path, body)
        if self.left < 0:
            raise DeadError
        return answer


def client(person, left=None, after=False):
    session = MortalSession(person, left, after)
    return SimpleNamespace(
        session=session,
        member=MemberFace(session),
        files=FilesFace(session),
        file_grants=FileGrantsFace(session),
        boxes=BoxesFace(session),
        kept_keys=KeptKeysFace(session),
    )


def box_of(person, name="diary"):
    pair = person.signer.encryption
    return sealed_records.Box(person.account, name, sealed_records.box_key(person.account, name, pair), pair.public)


def found(person, mood):
    faces = client(person)
    return set(sealed_records.find(faces.boxes, box_of(person), person.signer.encryption, {"mood": mood}))


def in_friends_hands(town, friend, owner):
    """What a friend who is let into the box finds there."""
    faces = client(friend)
    [one] = [each for each in faces.boxes.received() if each.owner == owner.account]
    proven = friend.proven.anybody(owner.account)
    box = sealed_records.received_box(one, friend.signer.encryption, URL, proven)
    return set(sealed_records.find(faces.boxes, box, friend.signer.encryption, {"mood": "calm"}))


@pytest.fixture
def kept(town, tmp_path, request):
    """A member who keeps two versions of a document and two records, and let a friend read both."""
    owner, friend = FileOwner(town), FileOwner(town)
    if getattr(request, "param", "house") != "house":
        moved = town.client.put("/v1/me/place", json={"offer": request.param}, headers=owner.person.headers)
        assert moved.status_code == 200, moved.text
    (tmp_path / "letter").write_bytes(CONTENT)
    first, _ = owner.put(tmp_path / "letter", title="letter")
    (tmp_path / "letter").write_bytes(CONTENT + b", again")
    owner.put(tmp_path / "letter", title="letter", document=first.document)
    person, faces = owner.person, client(owner.person)
    box = box_of(person)
    for name, record in (("first", CALM), ("second", STORMY)):
        sealed_records.put(faces.boxes, box, person.signer.encryption, name, record)
    until = town.now + DAY
    grant = owner.grant(friend, until, first)
    key = friend.signer.encryption.public
    sealed_records.let_in(person.signer, URL, faces.boxes, box, friend.person.account, key, until, may_write=False)
    return SimpleNamespace(owner=owner, friend=friend, person=person, grant=grant, until=until)


def seen(person):
    """Marks of all grants that this wallet's owner is shown."""
    return own_marks(open_grants(client(person), person.signer, URL), person.signer)


def rotated(town, person, renewed, marks=None):
    """The ledger has the new key; the former one waits at the bank, and the grants that were seen go on."""
    new = replace(person.signer, key=renewed.signer.key)
    marks = seen(person) if marks is None else marks
    former = FormerKey(person.signer.encryption, person.signer.key.address, marks)
    former_keys.keep(client(person).kept_keys, person.account, former, new.encryption)
    draft = rotate_key(person.signer, new)
    body = {"key_rotation": draft.signed.to_json()} | draft.parts.model_dump()
    person.done("/v1/key-rotations", body)
    renewed.signer = new
    renewed.log_in()


def wrapped(renewed, faces=None):
    faces = faces or client(renewed)
    [former] = former_keys.waiting(faces.kept_keys, renewed.signer)
    return rewrapping.wrap_all(faces, renewed.signer, URL, former, lambda part, whole: None)


def owner_of(renewed):
    again = object.__new__(FileOwner)
    again.person, again.session, again.signer = renewed, Session(renewed), renewed.signer
    again.face, again.grants = FilesFace(again.session), FileGrantsFace(again.session)
    return again


def check_all_follows(town, kept, renewed, tmp_path):
    """Bytes and records open with the new key, and in the store nothing is sealed to the old one."""
    owner = owner_of(renewed)
    files = owner.files()
    contents = {owner.got(one.cover, tmp_path / f"back-{one.kept.version}") for one in files}
    assert contents == {CONTENT, CONTENT + b", again"}
    assert (found(renewed, "calm"), found(renewed, "stormy")) == ({"first"}, {"second"})
    old = kept.person.signer.encryption.public
    assert all(old not in one.content.recipients for one in town.bank.pds.export(renewed.account))
    assert client(renewed).kept_keys.former() == []


@pytest.mark.parametrize("kept", ["house", "unit"], indirect=True)
def test_documents_records_and_grants_follow_a_rotation(town, kept, tmp_path):
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    done = wrapped(renewed)
    assert (done.documents, done.records, done.grants, done.ended, done.closed) == (2, 2, 2, 0, [])
    check_all_follows(town, kept, renewed, tmp_path)
    assert kept.friend.received(kept.grant.grant_id, tmp_path / "friends") == CONTENT
    assert in_friends_hands(town, kept.friend.person, renewed) == {"first"}
    records = [one.writer for one in client(renewed).boxes.find(renewed.account, "diary")]
    assert records == [renewed.account] * 2


@pytest.mark.parametrize(
    ("lefts", "after"), [([0, 1, 1, 1, 1, 1, 2, 3], False), ([0, 0, 0, 0, 0, 1, 2, 3], True)], ids=["before", "after"]
)
def test_wherever_the_wallet_dies_the_same_again_ends_it(town, kept, tmp_path, lefts, after):
    """Killed before (after) each of the eight calls that change something; the friend tries to read in between."""
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    fatal = []
    for left in lefts:
        faces = client(renewed, left, after)
        with pytest.raises(DeadError):
            wrapped(renewed, faces)
        fatal.append(faces.session.fatal)
        if left == 0 and len(fatal) == 1:
            with pytest.raises(RefusedError):  # not yet by the new key's word, and not gone
                kept.friend.received(kept.grant.grant_id, tmp_path / "early")
    assert len(set(fatal)) == 8
    if not after:
        wrapped(renewed)
    check_all_follows(town, kept, renewed, tmp_path)
    assert kept.friend.received(kept.grant.grant_id, tmp_path / "friends") == CONTENT
    assert in_friends_hands(town, kept.friend.person, renewed) == {"first"}


def test_an_upload_that_was_under_way_goes_on_with_the_new_key(town, kept, tmp_path):
    owner = kept.owner
    (tmp_path / "scan").write_bytes(b"scanned")
    owner.session.dies_at = iter([0])
    with pytest.raises(ConnectionError):
        owner.put(tmp_path / "scan", title="scan")
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    assert wrapped(renewed).documents == 3
    again = owner_of(renewed)
    cover, sent = again.put(tmp_path / "scan", title="scan")
    assert (sent, again.got(cover, tmp_path / "back")) == (1, b"scanned")


def test_a_grant_that_was_taken_back_stays_so(town, kept, tmp_path):
    kept.owner.grants.revoke(kept.grant.grant_id)
    client(kept.person).boxes.revoke("diary", kept.friend.person.account)
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    assert wrapped(renewed).grants == 0
    with pytest.raises(RefusedError):
        kept.friend.received(kept.grant.grant_id, tmp_path / "friends")
    assert client(kept.friend.person).boxes.received() == []


def test_only_what_its_owner_saw_goes_on(town, kept, tmp_path):
    """A thief of the old key gave itself the box; the bank brings a grant back that it had told as taken back."""
    person, thief = kept.person, town.member()
    faces, [grant] = client(person), client(person).file_grants.given()
    faces.file_grants.given = lambda: [grant.model_copy(update={"revoked_at": town.now})]
    marks = own_marks(open_grants(faces, person.signer, URL), person.signer)
    key, box = thief.signer.encryption.public, box_of(person)
    sealed_records.let_in(person.signer, URL, faces.boxes, box, thief.account, key, kept.until, may_write=True)
    renewed = town.newcomer()
    rotated(town, person, renewed, marks)
    done = wrapped(renewed)
    assert (len(marks), done.grants, done.ended) == (1, 1, 2)
    assert in_friends_hands(town, kept.friend.person, renewed) == {"first"}
    assert client(thief).boxes.received() == []
    with pytest.raises(RefusedError):
        kept.friend.received(kept.grant.grant_id, tmp_path / "friends")


def test_a_record_that_is_always_written_meanwhile_keeps_the_former_key(town, kept):
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    faces, put = client(renewed), client(renewed).boxes.put

    def always_late(*_):
        raise BankProblemError(code="conflict", status=409, detail="written meanwhile")

    faces.boxes.put = always_late
    with pytest.raises(BankProblemError):
        wrapped(renewed, faces)
    faces.boxes.put = put
    assert wrapped(renewed, faces).closed == []
    assert found(renewed, "calm") == {"first"}


@pytest.mark.parametrize("ends", [True, False])
def test_the_former_key_stays_until_no_record_is_listed_as_sealed_to_it(town, kept, ends):
    """One is not yet listed at first; or the list goes on to show it as it was."""
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    faces, find, calls = client(renewed), client(renewed).boxes.find, []
    before = find(renewed.account, "diary")

    def late(*words):
        calls.append(words)
        if len(calls) == 1:
            return [one for one in before if one.name != "first"]
        now = find(*words)
        stale = [was.model_copy(update={"etag": one.etag}) for was, one in zip(before, now, strict=True)]
        return now if ends else stale

    faces.boxes.find = late
    if not ends:
        with pytest.raises(EvidenceError, match="still being written"):
            wrapped(renewed, faces)
        faces = client(renewed)
    assert wrapped(renewed, faces).closed == []
    assert found(renewed, "calm") == {"first"}


def test_a_company_that_keeps_nothing_or_a_record_gets_a_new_key_as_well(town):
    for count in (0, 1):
        partner, renewed = town.organization("partner"), town.newcomer()
        for _ in range(count):
            pair = partner.signer.encryption
            sealed_records.put(client(partner).boxes, box_of(partner), pair, "first", CALM)
        rotated(town, partner, renewed)
        assert wrapped(renewed).records == count
        assert found(renewed, "calm") == ({"first"} if count else set())


# ---- guardians ----


@pytest.fixture
def guarded(town, kept):
    """Three guardians of whom two give the account a new key, and hold shares of its encryption key."""
    town.operator.log_in()
    guardians, person = [town.member() for _ in range(3)], kept.person
    entrusted = {one.account: one.signer.encryption.public for one in guardians}
    entrusted_keys.entrust(client(person).kept_keys, person.signer, entrusted, 2)
    named = recovering.name_guardians(person.signer, list(entrusted), 2, 600)
    person.done("/v1/guardians", {"guardians": named.to_json()})
    return guardians


def recovered(town, person, guardians, contributing):
    """The account has a new key by the guardians' word; those who contribute gave their part of the old one."""
    renewed = town.newcomer()
    body = recovering.ask_recovery(renewed.signer, person.account, b"\1" * 32)
    for one in guardians:
        body = recovering.approve_recovery(one.signer, body)
    words = recovering.words_of(body)
    for one in contributing:
        contributed(one, person, words, renewed)
    guardians[0].done("/v1/recoveries", body.model_dump(mode="json"))
    town.chain.advance(600)
    completion = f"/v1/recoveries/{to_hex(words.recovery_id)}/completion"
    assert town.post(completion, body.model_dump(mode="json")).status_code == 201
    renewed.signer = replace(renewed.signer, account=person.account)
    renewed.log_in()
    return renewed, words


def contributed(guardian, person, words, renewed):
    key = renewed.signer.encryption.public
    faces = client(guardian).kept_keys
    return entrusted_keys.contribute(faces, guardian.signer.encryption, person.account, words.recovery_id, key)


def opened(renewed):
    """As `azukari recovery rewrap` does."""
    faces = client(renewed)
    pair = entrusted_keys.put_together(faces.kept_keys, renewed.signer)
    former = FormerKey(pair, "")
    former_keys.keep(faces.kept_keys, renewed.account, former, renewed.signer.encryption)
    return wrapped(renewed)


@pytest.mark.parametrize("kept", ["house", "unit"], indirect=True)
def test_after_a_guardians_recovery_documents_and_records_open(town, kept, guarded, tmp_path):
    renewed, _ = recovered(town, kept.person, guarded[:2], guarded[:2])
    assert all(one.cover is None for one in owner_of(renewed).files())
    done = opened(renewed)
    assert (done.documents, done.records, done.grants) == (2, 2, 0)
    check_all_follows(town, kept, renewed, tmp_path)
    with pytest.raises(RefusedError):  # what a lost key gave has ended
        kept.friend.received(kept.grant.grant_id, tmp_path / "friends")
    assert client(renewed).kept_keys.entrusted() is None


def test_too_few_parts_open_nothing_and_one_more_does(town, kept, guarded, tmp_path):
    renewed, words = recovered(town, kept.person, guarded[:2], guarded[:1])
    with pytest.raises(EvidenceError, match="1 guardians gave their part, and 2 are needed"):
        entrusted_keys.put_together(client(renewed).kept_keys, renewed.signer)
    assert contributed(guarded[2], kept.person, words, renewed)
    opened(renewed)
    check_all_follows(town, kept, renewed, tmp_path)


def test_a_part_is_for_one_recoverys_key_and_a_false_one_is_left_out(town, kept, guarded, tmp_path):
    """A thief's own recovery in between takes no part of the true one; what a guardian falsifies opens nothing."""
    thief = town.newcomer()
    words = recovering.words_of(recovering.ask_recovery(thief.signer, kept.person.account, b"\2" * 32))
    contributed(guarded[2], kept.person, words, thief)
    kept_there = client(kept.person).kept_keys.entrusted()
    sealed = [one.contribution_base64 for one in kept_there.shares if one.contribution_base64]
    owners = [SealedDocument.from_bytes(base64.b64decode(one)).recipients for one in sealed]
    assert owners == [(thief.signer.encryption.public,)]  # the old key sees that it was given, and reads nothing of it
    renewed, words = recovered(town, kept.person, guarded[:2], guarded[:1])
    false = seal(b"nothing", [renewed.signer.encryption.public], b"false")
    body = shapes.KeyContribution(
        recovery_id=to_hex(words.recovery_id), sealed_base64=base64.b64encode(false.to_bytes()).decode()
    )
    client(guarded[1]).kept_keys.contribute(kept.person.account, body)
    with pytest.raises(EvidenceError, match="1 guardians"):
        entrusted_keys.put_together(client(renewed).kept_keys, renewed.signer)
    contributed(guarded[1], kept.person, words, renewed)
    opened(renewed)
    check_all_follows(town, kept, renewed, tmp_path)


def test_a_guardian_with_a_new_key_of_its_own_still_holds_its_share(town, kept, guarded, tmp_path):
    renewed_guardian = town.newcomer()
    rotated(town, guarded[0], renewed_guardian)
    assert wrapped(renewed_guardian).shares == 1
    renewed, _ = recovered(town, kept.person, [renewed_guardian, guarded[1]], [renewed_guardian, guarded[1]])
    opened(renewed)
    check_all_follows(town, kept, renewed, tmp_path)


# ---- a bank that lies, and keys that were entrusted meanwhile ----


def test_a_former_key_that_the_bank_made_up_is_none(town, kept):
    """Anybody can seal to a public key: by a forged one and the forger's grants, records went to the bank's key."""
    person, faces = kept.person, client(kept.person).kept_keys
    pair, forger = KeyPair.generate(), town.newcomer()
    former, public = FormerKey(pair, forger.signer.key.address), pair.public.to_hex()
    context = former_keys._context(person.account, public)
    for content in (former.to_bytes(), bytes(32) + former.to_bytes()):
        forged = encoded(seal(content, [person.signer.encryption.public], context))
        faces.keep_former(public, shapes.FormerKeyBody(sealed_base64=forged))
        assert former_keys.waiting(faces, person.signer) == []


def test_no_guardian_gives_a_part_of_another_accounts_key(town, kept, guarded):
    """The bank calls Alice's share Bob's, whom the same guardians help: Bob would have had Alice's key."""
    bob, renewed, guardian = town.member(), town.newcomer(), guarded[0]
    faces = client(guardian).kept_keys
    [share] = faces.shares()
    lying = SimpleNamespace(shares=lambda: [share.model_copy(update={"owner": bob.account})], contribute=pytest.fail)
    key = renewed.signer.encryption.public
    with pytest.raises(EvidenceError, match="is of another account"):
        entrusted_keys.contribute(lying, guardian.signer.encryption, bob.account, b"1" * 32, key)


def entrusted_anew(town, renewed, give_up=False):
    guardians = {one.account: one.signer.encryption.public for one in (town.member(), town.member())}
    entrusted_keys.entrust(client(renewed).kept_keys, renewed.signer, guardians, 2, give_up)


def test_guardians_named_anew_destroy_nothing_that_still_opens(town, kept, guarded, tmp_path):
    renewed, words = recovered(town, kept.person, guarded[:2], guarded[:1])
    assert refused(entrusted_anew, town, renewed)[0] == 409
    assert refused(client(renewed).kept_keys.end_entrusted)[0] == 409
    contributed(guarded[1], kept.person, words, renewed)
    opened(renewed)
    check_all_follows(town, kept, renewed, tmp_path)
    entrusted_anew(town, renewed)


def test_what_is_not_to_be_had_any_more_can_be_given_up(town, kept, guarded):
    renewed, _ = recovered(town, kept.person, guarded[:2], [])
    entrusted_anew(town, renewed, give_up=True)
    assert guarded[0].account not in {one.guardian for one in client(renewed).kept_keys.entrusted().shares}


def test_the_end_of_a_wrapping_leaves_what_the_present_key_entrusted(town, kept, guarded):
    renewed = town.newcomer()
    rotated(town, kept.person, renewed)
    entrusted_anew(town, renewed)
    wrapped(renewed)
    assert client(renewed).kept_keys.entrusted() is not None


def test_what_the_guardians_hold_is_told_as_it_is(town, kept, guarded):
    """Of three one may be erased, not two; and after a recovery what they hold is the former key's."""
    faces, signer = client(kept.person).kept_keys, kept.person.signer
    assert entrusted_keys.holders(faces, signer).opens
    town.bank.kept_keys.forget(guarded[2].account)
    assert entrusted_keys.holders(faces, signer) == entrusted_keys.Holders(2, 2)
    renewed, _ = recovered(town, kept.person, guarded[:2], guarded[:1])
    assert entrusted_keys.holders(client(renewed).kept_keys, renewed.signer) is None
    town.bank.kept_keys.forget(guarded[1].account)
    few = entrusted_keys.holders(faces_of_bank(town, kept.person.account), signer)
    assert (few.count, few.opens) == (1, False)
    for language in ("en", "ja"):
        said = [entrusted(Messages(language), one)[1] for one in (None, few, entrusted_keys.Holders(3, 2))]
        assert len(set(said)) == 3


def faces_of_bank(town, account):
    return SimpleNamespace(entrusted=lambda: keeping.entrusted(town.bank, account).keys[0])


# ---- refusals ----


def refused(call, *words):
    with pytest.raises(RefusedError) as error:
        call(*words)
    return error.value.status, error.value.body.get("field")


def encoded(sealed):
    return base64.b64encode(sealed.to_bytes()).decode()


def test_another_cover_is_refused_and_so_is_one_for_another_key(town, kept):
    faces, pair = client(kept.person).files, kept.person.signer.encryption
    one = kept.owner.files()[0]
    other = replace(one.cover, title="another letter")
    place = (one.kept.document, one.kept.version)
    assert isinstance(other, Cover)
    false = seal_cover(other, kept.person.account, [pair.public])
    assert refused(faces.wrap_cover, *place, false.to_bytes()) == (422, "cover_base64")
    strange = seal_cover(one.cover, kept.person.account, [KeyPair.generate().public])
    assert refused(faces.wrap_cover, *place, strange.to_bytes()) == (422, "cover_base64")
    assert refused(faces.wrap_cover, "0d" * 16, 1, false.to_bytes())[0] == 404


def test_what_is_not_sealed_to_one_key_is_not_kept(town, kept, guarded):
    faces, pairs = client(kept.person).kept_keys, [KeyPair.generate() for _ in range(2)]
    both = encoded(seal(b"x", [pair.public for pair in pairs], b"x"))
    public = pairs[0].public.to_hex()
    assert refused(faces.keep_former, public, shapes.FormerKeyBody(sealed_base64=both)) == (422, "sealed_base64")
    mine = encoded(seal(b"x", [pairs[0].public], b"x"))
    for number in range(8):
        faces.keep_former("0x" + f"{number:064x}", shapes.FormerKeyBody(sealed_base64=mine))
    assert refused(faces.keep_former, public, shapes.FormerKeyBody(sealed_base64=mine))[0] == 409
    guardians = client(guarded[0]).kept_keys
    [share] = guardians.shares()
    assert share.owner == kept.person.account
    other = shapes.ShareWrapped(sealed_base64=mine)
    assert refused(guardians.wrap_share, kept.person.account, other) == (422, "sealed_base64")
    stranger = client(town.member()).kept_keys
    part = shapes.KeyContribution(recovery_id="0x" + "11" * 32, sealed_base64=mine)
    assert refused(stranger.contribute, kept.person.account, part)[0] == 404
    kept_there = faces.entrusted()
    few = [shapes.KeyShareBody(guardian=one.account, sealed_base64=mine) for one in guarded[:2]]
    body = shapes.EntrustedKeyBody(escrow_base64=kept_there.escrow_base64, shares=few)
    assert refused(faces.entrust, body) == (422, "shares")


def test_a_former_key_that_somebody_else_put_there_holds_no_grant_up(town, kept, tmp_path):
    """A thief of the old key leaves one behind that is sealed to itself: what the old key gave ends all the same."""
    thief = KeyPair.generate()
    former = FormerKey(kept.person.signer.encryption, kept.person.signer.key.address)
    former_keys.keep(client(kept.person).kept_keys, kept.person.account, former, thief)
    renewed = town.newcomer()
    new = replace(kept.person.signer, key=renewed.signer.key)
    draft = rotate_key(kept.person.signer, new)
    kept.person.done("/v1/key-rotations", {"key_rotation": draft.signed.to_json()} | draft.parts.model_dump())
    renewed.signer = new
    renewed.log_in()
    faces = client(renewed)
    assert former_keys.waiting(faces.kept_keys, new) == []
    faces.file_grants.given()
    covers = [one for one in town.bank.pds.export(renewed.account) if one.box.startswith("granted.")]
    assert covers == []


def test_an_erasure_takes_keys_and_shares_away(town, kept, guarded):
    town.bank.kept_keys.forget(guarded[0].account)
    assert [one.guardian for one in client(kept.person).kept_keys.entrusted().shares] == sorted(
        one.account for one in guarded[1:]
    )
    town.bank.kept_keys.forget(kept.person.account)
    assert client(kept.person).kept_keys.entrusted() is None
    assert client(guarded[1]).kept_keys.shares() == []
