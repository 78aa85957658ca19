"""How long sealing, storing and escrow take here: python -m scripts.bench.escrow [--json] [--seconds S].

Prints medians of single calls in milliseconds, and calls per second. Nothing is asserted: machines differ, tests
are not timed. The store writes to a temporary directory, durably (WAL, synchronous=FULL), as it does in service.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pds_adapter.escrow.document import create_escrow, open_escrow
from pds_adapter.escrow.drills import check_possession, prove_possession
from pds_adapter.escrow.opening import contribute, open_contribution, open_with_contributions
from pds_adapter.escrow.resharing import deal_anew, receive_share, terms_after
from pds_adapter.escrow.share_keystore import lock_share
from pds_adapter.escrow.shares import EscrowShare, combine_shares, verify_escrow_share
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.escrow.threshold import combine_partials, decrypt_partially, verify_partial, wrap_key
from pds_adapter.sealing.envelope import KeyPair, open_sealed, rewrap, seal
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.port import Put, Reference

POLICIES = ((2, 3), (3, 5), (5, 9), (10, 20))
ANSWERS = 944
"""As many as the demo's survey has respondents."""


class Row(NamedTuple):
    what: str
    policy: str
    median_ms: float
    per_second: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--seconds", type=float, default=0.3, help="how long to repeat each call")
    chosen = parser.parse_args()
    rows = [*envelope_rows(chosen.seconds), *store_rows(chosen.seconds)]
    for threshold, holders in POLICIES:
        rows.extend(escrow_rows(threshold, holders, chosen.seconds))
    if chosen.json:
        print(json.dumps({"python": platform.python_version(), "rows": [row._asdict() for row in rows]}))
        return
    print(f"{'what':42}{'k of n':>10}{'median ms':>12}{'per second':>12}")
    for row in rows:
        print(f"{row.what:42}{row.policy:>10}{row.median_ms:12.3f}{row.per_second:12,.0f}")


def measure(what: str, call: Callable[[], object], seconds: float, policy: str = "", count: int = 1) -> Row:
    """`count`: how many items one call handles; the figures are per item."""
    call()
    spent: list[float] = []
    end = time.perf_counter() + seconds
    while len(spent) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    median = statistics.median(spent) / count
    return Row(what, policy, round(median * 1000, 4), round(1 / median, 1))


def envelope_rows(seconds: float) -> Iterator[Row]:
    member, bank = KeyPair.generate(), KeyPair.generate()
    keys, content = [member.public, bank.public], b"x" * 400
    sealed = seal(content, keys, b"c")
    yield measure("seal 400 bytes to two", lambda: seal(content, keys, b"c"), seconds)
    yield measure("open", lambda: open_sealed(sealed, bank, b"c"), seconds)
    yield measure("rewrap to one more", lambda: rewrap(sealed, bank, [KeyPair.from_seed(b"3" * 32).public]), seconds)
    yield measure("parse", lambda: type(sealed).from_bytes(sealed.to_bytes()), seconds)


def store_rows(seconds: float) -> Iterator[Row]:
    key = KeyPair.generate().public
    people = [f"member{i}" for i in range(ANSWERS)]
    rounds = iter(range(10**9))

    def puts() -> list[Put]:
        name = f"survey{next(rounds)}"
        return [Put(person, "answers", name, document) for person, document in zip(people, documents, strict=True)]

    documents = [seal(b"x" * 400, [key], person.encode()) for person in people]
    with tempfile.TemporaryDirectory() as directory:
        store = EmbeddedStore(Path(directory) / "pds.sqlite")
        store.open_accounts(people, 0)
        places = [Reference(put.account_id, put.box, put.name) for put in puts()]
        store.put_many([Put(p.account_id, p.box, p.name, d) for p, d in zip(places, documents, strict=True)])
        yield measure(f"put {ANSWERS} in one transaction, each", lambda: store.put_many(puts()), seconds, "", ANSWERS)
        yield measure(
            "put alone, fsynced", lambda: store.put("member0", "b", f"n{next(rounds)}", documents[0]), seconds
        )
        yield measure(f"get {ANSWERS} together, each", lambda: store.get_many(places), seconds, "", ANSWERS)
        yield measure("get alone", lambda: store.get("member7", places[7].box, places[7].name), seconds)
        store.close()


def escrow_rows(threshold: int, holders: int, seconds: float) -> Iterator[Row]:
    pairs = [KeyPair.from_seed(bytes([i]) * 32) for i in range(1, holders + 1)]
    keys, escrow_id, opening = [pair.public for pair in pairs], b"e" * 32, b"o" * 32
    policy = f"{threshold} of {holders}"
    escrow, shares = create_escrow(b"x" * 1000, keys, threshold, escrow_id)
    terms, wrapped, label = escrow.terms, escrow.wrapped_key, escrow.label
    some = shares[:threshold]

    def row(what: str, call: Callable[[], object]) -> Row:
        return measure(what, call, seconds, policy)

    yield row("create an escrow of 1 kB", lambda: create_escrow(b"x" * 1000, keys, threshold, escrow_id))
    yield row("custodian verifies a share", lambda: verify_escrow_share(shares[0], terms))
    yield row("verify and combine k shares", lambda: combine_shares(some, terms))
    yield row("open with k shares", lambda: open_escrow(escrow, some))
    yield row("wrap a key", lambda: wrap_key(b"k" * 32, terms.commitments.public_key, label))
    yield row("partial decryption with proof", lambda: decrypt_partially(wrapped, label, shares[0].share, opening))
    partials = [decrypt_partially(wrapped, label, share.share, opening) for share in some]
    commitments = terms.commitments
    yield row("verify a partial", lambda: verify_partial(partials[0], wrapped, label, commitments, opening))
    yield row("verify and combine k partials", lambda: combine_partials(partials, wrapped, label, commitments, opening))
    asker = KeyPair.generate()
    yield row("contribute: check, answer, seal", lambda: contribute(escrow, shares[0], opening, asker.public))
    sealed = [contribute(escrow, share, opening, asker.public) for share in some]
    opened = [open_contribution(item, asker, escrow, opening) for item in sealed]
    yield row("open with k contributions", lambda: open_with_contributions(escrow, opened, opening))
    yield row("share drill: proof and check", lambda: _drill(escrow.terms, shares[0]))
    quorum = range(1, threshold + 1)
    yield row("one deal of a resharing", lambda: deal_anew(shares[0], terms, quorum, keys, threshold))
    deals = [deal_anew(share, terms, quorum, keys, threshold) for share in some]
    yield row("check all deals", lambda: terms_after(deals, terms))
    yield row("receive a share of the next epoch", lambda: receive_share(deals, terms, pairs[0]))
    if (threshold, holders) == POLICIES[0]:
        yield row("lock a share, Argon2id 256 MiB", lambda: lock_share(shares[0], "password"))


def _drill(terms: EscrowTerms, share: EscrowShare) -> None:
    challenge = b"c" * 32
    check_possession(share.index, prove_possession(share, challenge), challenge, terms)


if __name__ == "__main__":
    main()
