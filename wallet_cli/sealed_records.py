"""Records in boxes: sealed and opened here, found by tokens that the bank cannot read (ADR 51).

A record has fields (texts, whole numbers, yes or no), labels, and links to other records of its box. For each value it
gets a token, a keyed hash under the box's key, so that equal values are found and nothing else is told: no field's
name, no order, no part of a word. The box's key follows from its owner's wallet key; who is let in gets it sealed.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bank_api.protocol.box_grant import box_grant_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.boxes import BoxGrant, BoxGrantBody, BoxReceived, RecordBody, RecordView
from chaincode.ids import text_hash
from chaincode.keys import recover_text, sign_text
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed, rewrap, seal
from wallet_cli.bank_client.boxes import BoxesFace, RecordsFace
from wallet_cli.errors import EvidenceError, InputError, WalletError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenAccount
from wallet_cli.signing.signer import Signer, from_base64, to_base64

TOKEN_BYTES = 16
Scalar = str | int | bool


@dataclass(frozen=True)
class Record:
    """What is sealed. Links are (what the other is to this one, name of the other)."""

    fields: Mapping[str, Scalar] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        links = [list(link) for link in self.links]
        return canonical_json({"fields": dict(self.fields), "labels": list(self.labels), "links": links})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        body = parse_canonical_json(data)
        if not isinstance(body, dict) or set(body) != {"fields", "labels", "links"}:
            raise EvidenceError(said("rule-record"))
        return cls(body["fields"], tuple(body["labels"]), tuple((rel, other) for rel, other in body["links"]))


@dataclass(frozen=True)
class Box:
    """A box as somebody who may read it knows it. Others are whom a record is sealed to besides owner and self."""

    owner: str
    name: str
    key: bytes = field(repr=False)
    owner_key: PublicKey
    others: tuple[PublicKey, ...] = ()
    let_in: tuple[BoxGrant, ...] = ()
    """What lets `others` in, of one's own box."""
    delegates: frozenset[str] = frozenset()
    """Accounts that let themselves in, by a key of the box of their own: what they kept no token of this key finds, nor
    theirs what its owner kept. Such a box is read whole and looked through here."""


def own_box(signer: Signer, url: str, name: str, face: BoxesFace, key_of: Callable[[str], str]) -> Box:
    """One's own box, open to whom this key opened it. Raises EvidenceError for somebody who was let in by nobody.

    `key_of` is the key that the ledger has of an account: a delegate lets itself in by its own, and nothing is sealed
    to it here, whatever the bank says of the delegation.
    """
    account, pair, let_in, delegates = signer.account, signer.encryption, list[BoxGrant](), set()
    for one in face.grants():
        if one.box != name:
            continue
        by = recover_text(grant_text(url, one), one.signature)
        if by == signer.key.address:
            stands = one.is_live and signer.now() < one.until  # the end is the owner's word, not the bank's
            let_in += [one] if stands else []
            continue
        if one.is_live and not (one.grantee.startswith("0x") and by == key_of(one.grantee)):
            raise EvidenceError(said("error-grant-not-signed", grantee=one.grantee, box=name))
        delegates.add(one.grantee)
    others, key = tuple(PublicKey.from_hex(one.encryption_key) for one in let_in), box_key(account, name, pair)
    return Box(account, name, key, pair.public, others, tuple(let_in), frozenset(delegates))


@translated_errors()
def received_box(one: BoxReceived, pair: KeyPair, url: str, owner: ProvenAccount, own_key: str | None = None) -> Box:
    """A box that one is let into, by its owner as the ledger of the bank at `url` has that account; or by oneself, as
    the owner's delegate, whose key has the address `own_key`.

    Raises EvidenceError where the owner's key did not sign that this key is let in, or another key is named than the
    owner's: what is written would be sealed to somebody else.
    """
    text = grant_text(url, one.model_copy(update={"encryption_key": pair.public.to_hex()}))
    by = recover_text(text, one.signature)
    if one.owner != owner.account or by not in {owner.word.key, own_key} - {None}:
        raise EvidenceError(said("error-not-let-in", owner=one.owner, box=one.box))
    if text_hash(PublicKey.from_hex(one.owner_key).to_hex()) != owner.encryption_key_hash:
        raise EvidenceError(said("error-other-key-of-account", account=one.owner))
    sealed = SealedDocument.from_bytes(from_base64(one.key_base64, "the box's key"))
    key = open_sealed(sealed, pair, _key_context(one.owner, one.box)).content
    delegates = frozenset() if by == owner.word.key else frozenset([one.grantee])
    return Box(one.owner, one.box, key, PublicKey.from_hex(one.owner_key), delegates=delegates)


@translated_errors()
def put(face: RecordsFace, box: Box, pair: KeyPair, name: str, record: Record) -> Any:
    """Keep a record: sealed to its owner, to oneself and to the others that one knows of."""
    check_record(record)
    readers = [box.owner_key, pair.public, *box.others]
    sealed = seal(record.to_bytes(), readers, record_context(box.owner, box.name, name))
    return face.put(box.owner, box.name, name, _body(box, sealed, record))


def get(face: RecordsFace, box: Box, pair: KeyPair, name: str) -> Record:
    return _opened(face.get(box.owner, box.name, name), box, pair)


