"""Is the contracts' state what the events say? Asks every contract about everything a folded `State` knows.

Needs a way to run a call, `call(to, data) -> bytes`: a node's eth_call, or the final state of a replayed chain. A view
shows what its contract chooses to show: who has the whole state compares it slot by slot too (`chaincode.storage`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from chaincode.abi import ContractAbi
from chaincode.deployment import Deployment
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model import State
from chaincode.model.coupons import ClassRecord
from chaincode.model.escrows import EscrowRecord, OpeningRecord
from chaincode.model.releases import ReleaseRecord
from chaincode.model.requests import RequestRecord

NO_EPOCH = 2**32 - 1
Call = Callable[[str, bytes], bytes]


@dataclass(frozen=True)
class Difference:
    """A contract does not hold what the events say."""

    contract: str
    question: str
    expected: Any
    found: Any


class _Question(NamedTuple):
    contract: str
    function: str
    arguments: tuple[Any, ...]
    expected: Any


def compare_state(state: State, deployment: Deployment, call: Call) -> list[Difference]:
    """Return every difference between the folded state and the contracts' own."""
    abis = {name: ContractAbi(contract) for name, contract in deployment.contracts.items()}
    differences = []
    for question in questions(state):
        contract, function, arguments, expected = question
        asked = abis[contract].function(function, len(arguments))
        found = asked.decode(call(deployment.address(contract), asked.encode(arguments)))
        if found != expected:
            told = f"{function}({', '.join(_shown(argument) for argument in arguments)})"
            differences.append(Difference(contract, told, expected, found))
    return differences


def questions(state: State) -> Iterator[_Question]:
    """Yield what to ask which contract, and what it must answer."""
    yield from _about_members(state)
    yield from _about_recoveries(state)
    yield from _about_coins(state)
    yield from _about_surveys(state)
    yield from _about_requests(state)
    yield from _about_consents(state)
    yield from _about_releases(state)
    yield from _about_coupons(state)
    yield from _about_escrows(state)
    yield from _about_rules(state)
    yield from _about_draws(state)


def _about_members(state: State) -> Iterator[_Question]:
    book = state.members
    yield _Question("membership", "termsHash", (), book.terms_hash)
    for number, terms_hash in enumerate(book.terms_hashes, 1):
        yield _Question("membership", "hashOf", (number,), terms_hash)
    yield _Question("membership", "statementHash", (), book.statement_hash)
    for address, account in book.accounts.items():
        yield _Question("membership", "keyOf", (address,), account.key)
        yield _Question("membership", "rolesOf", (address,), account.roles)
        yield _Question("membership", "isSuspended", (address,), account.is_suspended)
        yield _Question("membership", "accountOf", (address,), address)
        yield _Question("membership", "partnerOf", (address,), book.partner_of.get(address, NOBODY))
        yield _Question("membership", "isResting", (address,), account.is_resting)
        yield _Question("membership", "epochOf", (address,), account.epoch)
        terms = (account.terms_number, book.terms_number, book.terms_floor, book.accept_by)
        yield _Question("membership", "termsOf", (address,), terms)
        for until in (0, book.accept_by, book.accept_by + 1):
            agrees = book.agrees_until(address, until)
            yield _Question("membership", "agreesUntil", (address, until), agrees)
        yield _Question("membership", "encryptionKeyOf", (address,), account.encryption_key_hash)
    yield _Question("membership", "departures", (), book.departures)
    yield _Question("membership", "boardSize", (), book.board_size)
    for (address, delegate), given in book.delegations.items():
        epoch = NO_EPOCH if given.epoch is None else given.epoch
        delegated = (given.scope, given.until, given.since, epoch)
        yield _Question("membership", "delegationOf", (address, delegate), delegated)
    for pair, sequence in book.sequences.items():
        yield _Question("membership", "sequenceOf", pair, sequence)
    for key, address in book.account_by_key.items():
        yield _Question("membership", "accountOf", (key,), address)


def _about_recoveries(state: State) -> Iterator[_Question]:
    nothing = (EMPTY_ID, 0, False)
    for account in state.members.accounts:
        begun = state.recoveries.pending.get(account)
        expected = (begun.recovery_id, begun.ready_at, begun.is_final) if begun else nothing
        yield _Question("recovery", "recoveryOf", (account,), expected)


