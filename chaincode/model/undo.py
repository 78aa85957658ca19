"""Undoing: a refused call leaves nothing behind, however much was done before the refusal came."""

from collections.abc import Iterable
from typing import Any


class Savepoint:
    """The values that some objects had. Values inside containers are never changed in place, so they are shared."""

    def __init__(self, parts: Iterable[object]) -> None:
        self._saved = [(part, {name: _copied(value) for name, value in vars(part).items()}) for part in parts]

    def restore(self) -> None:
        """Put everything back; a savepoint serves once."""
        for part, values in self._saved:
            vars(part).update(values)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return set(value) if isinstance(value, set) else value
