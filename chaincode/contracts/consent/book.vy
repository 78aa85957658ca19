# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of consents: their records, their states, and which release took them in or used them
@dev head: member | state << 160 | validFrom << 168 | validUntil << 208 | released before << 248
     body: coins | items << 32 | used << 64 | usesMaximum << 80 | request number << 96 | hold << 128 | digest << 160
     What a large release holds is in hold.vy.
"""
from interfaces import ICoin

from ..shared import authority
from . import hold as consent_hold

uses: consent_hold

struct Entry:
    consentId: bytes32
    member: address
    requestId: bytes32
    number: uint256
    state: uint256
    items: uint256
    validFrom: uint64
    validUntil: uint64
    usesMaximum: uint32
    coins: uint32
    noticeHash: bytes32
    sequence: uint64

struct Fields:
    member: address
    state: uint8
    items: uint256
    valid_from: uint64
    valid_until: uint64
    uses_maximum: uint32
    used: uint32
    coins: uint32
    hold: uint256

event ConsentChanged:
    consentId: indexed(bytes32)
    requestId: indexed(bytes32)
    member: indexed(address)
    state: uint8
    items: uint256
    validFrom: uint64
    validUntil: uint64
    usesMaximum: uint32
    coins: uint32
    noticeHash: bytes32
    sequence: uint64

event ConsentUsed:
    releaseId: indexed(bytes32)
    consentId: indexed(bytes32)
    coins: uint32

event ConsentHeld:
    releaseId: indexed(bytes32)
    consentId: indexed(bytes32)

REQUESTED: constant(uint256) = 1
GIVEN: constant(uint256) = 2
REFUSED: constant(uint256) = 3
RENEWED: constant(uint256) = 4
WITHDRAWN: constant(uint256) = 5
EXPIRED: constant(uint256) = 6
REVOKED: constant(uint256) = 7
SUPERSEDED: constant(uint256) = 8
HOLD_BITS: constant(uint256) = (2**32 - 1) << 128
RELEASED: constant(uint256) = 1 << 248

head: HashMap[bytes32, uint256]
body: HashMap[bytes32, uint256]
latest: HashMap[bytes32, HashMap[address, bytes32]]
sequenceOf: public(HashMap[bytes32, HashMap[address, uint256]])


@internal
@view
def is_free(consentId: bytes32, member: address, number: uint256) -> bool:
    """@dev May this id be decided upon: is it new, or was this member asked under it for this request?"""
    head: uint256 = self.head[consentId]
    if head == 0:
        return consentId != empty(bytes32)
    asked: bool = (head >> 160) & authority.BITS_8 == REQUESTED
    same_request: bool = self.number_of(consentId) == number
    return asked and same_request and convert(head & authority.BITS_160, address) == member


@internal
@view
def state_of(consentId: bytes32) -> uint256:
    return (self.head[consentId] >> 160) & authority.BITS_8


@internal
@view
def member_of(consentId: bytes32) -> address:
    return convert(self.head[consentId] & authority.BITS_160, address)


@internal
@view
def is_known(consentId: bytes32) -> bool:
    return self.head[consentId] != 0


@internal
@view
def read(consentId: bytes32) -> Fields:
    head: uint256 = self.head[consentId]
    body: uint256 = self.body[consentId]
    return Fields(
        member=convert(head & authority.BITS_160, address),
        state=convert((head >> 160) & authority.BITS_8, uint8),
        items=(body >> 32) & authority.BITS_32,
        valid_from=convert((head >> 168) & authority.BITS_40, uint64),
        valid_until=convert((head >> 208) & authority.BITS_40, uint64),
        uses_maximum=convert((body >> 80) & authority.BITS_16, uint32),
        used=convert((body >> 64) & authority.BITS_16, uint32),
        coins=convert(body & authority.BITS_32, uint32),
        hold=(body >> 128) & authority.BITS_32,
    )


@internal
@view
def is_same(consentId: bytes32, hashed: bytes32) -> bool:
    """@dev 96 bits of the digest are kept: enough to tell a repetition from a conflict."""
    return self.head[consentId] != 0 and self.body[consentId] >> 160 == convert(hashed, uint256) >> 160


@internal
@view
def number_of(consentId: bytes32) -> uint256:
    """@dev The number of the request it answers."""
    return (self.body[consentId] >> 96) & authority.BITS_32


@internal
@view
def is_in_force(consentId: bytes32) -> bool:
    state: uint256 = self.state_of(consentId)
    return state == GIVEN or state == RENEWED


@internal
@view
def has_run_out(consentId: bytes32) -> bool:
    """@dev Ended by time alone, recorded or not."""
    return self.state_of(consentId) == EXPIRED or (self.is_in_force(consentId) and self.is_past(consentId))


@internal
@view
def is_past(consentId: bytes32) -> bool:
    return block.timestamp > (self.head[consentId] >> 208) & authority.BITS_40


@internal
def ask(entry: Entry, hashed: bytes32):
    """@dev The bank asks a member; nothing counts before the member decides under the same id."""
    self.head[entry.consentId] = convert(entry.member, uint256) | (REQUESTED << 160)
    self.body[entry.consentId] = (
        (entry.items << 32) | (entry.number << 96) | ((convert(hashed, uint256) >> 160) << 160)
    )
    log ConsentChanged(
        consentId=entry.consentId, requestId=entry.requestId, member=entry.member,
        state=convert(REQUESTED, uint8), items=entry.items, validFrom=0, validUntil=0,
        usesMaximum=0, coins=entry.coins, noticeHash=entry.noticeHash, sequence=0,
    )


@internal
def append(entry: Entry, hashed: bytes32):
    """@dev Record a decision; it takes the place of the member's earlier one on the same request."""
    state: uint256 = entry.state
    head: uint256 = convert(entry.member, uint256)
    earlier: bytes32 = self.latest[entry.requestId][entry.member]
    if earlier != empty(bytes32):
        if self._has_served(earlier):
            head |= RELEASED
        if self._give_way(earlier, entry.requestId, entry.consentId) and state == GIVEN:
            state = RENEWED
    self.latest[entry.requestId][entry.member] = entry.consentId
    if entry.sequence != 0:
        self.sequenceOf[entry.requestId][entry.member] = convert(entry.sequence, uint256)
    self.head[entry.consentId] = (
        head
        | (state << 160)
        | (convert(entry.validFrom, uint256) << 168)
        | (convert(entry.validUntil, uint256) << 208)
    )
    self.body[entry.consentId] = (
        convert(entry.coins, uint256)
        | (entry.items << 32)
        | (convert(entry.usesMaximum, uint256) << 80)
        | (entry.number << 96)
        | ((convert(hashed, uint256) >> 160) << 160)
    )
    log ConsentChanged(
        consentId=entry.consentId, requestId=entry.requestId, member=entry.member,
        state=convert(state, uint8), items=entry.items, validFrom=entry.validFrom,
        validUntil=entry.validUntil, usesMaximum=entry.usesMaximum, coins=entry.coins,
        noticeHash=entry.noticeHash,
        sequence=entry.sequence,
    )


