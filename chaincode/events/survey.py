"""Surveys and the answers given."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event, Uint16s
from chaincode.typed_data.eip712 import Address, Bytes32, Hashes, Uint8, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class SurveyPublished(Event):
    """A survey was published with its reward rule."""

    CONTRACT: ClassVar[str] = "survey"
    survey_id: Bytes32
    title_hash: Bytes32
    content_hash: Bytes32
    item_label_hashes: Hashes
    item_coins: Uint16s
    base_coins: Uint32
    budget_coins: Uint64
    opens_at: Uint64
    closes_at: Uint64


@dataclass(frozen=True)
class SurveyClosed(Event):
    """A survey was closed."""

    CONTRACT: ClassVar[str] = "survey"
    survey_id: Bytes32


@dataclass(frozen=True)
class BudgetAdded(Event):
    """The operator added to what a survey may still pay."""

    CONTRACT: ClassVar[str] = "survey"
    top_up_id: Bytes32
    survey_id: Bytes32
    coins: Uint64


@dataclass(frozen=True)
class Answered(Event):
    """A member answered and was paid."""

    CONTRACT: ClassVar[str] = "survey"
    answer_id: Bytes32
    survey_id: Bytes32
    member: Address
    commitment: Bytes32
    items: Uint256
    coins: Uint256


@dataclass(frozen=True)
class Corrected(Event):
    """A member's answer took the place of the one that stood."""

    CONTRACT: ClassVar[str] = "survey"
    correction_id: Bytes32
    survey_id: Bytes32
    member: Address
    replaces: Bytes32
    commitment: Bytes32
    items: Uint256


@dataclass(frozen=True)
class PartnerRewardSet(Event):
    """A survey pays for every partner a member accepts, up to a number."""

    CONTRACT: ClassVar[str] = "survey"
    survey_id: Bytes32
    coins: Uint32
    partners_maximum: Uint8


@dataclass(frozen=True)
class PartnerRewarded(Event):
    """A member was paid for accepting a partner."""

    CONTRACT: ClassVar[str] = "survey"
    consent_id: Bytes32
    survey_id: Bytes32
    member: Address
    coins: Uint256