def _about_coins(state: State) -> Iterator[_Question]:
    book = state.coins
    yield _Question("coin", "totalSupply", (), book.supply)
    yield _Question("coin", "granted", (), book.granted)
    yield _Question("coin", "burnt", (), book.burnt)
    yield _Question("coin", "sealed", (), book.is_sealed)
    quota = state.quota
    yield _Question("coin", "quotaOf", (), (quota.coins, quota.period_seconds, quota.since, quota.used))
    for issue_id, approved in quota.approved.items():
        yield _Question("coin", "isIssueApproved", (issue_id, *approved), True)
    for minter, rights in book.minter_rights.items():
        yield _Question("coin", "minterRights", (minter,), rights)
    for account in {**book.balances, **state.members.accounts}:
        yield _Question("coin", "balanceOf", (account,), book.balance(account))
    for account in {holder for holder, _ in book.bound}:
        yield _Question("coin", "boundOf", (account,), book.bound_total(account))
    for (account, policy_id), amount in book.bound.items():
        yield _Question("coin", "boundUnder", (account, policy_id), amount)
    for policy_id, issuers in book.policies.items():
        for issuer in issuers:
            yield _Question("coin", "policyAllows", (policy_id, issuer), True)
    for owner, spender in {(owner, spender) for owner, _, spender in book.allowances}:
        yield _Question("coin", "allowance", (owner, spender), book.allowance(owner, spender))


def _about_surveys(state: State) -> Iterator[_Question]:
    book = state.surveys
    for survey_id, record in book.surveys.items():
        yield _Question("survey", "titleHash", (survey_id,), record.terms.title_hash)
        yield _Question("survey", "itemCount", (survey_id,), len(record.terms.item_coins))
        yield _Question("survey", "budgetLeft", (survey_id,), record.budget_left)
        every_item = (1 << len(record.terms.item_coins)) - 1
        yield _Question("survey", "rewardFor", (survey_id, every_item), record.reward(every_item))
    for survey_id, promise in book.partner_rewards.items():
        yield _Question("survey", "partnerReward", (survey_id,), promise.coins)
    for (survey_id, member), consents in book.accepted.items():
        yield _Question("survey", "partnersAccepted", (survey_id, member), len(consents))
    for (survey_id, member), answer_id in book.answer_of.items():
        yield _Question("survey", "answerOf", (survey_id, member), answer_id)


def _about_requests(state: State) -> Iterator[_Question]:
    for request_id, record in state.requests.requests.items():
        yield _Question("request", "terms", (request_id,), _request_terms(record))
        yield _Question("request", "locked", (request_id,), record.locked)
        yield _Question("request", "requestAt", (record.terms.number,), request_id)
    yield _Question("request", "filed", (), len(state.requests.requests))


def _request_terms(record: RequestRecord) -> tuple[Any, ...]:
    terms = record.terms
    return (
        terms.number,
        terms.partner,
        terms.survey_id,
        terms.recipient_hash,
        terms.purpose_hash,
        terms.items,
        terms.purpose_code,
        terms.legal_class,
        record.state,
        terms.k_minimum,
        terms.persons_maximum,
        record.persons_used,
        terms.coins_base,
        terms.coins_per_item,
        terms.valid_until,
        terms.retention_days,
        terms.l_minimum,
        terms.t_percent,
        terms.digest,
    )


def _about_consents(state: State) -> Iterator[_Question]:
    book = state.consents
    for consent_id, record in book.consents.items():
        terms = record.terms
        hold = book.holds[record.hold].number if record.hold is not None else 0
        yield _Question(
            "consent",
            "recordOf",
            (consent_id,),
            (
                terms.member,
                terms.request_id,
                record.state,
                terms.items,
                terms.valid_from,
                terms.valid_until,
                terms.uses_maximum,
                record.used,
                terms.coins,
                hold,
            ),
        )
    for place, sequence in book.sequences.items():
        yield _Question("consent", "sequenceOf", place, sequence)
    for (request_id, member), consent_id in book.latest.items():
        yield _Question("consent", "latest", (request_id, member), consent_id)
        yield _Question("consent", "everUsed", (request_id, member), book.has_served(request_id, member))


def _about_releases(state: State) -> Iterator[_Question]:
    for release_id, record in state.releases.releases.items():
        yield _Question("disclosure", "releaseOf", (release_id,), _release(record))
        yield _Question("disclosure", "isDeleted", (release_id,), record.is_deleted)


def _release(record: ReleaseRecord) -> tuple[Any, ...]:
    return (
        record.partner,
        record.request_id,
        record.state,
        record.disclosed_at,
        record.payload_root,
        record.is_acknowledged,
        record.hold,
        record.items,
    )


def _about_coupons(state: State) -> Iterator[_Question]:
    book = state.coupons
    for class_id, record in book.classes.items():
        yield _Question("coupon", "classOf", (class_id,), _coupon_class(record))
    for order_id, order in book.orders.items():
        terms = order.terms
        expected = (terms.class_id, terms.count_each, terms.persons, len(order.given))
        yield _Question("coupon", "orderOf", (order_id,), expected)
    for (account, class_id), count in book.balances.items():
        yield _Question("coupon", "balanceOf", (account, int.from_bytes(class_id, "big")), count)
    for account, operator in {(account, operator) for account, _, operator in book.approvals}:
        approved = book.is_approved(account, operator)
        yield _Question("coupon", "isApprovedForAll", (account, operator), approved)