@internal
def outdate(requestId: bytes32, member: address, sequence: uint64) -> uint64:
    """@dev Words of a lower sequence come too late. One of the future counts as now, so that nobody shuts itself out."""
    until: uint256 = authority.outdating(sequence)
    if until > self.sequenceOf[requestId][member]:
        self.sequenceOf[requestId][member] = until
    return convert(until, uint64)


@internal
def _give_way(consentId: bytes32, requestId: bytes32, successor: bytes32) -> bool:
    """@dev Close an earlier record; true if it was a consent still in force."""
    head: uint256 = self.head[consentId]
    state: uint256 = (head >> 160) & authority.BITS_8
    if state > RENEWED:
        return False
    if state != REFUSED and block.timestamp > (head >> 208) & authority.BITS_40:
        self.end(consentId, requestId, EXPIRED, empty(bytes32), 0)
        return False
    self.end(consentId, requestId, SUPERSEDED, successor, 0)
    return state != REFUSED


@internal
def end(consentId: bytes32, requestId: bytes32, state: uint256, evidence: bytes32, sequence: uint64):
    """@dev Move a record to a final state; it leaves a release that is not sealed yet. A member's word has a sequence."""
    head: uint256 = self.head[consentId]
    body: uint256 = self.body[consentId]
    self.head[consentId] = (head & ~(authority.BITS_8 << 160)) | (state << 160)
    number: uint256 = (body >> 128) & authority.BITS_32
    if number != 0 and consent_hold.state_of(number) == consent_hold.OPEN:
        consent_hold.let_go(number, body & authority.BITS_32)
        self.body[consentId] = body & ~HOLD_BITS
    log ConsentChanged(
        consentId=consentId, requestId=requestId,
        member=convert(head & authority.BITS_160, address), state=convert(state, uint8),
        items=(body >> 32) & authority.BITS_32,
        validFrom=convert((head >> 168) & authority.BITS_40, uint64),
        validUntil=convert((head >> 208) & authority.BITS_40, uint64),
        usesMaximum=convert((body >> 80) & authority.BITS_16, uint32),
        coins=convert(body & authority.BITS_32, uint32), noticeHash=evidence, sequence=sequence,
    )


