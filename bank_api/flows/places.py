"""Places: where a member's documents rest. Chosen by the member among what the operator offers, or brought along.

Choosing another place moves the documents: each is copied and read back before anything is removed, and the same call
again takes up what a dead one left (see `pds_adapter.stores.moving`).
"""

from bank_api.bank import Bank
from bank_api.errors import ConflictError
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.places import PlaceChoice, PlaceMoved, PlaceOffered, PlaceView
from bank_api.settings import Settings
from pds_adapter.stores.chosen import ChosenStores
from pds_adapter.stores.chunk_bucket import Bucket, ChunkBucket
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.moving import give_up, move
from pds_adapter.stores.offers import Offer, Offers
from pds_adapter.stores.places import HOUSE, Place


def offers_of(settings: Settings) -> Offers:
    named = {
        name: Offer(
            offer.kind, offer.url, offer.token_file.read_text(encoding="ascii").strip() if offer.token_file else ""
        )
        for name, offer in settings.stores.items()
    }
    return Offers(settings.data / "stores", named, settings.own_stores, settings.own_stores_anywhere)


def open_stores(settings: Settings) -> ChosenStores:
    """The bank's own store, and beside it whatever people chose."""
    house = EmbeddedStore(settings.data / "pds.sqlite3", settings.store_server, _bucket(settings))
    offers = offers_of(settings)
    return ChosenStores(house, settings.data / "stores" / "chosen", offers.open, offers.drop)


def _bucket(settings: Settings) -> ChunkBucket | None:
    named = settings.document_bucket
    if named is None:
        return None
    key = named.key_file.read_text(encoding="ascii")
    return ChunkBucket(Bucket.at(named.url, key, named.endpoint, named.region))


def place_of(bank: Bank, account: str) -> PlaceView:
    """Where the documents are, what is under way, and what else could be chosen."""
    choice, offers = bank.pds.choice(account), offers_of(bank.settings)
    offered = [PlaceOffered(offer=HOUSE, kind="house", url=bank.settings.url)]
    offered += [PlaceOffered(offer=name, kind=one.kind, url=one.url) for name, one in offers.named.items()]
    return PlaceView(
        place=choice.place.label,
        moving_to=choice.moving_to.label if choice.moving_to else None,
        emptying=choice.emptying.label if choice.emptying else None,
        offered=offered,
        own_kinds=list(offers.own_kinds),
    )


def move_to(bank: Bank, account: str, asked: PlaceChoice) -> PlaceMoved:
    """Move everything there. Raises PlaceRefusedError, MoveError, StoreUnavailableError."""
    place = (
        Place(kind=asked.kind, url=asked.url, account=asked.account, secret=asked.secret)
        if asked.kind
        else Place(asked.offer)
    )
    offers_of(bank.settings).check(place)
    with bank.pds.moving(account):
        if asked.only_if_empty and bank.pds.entries(account):
            raise ConflictError(said("refusal-place-not-empty"), hint=said("hint-pds-move"))
        moved = move(bank.pds, account, place, bank.clock())
    return PlaceMoved(place=place.label, documents=moved.documents, copied=moved.copied, removed=moved.removed)


def stay(bank: Bank, account: str) -> PlaceView:
    """Give up a move that was not ended."""
    with bank.pds.moving(account):
        give_up(bank.pds, account, bank.clock())
    return place_of(bank, account)
