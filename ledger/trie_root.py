"""The root of a trie whose keys are list positions: transactions, receipts, withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from eth.db.trie import _make_trie_root_and_nodes


def ordered_trie_root(items: Sequence[bytes]) -> bytes:
    """The Merkle-Patricia root of `items` keyed by their RLP-encoded position."""
    root, _ = _make_trie_root_and_nodes(tuple(items))
    return cast(bytes, root)