# ---- Releases ----


@internal
@view
def why_not_live(consentId: bytes32, number: uint256, items: uint256) -> String[64]:
    return self._live_refusal(self.head[consentId], self.body[consentId], number, items)


@internal
@view
def _live_refusal(head: uint256, body: uint256, number: uint256, items: uint256) -> String[64]:
    """@dev Why a consent does not cover `items` of request `number` now; "" if it does."""
    if head == 0:
        return "consent: unknown consent"
    if (body >> 96) & authority.BITS_32 != number:
        return "consent: of another request"
    state: uint256 = (head >> 160) & authority.BITS_8
    if state != GIVEN and state != RENEWED:
        return "consent: not in force"
    if block.timestamp < (head >> 168) & authority.BITS_40:
        return "consent: not yet valid"
    if block.timestamp > (head >> 208) & authority.BITS_40:
        return "consent: expired"
    if (body >> 64) & authority.BITS_16 >= (body >> 80) & authority.BITS_16:
        return "consent: used up"
    if items & ~((body >> 32) & authority.BITS_32) != 0:
        return "consent: items not covered"
    return self._held_refusal(body)


@internal
@view
def _held_refusal(body: uint256) -> String[64]:
    number: uint256 = (body >> 128) & authority.BITS_32
    if number != 0 and consent_hold.binds(number):
        return "consent: held by another release"
    return ""


@internal
def use(releaseId: bytes32, number: uint256, items: uint256, consentId: bytes32) -> ICoin.Payment:
    """@dev Count one use of a live consent; returns what its member is owed."""
    head: uint256 = self.head[consentId]
    body: uint256 = self.body[consentId]
    refused: String[64] = self._live_refusal(head, body, number, items)
    assert len(refused) == 0, refused
    return self._count_use(releaseId, consentId, head, body)


@internal
def hold_one(hold_number: uint256, consentId: bytes32):
    """@dev Gather a consent that stays live until the release must be closed."""
    hold: uint256 = consent_hold.hold[hold_number]
    head: uint256 = self.head[consentId]
    body: uint256 = self.body[consentId]
    if (body >> 128) & authority.BITS_32 == hold_number:
        return
    refused: String[64] = self._live_refusal(
        head, body, consent_hold.request_number(hold), consent_hold.items(hold)
    )
    assert len(refused) == 0, refused
    assert (head >> 208) & authority.BITS_40 >= consent_hold.closes_by(hold), "consent: ends before closing"
    self.body[consentId] = (body & ~HOLD_BITS) | (hold_number << 128)
    consent_hold.take_in(hold_number, body & authority.BITS_32)
    log ConsentHeld(releaseId=consent_hold.release_of[hold_number], consentId=consentId)


@internal
@view
def is_held_by(hold_number: uint256, consentId: bytes32) -> bool:
    return (self.body[consentId] >> 128) & authority.BITS_32 == hold_number


@internal
def settle_one(hold_number: uint256, consentId: bytes32) -> ICoin.Payment:
    """@dev Count the use of a consent whose release was sealed, whatever became of it since."""
    return self._count_use(
        consent_hold.release_of[hold_number], consentId, self.head[consentId], self.body[consentId] & ~HOLD_BITS
    )


@internal
def _count_use(releaseId: bytes32, consentId: bytes32, head: uint256, body: uint256) -> ICoin.Payment:
    self.body[consentId] = body + (1 << 64)
    coins: uint256 = body & authority.BITS_32
    log ConsentUsed(releaseId=releaseId, consentId=consentId, coins=convert(coins, uint32))
    return ICoin.Payment(
        account=convert(head & authority.BITS_160, address), amount=coins, reason=consentId
    )


@internal
@view
def _has_served(consentId: bytes32) -> bool:
    """@dev Was this consent, or one it took the place of, ever part of a release?"""
    body: uint256 = self.body[consentId]
    hold: uint256 = (body >> 128) & authority.BITS_32
    return (
        self.head[consentId] & RELEASED != 0
        or (body >> 64) & authority.BITS_16 != 0
        or (hold != 0 and consent_hold.state_of(hold) == consent_hold.SEALED)
    )


@internal
@view
def ever_used(requestId: bytes32, member: address) -> bool:
    return self._has_served(self.latest[requestId][member])
