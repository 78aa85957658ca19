"""What one commit of the store writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .records import NODES, ORDERED, TABLES
from .trie_node import REFERENCE_BYTES


@dataclass
class WriteBatch:
    """What one commit writes: per table, key to value; `log_index` may hold several values to a key."""

    puts: dict[str, dict[bytes, bytes]] = field(default_factory=lambda: {name: {} for name in TABLES})
    log_index: list[tuple[bytes, bytes]] = field(default_factory=list)

    def put(self, table: str, key: bytes, value: bytes) -> None:
        self.puts[table][key] = value

    def put_nodes(self, nodes: Mapping[bytes, bytes]) -> None:
        """Trie nodes under their references, roots and code under their hashes."""
        roots, ordered = self.puts[NODES], self.puts[ORDERED]
        for reference, node in nodes.items():
            (ordered if len(reference) == REFERENCE_BYTES else roots)[reference] = node

    def size_bytes(self) -> int:
        total = sum(len(key) + len(value) for rows in self.puts.values() for key, value in rows.items())
        return total + sum(len(key) + len(value) for key, value in self.log_index)
