"""What is kept for an account, wrapped anew for its present key by a wallet that has the former one too (ADR 68).

Covers of documents (and so their chunks), records of boxes, what the owner holds of grants, and the shares of others'
keys. Each step is one call, safe to repeat; the former key waits at the bank, sealed to the present one, until the
last is done, so that any wallet with the present key goes on where another one died. Nothing is sealed to anybody
whom the owner's own signature did not name, and no grant goes on that the owner did not see at the change of keys.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.boxes import BoxGrant, RecordBody, RecordView
from bank_api.protocol.shapes.files import FileVersion
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed, rewrap
from wallet_cli import entrusted_keys
from wallet_cli import sealed_records as records
from wallet_cli.bank_client import BankClient
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.former_keys import FormerKey
from wallet_cli.open_grants import open_grants
from wallet_cli.signing.signer import Signer, from_base64, to_base64

RECORDS = "records."
TRIES, ROUNDS = 3, 3
Told = Callable[[int, int], None]
"""How many documents and records of how many are done."""


@dataclass(slots=True)
class Wrapped:
    """What one run did."""

    documents: int = 0
    records: int = 0
    grants: int = 0
    """Of documents and boxes, that go on by the present key's word."""
    ended: int = 0
    """Those that could not."""
    shares: int = 0
    closed: list[str] = field(default_factory=list)
    """Documents and records that neither key opens, by name."""


@translated_errors()
def wrap_all(client: BankClient, signer: Signer, url: str, former: FormerKey, told: Told) -> Wrapped:
    """Everything, and then the former key is dropped. `signer` is the present key's."""
    done, sealed_to = Wrapped(), former.pair.public
    files, kept = client.files.files().files, _records(client, signer)
    whole, seen = len(files) + len(kept), len(files)
    for at, one in enumerate(files):
        _wrap_cover(client, signer, former.pair, one, done)
        told(at + 1, whole)
    _renew(client, signer, url, former, done)
    live = _live_keys(client.boxes.grants())
    for box, record in kept:
        _wrap_record(client, signer, former.pair, box, record, live, done)
        seen += 1
        told(seen, whole)
    for _ in range(ROUNDS):  # an app that read the former key before the change may have written meanwhile
        late = [each for each in _records(client, signer) if sealed_to in _sealed_record(each[1]).recipients]
        late = [(box, record) for box, record in late if _name(box, record) not in done.closed]
        if not late:
            break
        for box, record in late:
            _wrap_record(client, signer, former.pair, box, record, live, done)
    else:
        raise EvidenceError(said("error-still-written"), said("hint-still-written"))
    done.shares = entrusted_keys.wrap_shares(client.kept_keys, former.pair, signer.encryption.public)
    client.kept_keys.end_former_entrusted()  # it would open nothing any more; what the present key entrusted stays
    client.kept_keys.drop_former(former.pair.public.to_hex())
    client.file_grants.given()  # what was not signed anew is taken away at the stores
    client.boxes.grants()
    return done


def _renew(client: BankClient, signer: Signer, url: str, former: FormerKey, done: Wrapped) -> None:
    """What the former key signed and its owner saw when the keys were changed; nobody else, and nothing new."""
    for grant in open_grants(client, signer, url):
        if grant.by == signer.key.address:
            continue  # signed anew already
        if grant.by != former.signer or grant.mark not in former.renew:
            done.ended += grant.by == former.signer
            continue
        try:
            grant.renew()
        except BankProblemError as problem:  # the bank takes none to who is gone or has another key by now
            if problem.status >= 500:
                raise
            done.ended += 1
        else:
            done.grants += 1


def _wrap_cover(client: BankClient, signer: Signer, former: KeyPair, one: FileVersion, done: Wrapped) -> None:
    sealed = _sealed(one.cover_base64, one.document)
    if former.public in sealed.recipients:
        moved = rewrap(sealed, former, [signer.encryption.public], signer.randomness).without(former.public)
        client.files.wrap_cover(one.document, one.version, moved.to_bytes())
        done.documents += 1
    elif signer.encryption.public not in sealed.recipients:
        done.closed.append(f"{one.document}, {one.version}")


def _wrap_record(
    client: BankClient,
    signer: Signer,
    former: KeyPair,
    box: records.Box,
    one: RecordView,
    live: Mapping[str, frozenset[PublicKey]],
    done: Wrapped,
) -> None:
    """Sent again where it is wrapped already: a death may have left its tokens.

    Raises BankProblemError for one that is written again and again: it is not wrapped, and the former key stays.
    """
    kept = live.get(box.name, frozenset()) | {signer.encryption.public}
    for left in reversed(range(TRIES)):
        sealed = _sealed_record(one)
        pair = former if former.public in sealed.recipients else signer.encryption
        try:
            content = open_sealed(sealed, pair, records.record_context(box.owner, box.name, one.name)).content
            record = records.Record.from_bytes(content)
        except (EnvelopeError, EvidenceError):
            break
        wrapped = rewrap(sealed, pair, [signer.encryption.public])
        for recipient in set(wrapped.recipients) - kept:
            wrapped = wrapped.without(recipient)
        tokens = records.tokens_of(box, record)
        body = RecordBody(sealed_base64=to_base64(wrapped.to_bytes()), tokens=tokens, over=one.etag)
        try:
            client.boxes.put(box.owner, box.name, one.name, body)
        except BankProblemError as problem:
            if problem.status != 409 or not left:
                raise
            one = client.boxes.get(box.owner, box.name, one.name)  # written meanwhile
        else:
            done.records += 1
            return
    done.closed.append(_name(box, one))


def _records(client: BankClient, signer: Signer) -> list[tuple[records.Box, RecordView]]:
    """Of every own box, as they are now."""
    stored = client.member.documents()
    names = sorted({one.box.removeprefix(RECORDS) for one in stored if one.box.startswith(RECORDS)})
    boxes = [_own_box(signer, name) for name in names]
    return [(box, one) for box in boxes for one in client.boxes.find(signer.account, box.name)]


def _name(box: records.Box, one: RecordView) -> str:
    return f"{box.name}/{one.name}"


def _sealed_record(one: RecordView) -> SealedDocument:
    return _sealed(one.sealed_base64, one.name)


def _own_box(signer: Signer, name: str) -> records.Box:
    key = records.box_key(signer.account, name, signer.encryption)
    return records.Box(signer.account, name, key, signer.encryption.public)


def _live_keys(given: Iterable[BoxGrant]) -> Mapping[str, frozenset[PublicKey]]:
    """By box, to whom a record may go on being sealed: nobody is added by it."""
    found: dict[str, frozenset[PublicKey]] = {}
    for one in given:
        if one.is_live:
            found[one.box] = found.get(one.box, frozenset()) | {PublicKey.from_hex(one.encryption_key)}
    return found


def _sealed(text: str, name: str) -> SealedDocument:
    return SealedDocument.from_bytes(from_base64(text, name))