def find(
    face: RecordsFace,
    box: Box,
    pair: KeyPair,
    fields: Mapping[str, Scalar] | None = None,
    labels: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    closed: Callable[[str], None] = lambda _name: None,
) -> dict[str, Record]:
    """Records that have all of it, by name. What a meddling bank shows besides is left out: each is looked at.

    What others wrote there an owner's wallet passes on to whom the owner let in, each time that it comes by it: they do
    not know of each other. `closed` is told of what is not sealed to this wallet (yet).
    """
    wanted, matching = Record(fields or {}, tuple(labels), tuple(links)), {}
    for one in face.find(box.owner, box.name, () if box.delegates else tokens_of(box, wanted)):
        sealed = _sealed(one)
        if pair.public not in sealed.recipients:
            closed(one.name)
            continue
        record = _opened(one, box, pair)
        missing = [key for key in box.others if key not in sealed.recipients]
        if missing:
            with suppress(WalletError, ValidationError):  # no room, written meanwhile, or found by too much
                face.put(box.owner, box.name, one.name, _body(box, rewrap(sealed, pair, missing), record, one.etag))
        if _has(record, wanted):
            matching[one.name] = record
    return matching


@translated_errors()
def let_in(
    signer: Signer, url: str, face: BoxesFace, box: Box, grantee: str, key: PublicKey, until: int, may_write: bool
) -> int:
    """Let somebody into one's own box, and seal what is there to them as well; how many records that was.

    Safe to repeat: what is sealed to them already stays as it is. What a delegate kept who had let itself in is found
    by this box's key from then on, which the delegate gets.
    """
    pair, body = signer.encryption, admission(signer, url, box, grantee, key, until, may_write)
    face.grant(box.name, grantee, body)
    count = 0
    for one in face.find(box.owner, box.name):
        kept = _sealed(one)
        is_new = key not in kept.recipients
        if is_new or (grantee in box.delegates and one.writer == grantee):
            record = _opened(one, box, pair)
            wider = rewrap(kept, pair, [key]) if is_new else kept
            with suppress(ValidationError):  # found by too much, which only another could have written
                face.put(box.owner, box.name, one.name, _body(box, wider, record, one.etag))
                count += is_new
    return count


def admission(
    signer: Signer, url: str, box: Box, grantee: str, key: PublicKey, until: int, may_write: bool
) -> BoxGrantBody:
    """The box's key, sealed to the grantee, and the owner's word for it."""
    sealed = seal(box.key, [key], _key_context(box.owner, box.name))
    text = box_grant_text(url, box.owner, box.name, grantee, key.to_hex(), may_write=may_write, until=until)
    return BoxGrantBody(
        encryption_key=key.to_hex(),
        may_write=may_write,
        until=until,
        key_base64=to_base64(sealed.to_bytes()),
        signature="0x" + sign_text(text, signer.key).hex(),
    )


@translated_errors()
def let_oneself_in(signer: Signer, url: str, face: BoxesFace, name: str, own: str, until: int, may_write: bool) -> None:
    """Into a box of the account that `signer` acts for, as its delegate `own`; for as long as the ledger says so.

    The box's key follows from the delegate's: a ward that cannot act makes none.
    """
    ward, pair = signer.account, signer.encryption
    box = Box(ward, name, box_key(ward, name, pair), pair.public)
    body = admission(signer, url, box, own, pair.public, until, may_write)
    face.grant(name, own, body)


def tokens_of(box: Box, record: Record) -> list[str]:
    """By what a record is found: one token for each field, label and link."""
    values: Iterable[list[Any]] = (
        *(["field", name, value] for name, value in sorted(record.fields.items())),
        *(["label", label, True] for label in record.labels),
        *(["link", rel, other] for rel, other in record.links),
    )
    made = (hashlib.blake2b(canonical_json(one), key=box.key, digest_size=TOKEN_BYTES).hexdigest() for one in values)
    return list(dict.fromkeys(made))


def check_record(record: Record) -> None:
    """Raises InputError for what has no one spelling."""
    for name, value in record.fields.items():
        if not name or not isinstance(value, str | int | bool):
            raise InputError("--field", said("rule-record"))


def _opened(one: RecordView, box: Box, pair: KeyPair) -> Record:
    return Record.from_bytes(open_sealed(_sealed(one), pair, record_context(box.owner, box.name, one.name)).content)


@translated_errors()
def _sealed(one: RecordView) -> SealedDocument:
    return SealedDocument.from_bytes(from_base64(one.sealed_base64, "the record"))


def _body(box: Box, sealed: SealedDocument, record: Record, over: str | None = None) -> RecordBody:
    return RecordBody(sealed_base64=to_base64(sealed.to_bytes()), tokens=tokens_of(box, record), over=over)


def _has(record: Record, wanted: Record) -> bool:
    fields = all(record.fields.get(name) == value for name, value in wanted.fields.items())
    return fields and set(wanted.labels) <= set(record.labels) and set(wanted.links) <= set(record.links)


def grant_text(url: str, one: BoxGrant) -> str:
    """What its owner signed, or a delegate that let itself in."""
    terms = (one.owner, one.box, one.grantee, one.encryption_key)
    return box_grant_text(url, *terms, may_write=one.may_write, until=one.until)


def box_key(account: str, name: str, pair: KeyPair) -> bytes:
    """32 bytes that follow from the owner's wallet key; who is let in gets them sealed."""
    content = canonical_json([account, name])
    return hashlib.blake2b(content, key=pair.secret, digest_size=32, person=b"azukari box key1").digest()


def record_context(owner: str, box: str, name: str) -> bytes:
    """What a sealed record is bound to."""
    return b"azukari record 1\x00" + canonical_json([owner, box, name])


def _key_context(owner: str, name: str) -> bytes:
    return b"azukari box key 1\x00" + canonical_json([owner, name])