def _coupon_class(record: ClassRecord) -> tuple[Any, ...]:
    terms = record.terms
    return (
        terms.issuer,
        terms.price,
        terms.stock,
        record.sold,
        terms.opens_at,
        terms.closes_at,
        terms.redeem_until,
        terms.title_hash,
        terms.premium_request,
    )


def _about_escrows(state: State) -> Iterator[_Question]:
    book = state.escrows
    for escrow_id, record in book.escrows.items():
        yield _Question("escrow", "escrowOf", (escrow_id,), _escrow(record))
        yield _Question("escrow", "heirOf", (escrow_id,), record.terms.heir)
        yield _Question("escrow", "replaces", (escrow_id,), record.terms.replaces)
        yield _Question("escrow", "replacedBy", (escrow_id,), record.successor or EMPTY_ID)
        for place, custodian in enumerate(record.terms.custodians):
            yield _Question("escrow", "custodianAt", (escrow_id, place), custodian)
    for opening_id, opening in book.openings.items():
        custodians = book.escrows[opening.terms.escrow_id].terms.custodians
        yield _Question("escrow", "openingOf", (opening_id,), _opening(opening, custodians))
        for custodian, contribution in opening.contributions:
            yield _Question("escrow", "contributionOf", (opening_id, custodian), contribution)


def _about_rules(state: State) -> Iterator[_Question]:
    book = state.rules
    for partner, place in book.partner_category.items():
        yield _Question("rule", "categoryOf", (partner,), place + 1)
    for rule_id, rule in book.rules.items():
        masks = (rule.item_mask, rule.recipient_mask, rule.purpose_mask, rule.processing_mask)
        bounds = (rule.k_minimum, rule.coins_minimum, rule.uses_maximum, rule.valid_until)
        is_live = rule_id not in book.ended and book.is_of_present_key(rule_id)
        expected = (rule.member, rule.survey_id, is_live, *masks, *bounds)
        yield _Question("rule", "ruleOf", (rule_id,), expected)
    for member, sequence in book.sequences.items():
        yield _Question("rule", "sequenceOf", (member,), sequence)


def _about_draws(state: State) -> Iterator[_Question]:
    book = state.draws
    for draw_id, record in book.draws.items():
        terms = record.terms
        refunded = sum(book.entries[one].is_refunded for one in record.entries)
        head = (record.state, terms.price, terms.prizes, terms.entries_maximum)
        window = (terms.opens_at, terms.closes_at, terms.refunds_from)
        yield _Question("draw", "drawOf", (draw_id,), (*head, len(record.entries), refunded, *window))
        bound = sum((drawer in record.bound) << place for place, drawer in enumerate(terms.drawers))
        shown = sum(1 << part for part in record.parts if (draw_id, part) in book.shown)
        yield _Question("draw", "drawersOf", (draw_id,), (len(terms.drawers), bound, shown))
        for place, drawer in enumerate(terms.drawers):
            yield _Question("draw", "drawerAt", (draw_id, place), drawer)
        for place, entry_id in enumerate(record.entries):
            entry = book.entries[entry_id]
            found = (entry.terms.member, draw_id, entry.state, entry.terms.nonce)
            yield _Question("draw", "entryOf", (entry_id,), found)
            yield _Question("draw", "entryAt", (draw_id, place), entry_id)
    for place_of_part, commitment in book.commitments.items():
        yield _Question("draw", "commitmentOf", place_of_part, commitment)


def _escrow(record: EscrowRecord) -> tuple[Any, ...]:
    terms = record.terms
    return (
        terms.owner,
        3 if record.successor is not None else 2 if record.is_active else 1,
        terms.threshold,
        len(terms.custodians),
        terms.opening_delay_seconds,
        _seats(terms.custodians, record.acknowledged),
    )


def _opening(record: OpeningRecord, custodians: tuple[str, ...]) -> tuple[Any, ...]:
    contributed = frozenset(custodian for custodian, _ in record.contributions)
    return record.terms.escrow_id, record.state, record.terms.not_before, _seats(custodians, contributed)


def _seats(custodians: tuple[str, ...], taken: frozenset[str]) -> int:
    return sum(1 << place for place, custodian in enumerate(custodians) if custodian in taken)


def _shown(argument: Any) -> str:
    return "0x" + argument.hex() if isinstance(argument, bytes) else str(argument)
