"""Which promotions a member is shown: found here, out of the member's own answers, which nobody is told.

What is asked of the bank follows from the list alone, which is the same for everybody: the surveys that it names, the
keys of the partners in it, all that is kept for the member, all coupons. So it tells nobody what fits (ADR 72).
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bank_api.protocol.documents.condition import (
    Clause,
    Condition,
    check_condition,
    clauses,
    holds,
    read_condition,
    reasons,
)
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.shapes.promotions import PromotionView
from chaincode.ids import text_hash
from wallet_cli.export import ANSWER_BOX, open_document
from wallet_cli.private_file import replace_private
from wallet_cli.signing.promotion import is_shown_all, is_signed

if TYPE_CHECKING:
    from bank_api.protocol.shapes.coupons import CouponOffer
    from wallet_cli.invocation import Invocation

FOLDER, NAME_DIGITS = "promotions", 24


@dataclass(frozen=True)
class Shown:
    """A promotion for this member. `reasons` are the clauses that its answers meet; none where it is by chance."""

    promotion: PromotionView
    condition: Condition
    reasons: tuple[Clause, ...]


@dataclass(frozen=True)
class Found:
    """What there is for this member, and the surveys that it speaks of, by id."""

    shown: tuple[Shown, ...]
    surveys: Mapping[str, Survey]
    answers: Mapping[str, Mapping[str, int]]
    coupons: "Mapping[str, CouponOffer]"
    left_out: tuple[PromotionView, ...]
    """Not signed by whose name they bear, or not as a promotion may be."""


class Wishes:
    """What this wallet does not want to see. It stays on this machine: the bank has no use for it."""

    def __init__(self, home: Path, bank_url: str, wallet: str) -> None:
        name = text_hash(f"{bank_url}\n{wallet}").hex()[:NAME_DIGITS]
        self._path = home / FOLDER / f"{name}.json"
        kept = self._read()
        self.off = kept.get("off") is True
        self.muted = frozenset(one for one in kept.get("muted", ()) if isinstance(one, str))
        """Accounts of companies."""

    def keep(self, off: bool, muted: Sequence[str] | frozenset[str]) -> None:
        """Raises OSError where the disk takes nothing: it would be shown again."""
        replace_private(self._path, json.dumps({"off": off, "muted": sorted(muted)}).encode())
        self.off, self.muted = off, frozenset(muted)

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return kept if isinstance(kept, dict) else {}
        return {}


def wishes_of(invocation: "Invocation") -> Wishes:
    return Wishes(invocation.home, invocation.bank_url, invocation.wallet)


def find(invocation: "Invocation", wishes: Wishes) -> Found:
    """What this member is shown, with the coupons that it leads to. What does not hold is left out, and named.

    Nothing is asked where promotions are off. What is muted is asked like the rest, and left out here; coupons are
    asked for whether one is wanted or not, so that asking tells nothing.
    """
    if wishes.off:
        return Found((), {}, {}, {}, ())
    listed, left_out = _signed(invocation, invocation.public.promotions())
    named = sorted({clause.survey_id for _, condition in listed for _, clause in clauses(condition)})
    surveys = {survey_id: _survey(invocation, survey_id) for survey_id in named}
    answers = _answers(invocation, named)
    coupons = {one.class_id: one for one in invocation.public.coupon_classes()}
    by_chance, now = is_shown_all(invocation.signer), invocation.clock()
    shown = []
    for one, condition in listed:
        if not _is_as_promised(one, condition, surveys, coupons.get(one.class_id), now):
            left_out.append(one)
        elif one.partner not in wishes.muted and (by_chance or holds(condition, answers)):
            why = tuple(reasons(condition, answers)) if holds(condition, answers) else ()
            shown.append(Shown(one, condition, why))
    return Found(tuple(shown), surveys, answers, coupons, tuple(left_out))


def _signed(
    invocation: "Invocation", listed: Sequence[PromotionView]
) -> tuple[list[tuple[PromotionView, Condition]], list[PromotionView]]:
    """Those that their partners signed by the keys that the ledger has of them, each with its condition; the others."""
    keys = {account: invocation.proven.anybody(account).word.key for account in sorted({one.partner for one in listed})}
    signed, others = [], []
    for one in listed:
        try:
            condition = read_condition(one.condition)
            is_theirs = is_signed(one, invocation.connection.url, keys[one.partner])
        except (FieldError, ValidationError):
            is_theirs = False
        if is_theirs:
            signed.append((one, condition))
        else:
            others.append(one)
    return signed, others


def _is_as_promised(
    one: PromotionView,
    condition: Condition,
    surveys: Mapping[str, Survey],
    coupon: "CouponOffer | None",
    now: int,
) -> bool:
    """What the bank is there to see to, seen to again: nothing sensitive, an end, and a coupon that everybody buys."""
    try:
        check_condition(condition, surveys)
    except FieldError:
        return False
    is_everybodys = coupon is not None and coupon.issuer == one.partner and coupon.premium_request is None
    return is_everybodys and now < one.until


def _survey(invocation: "Invocation", survey_id: str) -> Survey:
    survey = invocation.public.survey(survey_id)
    invocation.proven.check_survey(survey)
    return survey


def _answers(invocation: "Invocation", named: Sequence[str]) -> dict[str, dict[str, int]]:
    """The values of the answers that stand, of these surveys. Another key's are left out: nothing here opens them."""
    given = [one for one in invocation.client.member.answers() if one.survey_id in named]
    replaced = {one.replaces for one in given}
    standing = {one.answer_id.removeprefix("0x"): one for one in given if one.answer_id not in replaced}
    found: dict[str, dict[str, int]] = {}
    for document in invocation.client.member.documents():
        if document.box == ANSWER_BOX and document.name in standing:
            opened = open_document(invocation.signer, document, standing)
            found[standing[document.name].survey_id] = dict(opened.get("values", {}))
    return found
