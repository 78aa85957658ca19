"""What `coin` must hold: purses, policies, minters, allowances, the quota, which invoices and transfers were taken."""

from collections import Counter

from chaincode.events import QuotaSet
from chaincode.ids import EMPTY_ID
from chaincode.storage.digests import abi_digest, words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import BoundTransfer, CoinTransfer, Quota

BOUND = 128
PERIOD, SINCE, USED = 64, 96, 160


def lay_out(story: Story, into: Expected) -> None:
    """purse: all coins | bound coins << 128."""
    book = story.state.coins
    into.put("granted", (), book.granted)
    into.put("burnt", (), book.burnt)
    into.put("sealed", (), book.is_sealed)
    for minter, rights in book.minter_rights.items():
        into.put("minterRights", (minter,), rights)
    for (owner, epoch, spender), amount in book.allowances.items():
        into.put("allowed", (owner, epoch, spender), amount)
    _lay_out_purses(story, into)
    _lay_out_policies(story, into)
    for owner, used in book.permit_nonces.items():
        into.put("nonces", (owner,), used)
    _lay_out_quota(story, into)
    for sale in story.history.sales():
        into.put_digest("coin_book.digest", (sale.reason,), [words_digest(sale.account, sale.amount)])
    for moved in story.history.transfers():
        said = (story.digests.of(kind, moved.reason, moved) for kind in (CoinTransfer, BoundTransfer))
        into.put_digest("coin_book.digest", (moved.reason,), [one for found in said for one in found])


def _lay_out_purses(story: Story, into: Expected) -> None:
    book = story.state.coins
    bound: Counter[str] = Counter()
    for (account, policy_id), amount in book.bound.items():
        bound[account] += amount
        into.put("bound", (account, policy_id), amount)
    for account, held in book.balances.items():
        into.put("purse", (account,), held | bound[account] << BOUND)
    for account, places in book.places.items():
        for place, policy_id in enumerate(places):
            into.put("policies", (account,), policy_id, place)


def _lay_out_policies(story: Story, into: Expected) -> None:
    for policy_id, issuers in story.state.coins.policies.items():
        into.put("known", (policy_id,), True)
        into.put_digest("coin_book.digest", (policy_id,), [abi_digest(("address[]",), list(issuers))])
        for issuer in issuers:
            into.put("allows", (policy_id, issuer), True)


def _lay_out_quota(story: Story, into: Expected) -> None:
    """quota: coins | periodSeconds << 64 | since << 96 | used << 160."""
    book = story.state.quota
    into.put("quota.quota", (), book.coins | book.period_seconds << PERIOD | book.since << SINCE | book.used << USED)
    into.put("quota_sequence", (), book.sequence)
    for one in story.history.all(QuotaSet):
        if one.quota_id != EMPTY_ID:
            into.put_digest("quota.digest", (one.quota_id,), story.digests.of(Quota, one.quota_id, one))
    for issue_id, (account, coins) in book.approved.items():
        into.put_digest("approved", (issue_id,), [words_digest(account, coins)])
