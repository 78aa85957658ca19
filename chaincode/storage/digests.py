"""The digests that contracts keep under ids, so that sending a message twice is seen: rebuilt from the calldata.

A digest is the EIP-712 struct hash of a message. Its deadline travels in calldata only, its texts do not travel at
all: the contracts know them by hash, from what was published before, and so does the fold. Several messages may
carry one id in one transaction, of which one was taken: then the digest is one of theirs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak

from chaincode.events import Event
from chaincode.ids import text_hash
from chaincode.model import State
from chaincode.model.rules import PROCESSING, PURPOSES, RECIPIENTS
from chaincode.storage.calldata import Call, Calls, Values
from chaincode.storage.history import transaction_of
from chaincode.storage.layout import word
from chaincode.typed_data import (
    CONSENT_GIVEN,
    Acceptance,
    Answer,
    ApprovalRevocation,
    Consent,
    Correction,
    CouponTransfer,
    Decision,
    Delegation,
    DrawBinding,
    Entry,
    GiftOrder,
    Guardians,
    Join,
    Purchase,
    Redemption,
    SignedStruct,
    StandingRule,
    Withdrawal,
)
from chaincode.typed_data.eip712 import camel_case, layout
from chaincode.typed_data.structs import (
    ACCEPTANCE_STATEMENT,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    CORRECTION_STATEMENT,
    DELEGATION_STATEMENT,
    GUARDIANS_STATEMENT,
    REVOCATION_STATEMENT,
    RULE_STATEMENT,
)

Said = dict[str, Any]
"""The fields of a message that travelled."""
Known = Callable[[State, Said], bytes]
"""What a contract puts in for a field that did not travel."""


def _items(state: State, survey_id: bytes, mask: int) -> bytes:
    survey = state.surveys.surveys.get(survey_id)
    labels = survey.terms.item_label_hashes if survey else ()
    return keccak(b"".join(label for bit, label in enumerate(labels) if mask >> bit & 1))


def _survey_title(state: State, said: Said) -> bytes:
    return state.surveys.surveys[said["survey_id"]].terms.title_hash


def _asked_items(state: State, said: Said) -> bytes:
    return _items(state, state.requests.requests[said["request_id"]].terms.survey_id, said["item_mask"])


def _names(kind: int, mask: str) -> Known:
    def names(state: State, said: Said) -> bytes:
        named = state.rules.categories
        return keccak(b"".join(named[kind, place] for place in range(32) if said[mask] >> place & 1))

    return names


def _class_title(state: State, said: Said) -> bytes:
    return state.coupons.classes[said["class_id"]].terms.title_hash


def _request_digest(state: State, said: Said) -> bytes:
    return state.requests.requests[said["request_id"]].terms.digest


def _draw_title(state: State, said: Said) -> bytes:
    return state.draws.draws[said["draw_id"]].terms.title_hash


FILLED: Mapping[type[SignedStruct], Mapping[str, Known]] = {
    Join: {"statement": lambda _, said: said["statement"]},
    Acceptance: {"statement": lambda _, said: text_hash(ACCEPTANCE_STATEMENT)},
    Delegation: {"statement": lambda _, said: text_hash(DELEGATION_STATEMENT)},
    Guardians: {"statement": lambda _, said: text_hash(GUARDIANS_STATEMENT)},
    Answer: {"survey": _survey_title},
    Correction: {"statement": lambda _, said: text_hash(CORRECTION_STATEMENT), "survey": _survey_title},
    Decision: {"request_digest": _request_digest},
    ApprovalRevocation: {
        "request_digest": _request_digest,
        "statement": lambda _, said: text_hash(REVOCATION_STATEMENT),
    },
    Consent: {
        "request_digest": _request_digest,
        "recipient": lambda state, said: state.requests.requests[said["request_id"]].terms.recipient_hash,
        "purpose": lambda state, said: state.requests.requests[said["request_id"]].terms.purpose_hash,
        "items": _asked_items,
    },
    Withdrawal: {"decision": lambda _, said: text_hash(CONSENT_WITHDRAWN)},
    StandingRule: {
        "statement": lambda _, said: text_hash(RULE_STATEMENT),
        "items": lambda state, said: _items(state, said["survey_id"], said["item_mask"]),
        "recipients": _names(RECIPIENTS, "recipient_mask"),
        "purposes": _names(PURPOSES, "purpose_mask"),
        "processing": _names(PROCESSING, "processing_mask"),
    },
    GiftOrder: {"title": _class_title},
    Purchase: {"title": _class_title},
    Redemption: {"title": _class_title},
    CouponTransfer: {"title": _class_title},
    Entry: {"title": _draw_title},
    DrawBinding: {"title": _draw_title},
}
"""The fields that do not travel, by struct."""


class Digests:
    """Digests of the messages that events recorded."""

    def __init__(self, state: State, calls: Calls) -> None:
        self._state, self._calls = state, calls

    def call(self, contract: str, event: Event) -> Call | None:
        """Return the call to a contract that an event came from; None if another contract stood between."""
        return self._calls.made(contract, transaction_of(event))

    def of(self, kind: type[SignedStruct], item: bytes, event: Event, **also: bytes) -> list[bytes]:
        """Return the digests of the messages under an id in an event's transaction; none if it went another way.

        `also` are values that neither travelled nor stand in the state as it is now.
        """
        return [digest for _, digest in self._read(kind, self._offered(kind, event).get(item, ()), also)]

    def messages(self, kind: type[SignedStruct], event: Event) -> Iterator[tuple[Said, bytes]]:
        """Yield every message of a kind in an event's transaction that speaks of known things, with its digest."""
        for offered in self._offered(kind, event).values():
            yield from self._read(kind, offered, {})

    def _offered(self, kind: type[SignedStruct], event: Event) -> Mapping[Any, Sequence[Values]]:
        call = self.call(kind.CONTRACT, event)
        travelling = _travelling(kind)
        return call.structs.get((camel_case(travelling[0]), len(travelling)), {}) if call else {}

    def _read(
        self, kind: type[SignedStruct], offered: Iterable[Values], also: Mapping[str, bytes]
    ) -> Iterator[tuple[Said, bytes]]:
        filled = FILLED.get(kind, {})
        for values in offered:
            said = dict(zip(_travelling(kind), values, strict=True))
            try:
                texts = {name: known(self._state, {**said, **also}) for name, known in filled.items()}
            except KeyError:
                continue
            yield said, _struct_hash(kind, said | texts)


