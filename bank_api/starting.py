"""A bank's parts as its settings name them, for a process that leads (or does everything) or for one that is led."""

import time

from eth_account import Account
from web3 import Web3

from bank_api import release_keys
from bank_api.bank import Bank
from bank_api.flows.places import open_stores
from bank_api.leading.election import Election
from bank_api.leading.led import LEADER, Feed, LedTransactor, Line
from bank_api.protocol.messages.said import Said, said
from bank_api.settings import Settings
from bank_api.store.database import Database
from bank_api.store.directory import Directory
from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.several import provider_of
from chaincode.transactor import Transactor


class SettingsRefusedError(Exception):
    """Settings that do not go together."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.said = why


def check_many(settings: Settings) -> None:
    """Refuse what several processes cannot do. Raises SettingsRefusedError."""
    if settings.store_server is None:
        raise SettingsRefusedError(said("error-workers-need-a-server"))
    if settings.stores or settings.own_stores:
        raise SettingsRefusedError(said("error-workers-have-no-places"))


def lead_alone(settings: Settings) -> None:
    """For one process that does everything: on a server, where there could be others, it is elected too.

    Raises SettingsRefusedError if another leads.
    """
    if settings.store_server is None:
        return
    election = Election(settings.store_server)
    if not election.win():
        raise SettingsRefusedError(said("error-somebody-leads"))
    election.keep()


def made(settings: Settings, is_led: bool) -> Bank:
    """The parts put together. Who is led never reads the operator's key."""
    settings.data.mkdir(parents=True, exist_ok=True)
    w3 = Web3(provider_of(settings.ledger_url, _headers(settings)))
    keys, deployment = release_keys.load(settings.data), Deployment.load(settings.deployment)
    database, patience = Database(settings.database), settings.ledger_timeout_seconds
    transactor: Transactor
    feed: Feed | None = None
    if is_led:
        line = Line(database, Directory(database).secret(LEADER), patience)
        operator = Contracts(w3, deployment).membership.key_of(deployment.operator) or deployment.operator
        transactor, feed = LedTransactor(w3, operator, line), Feed(line)
    else:
        key = Account.from_key(settings.operator_key_file.read_text().strip())
        transactor = Transactor(w3, key, timeout_seconds=patience, confirmations=settings.confirmations)
    return Bank(
        settings,
        database,
        open_stores(settings),
        w3,
        deployment,
        transactor,
        keys.present,
        lambda: int(time.time()),
        keys.former,
        feed,
    )


def _headers(settings: Settings) -> dict[str, str]:
    if settings.ledger_token_file is None:
        return {}
    return {"Authorization": f"Bearer {settings.ledger_token_file.read_text(encoding='ascii').strip()}"}
