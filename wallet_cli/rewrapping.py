"""What is kept for an account, wrapped anew for its present key by a wallet that has the former one too (ADR 68).

Covers of documents (and so their chunks), records of boxes, what the owner holds of grants, and the shares of others'
keys. Each step is one call, safe to repeat; the former key waits at the bank, sealed to the present one, until the
last is done, so that any wallet with the present key goes on where another one died. Nothing is sealed to anybody
whom the owner's own signature did not name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from bank_api.protocol.file_grant import file_grant_text
from bank_api.protocol.shapes.boxes import BoxGrant, RecordBody, RecordView
from bank_api.protocol.shapes.files import FileGrant, FileGranted
from bank_api.protocol.shapes.member import StoredDocument
from chaincode.ids import to_hex
from chaincode.keys import recover_text, sign_text
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed, rewrap
from wallet_cli import entrusted_keys
from wallet_cli import sealed_records as records
from wallet_cli.bank_client import BankClient
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.former_keys import FormerKey
from wallet_cli.signing.signer import Signer, from_base64, to_base64

GRANTED, RECORDS = "granted.", "records."
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
    done, documents = Wrapped(), client.member.documents()
    boxes = sorted({one.box.removeprefix(RECORDS) for one in documents if one.box.startswith(RECORDS)})
    files, given = client.files.files().files, client.boxes.grants()
    whole = len(files) + sum(one.box.startswith(RECORDS) for one in documents)
    for at, one in enumerate(files):
        sealed = _sealed(one.cover_base64, one.document)
        if former.pair.public in sealed.recipients:
            client.files.wrap_cover(one.document, one.version, _moved(sealed, former.pair, signer).to_bytes())
            done.documents += 1
        elif signer.encryption.public not in sealed.recipients:
            done.closed.append(f"{one.document}, {one.version}")
        told(at + 1, whole)
    if former.renew:
        _renew_files(client, signer, url, former, documents, done)
        _renew_boxes(client, signer, url, former, given, done)
    live, seen = _live_keys(client.boxes.grants()), len(files)
    for name in boxes:
        box = _own_box(signer, name)
        for record in client.boxes.find(signer.account, name):
            if _wrap_record(client, signer, former.pair, box, record, live.get(name, frozenset())):
                done.records += 1
            else:
                done.closed.append(f"{name}/{record.name}")
            seen += 1
            told(seen, whole)
    done.shares = entrusted_keys.wrap_shares(client.kept_keys, former.pair, signer.encryption.public)
    client.kept_keys.end_former_entrusted()  # it would open nothing any more; what the present key entrusted stays
    client.kept_keys.drop_former(former.pair.public.to_hex())
    client.file_grants.given()  # what was not signed anew is taken away at the stores
    client.boxes.grants()
    return done


def _renew_files(
    client: BankClient, signer: Signer, url: str, former: FormerKey, documents: Iterable[StoredDocument], done: Wrapped
) -> None:
    """The former key signed over this very cover: whoever could read goes on, and nobody else."""
    covers = {one.box.removeprefix(GRANTED): one for one in documents if one.box.startswith(GRANTED)}
    for grant in client.file_grants.given():
        if grant.owner != signer.account or grant.revoked_at is not None or grant.signature is None:
            continue
        if signer.now() >= grant.until:
            continue
        kept = covers.get(grant.grant_id)
        cover = b"" if kept is None else from_base64(kept.sealed_base64, "the cover")
        by = recover_text(_file_text(url, signer.account, grant, cover), grant.signature)
        if by == signer.key.address:
            continue  # signed anew already
        if by != former.signer:
            done.ended += 1
            continue
        signature = sign_text(_file_text(url, signer.account, grant, cover), signer.key)
        granted = FileGranted(
            document=grant.document,
            version=grant.version,
            recipient=grant.recipient,
            until=grant.until,
            cover_base64=to_base64(cover),
            signature=to_hex(bytes(signature)),
        )
        _send(done, partial(client.file_grants.grant, grant.grant_id, granted))


def _renew_boxes(
    client: BankClient, signer: Signer, url: str, former: FormerKey, given: Iterable[BoxGrant], done: Wrapped
) -> None:
    """Whom the former key let in gets the box's key anew: it follows from the owner's."""
    for one in given:
        if one.owner != signer.account or one.revoked_at is not None or signer.now() >= one.until:
            continue
        if recover_text(records.grant_text(url, one), one.signature) != former.signer:
            continue  # signed anew already, or by a delegate that let itself in
        own, key = _own_box(signer, one.box), PublicKey.from_hex(one.encryption_key)
        body = records.admission(signer, url, own, one.grantee, key, one.until, one.may_write)
        _send(done, partial(client.boxes.grant, one.box, one.grantee, body))


def _wrap_record(
    client: BankClient, signer: Signer, former: KeyPair, box: records.Box, one: RecordView, live: frozenset[PublicKey]
) -> bool:
    """Whether one of the keys opens it. Sent again where it is wrapped already: a death may have left its tokens."""
    for _ in range(3):
        sealed = _sealed(one.sealed_base64, one.name)
        pair = former if former.public in sealed.recipients else signer.encryption
        if pair.public not in sealed.recipients:
            return False
        context = records.record_context(box.owner, box.name, one.name)
        try:
            record = records.Record.from_bytes(open_sealed(sealed, pair, context).content)
        except (EnvelopeError, EvidenceError):
            return False
        wrapped = rewrap(sealed, pair, [signer.encryption.public])
        for recipient in wrapped.recipients:
            if recipient != signer.encryption.public and recipient not in live:
                wrapped = wrapped.without(recipient)
        body = RecordBody(
            sealed_base64=to_base64(wrapped.to_bytes()), tokens=records.tokens_of(box, record), over=one.etag
        )
        try:
            client.boxes.put(box.owner, box.name, one.name, body)
            return True
        except BankProblemError as problem:
            if problem.status != 409:
                raise
        one = client.boxes.get(box.owner, box.name, one.name)  # written meanwhile
    return False


def _own_box(signer: Signer, name: str) -> records.Box:
    key = records.box_key(signer.account, name, signer.encryption)
    return records.Box(signer.account, name, key, signer.encryption.public)


def _moved(sealed: SealedDocument, former: KeyPair, signer: Signer) -> SealedDocument:
    return rewrap(sealed, former, [signer.encryption.public], signer.randomness).without(former.public)


def _live_keys(given: Iterable[BoxGrant]) -> Mapping[str, frozenset[PublicKey]]:
    """By box, to whom a record may go on being sealed: nobody is added by it."""
    found: dict[str, frozenset[PublicKey]] = {}
    for one in given:
        if one.is_live:
            found[one.box] = found.get(one.box, frozenset()) | {PublicKey.from_hex(one.encryption_key)}
    return found


def _send(done: Wrapped, call: Callable[[], object]) -> None:
    """A grant that goes on, or has ended: the bank takes none to who is gone or has another key by now."""
    try:
        call()
    except BankProblemError as problem:
        if problem.status >= 500:
            raise
        done.ended += 1
    else:
        done.grants += 1


def _file_text(url: str, account: str, grant: FileGrant, cover: bytes) -> str:
    return file_grant_text(
        url, account, grant.grant_id, grant.document, grant.version, grant.recipient, grant.until, cover
    )


def _sealed(text: str, name: str) -> SealedDocument:
    return SealedDocument.from_bytes(from_base64(text, name))
