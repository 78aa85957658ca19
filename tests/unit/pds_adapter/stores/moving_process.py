"""Moves an account in a process of its own, and kills itself with -9 before the step that is told (-1: never).

Words: folder, step, target (house, personium, solid), URL of the target's server, token of the unit.
"""

import os
import signal
import sys
from pathlib import Path

from pds_adapter.stores.chosen import ChosenStores
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.moving import move
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.places import Place
from pds_adapter.stores.solid import SolidStore


def open_stores(folder, urls, token):
    def open_store(place):
        if place.offer == "personium":
            return PersoniumStore(urls["personium"], folder / "personium", token)
        return SolidStore(urls["solid"], folder / "solid")

    return ChosenStores(EmbeddedStore(folder / "pds.sqlite"), folder / "choices", open_store)


def main():
    folder, step, target, personium, solid, token = sys.argv[1:]
    stores = open_stores(Path(folder), {"personium": personium, "solid": solid}, token)
    steps = []

    def watch(name):
        if len(steps) == int(step):
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(name)

    move(stores, "alice", Place(target), 1, watch)
    print(len(steps))


if __name__ == "__main__":
    main()