def _travelling(kind: type[SignedStruct]) -> tuple[str, ...]:
    """Return the fields that are in calldata, in order."""
    found = _TRAVELLING.get(kind)
    if found is None:
        left_out = FILLED.get(kind, {})
        found = _TRAVELLING[kind] = tuple(name for name, _, _ in layout(kind).fields if name not in left_out)
    return found


_TRAVELLING: dict[type[SignedStruct], tuple[str, ...]] = {}


def _struct_hash(kind: type[SignedStruct], fields: Mapping[str, Any]) -> bytes:
    shape = layout(kind)
    return keccak(shape.type_hash + b"".join(_encoded(fields[name], type_) for name, _, type_ in shape.fields))


def _encoded(value: Any, kind: str) -> bytes:
    """A text is known by its hash, a decision travels as a flag."""
    if kind == "string" and isinstance(value, bool):
        return text_hash(CONSENT_GIVEN if value else CONSENT_REFUSED)
    if kind in ("address[]", "bytes32[]"):
        return keccak(b"".join(map(word, value)))
    return word(value)


def words_digest(*values: Any) -> bytes:
    """Return keccak256(abi_encode(...)) of values that take one word each."""
    return keccak(b"".join(map(word, values)))


def abi_digest(kinds: tuple[str, ...], *values: Any) -> bytes:
    """Return keccak256(abi_encode(...)) of any values."""
    return keccak(abi_encode(kinds, values))
