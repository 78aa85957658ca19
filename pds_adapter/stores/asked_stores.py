"""The stores of all places that are asked, few of them open: each has connections, and people bring many."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from pds_adapter.stores.guarded import Guarded
from pds_adapter.stores.places import HOUSE, Place
from pds_adapter.stores.port import PersonalDataStore

STORES_OPEN_MAX: Final = 256
OpenStore = Callable[[Place], PersonalDataStore]


class OpenStores:
    """`house` is the store that needs no choice; `open_store` makes that of a place, whenever it is opened."""

    def __init__(self, house: PersonalDataStore, open_store: OpenStore) -> None:
        self.house, self._open_store = house, open_store
        self._turn = threading.Lock()
        self._stores: dict[str, Guarded] = {}
        """By the place's key."""
        self._open: OrderedDict[str, None] = OrderedDict()
        """Those of them that may be open; who was not asked for the longest time is the first."""

    def at(self, place: Place) -> PersonalDataStore:
        """Whoever was not asked for the longest time is closed beyond STORES_OPEN_MAX, and opened anew when it is."""
        if place.key == HOUSE:
            return self.house
        with self._turn:
            if place.key not in self._stores:
                self._stores[place.key] = Guarded(place.label, partial(self._open_store, place))
            self._open[place.key] = None
            self._open.move_to_end(place.key)
            for key in list(self._open)[: max(0, len(self._open) - STORES_OPEN_MAX)]:
                if key not in self._stores or self._stores[key].let_go():
                    del self._open[key]
            return cast(PersonalDataStore, self._stores[place.key])

    def failed(self, place: Place) -> bool:
        """Whether its server did not answer when it was asked last; asks nothing."""
        store = self._stores.get(place.key)
        return store is not None and store.failed

    def forget(self, place: Place) -> None:
        """Open it anew when it is asked next: something that it was opened with has changed."""
        with self._turn:
            store = self._stores.pop(place.key, None)
            self._open.pop(place.key, None)
        if store is not None:
            store.close()

    def close(self) -> None:
        for store in (self.house, *self._stores.values()):
            store.close()
