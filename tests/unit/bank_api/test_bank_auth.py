"""Login: a challenge works once, for its own key, for five minutes; a token is known here by its digest only."""

import asyncio
import hashlib

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from sqlalchemy import delete

from bank_api import auth
from bank_api.errors import NotAuthenticatedError
from bank_api.index.accounts import RecordedAccount
from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.directory import Directory
from bank_api.store.tables import IndexedAccountRow, PersonRow, UsedChallengeRow
from chaincode.bindings import Role

NOW = 1_795_000_000
KEY, OTHER = (Account.from_key(bytes([number]) * 32) for number in (1, 2))


@pytest.fixture
def ledger():
    """What the ledger says of keys."""
    return {KEY.address: account(Role.MEMBER | Role.CUSTODIAN)}


def account(roles, key=KEY.address, is_suspended=False):
    return RecordedAccount(KEY.address, key, roles, is_suspended)


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'bank.sqlite3'}")
    yield made
    made.close()


@pytest.fixture
def directory(database):
    found = Directory(database)
    found.save_person(
        PersonRow(account=KEY.address, key=KEY.address, name="Hanako", roles="custodian,member", enrolled_at=NOW)
    )
    return found


HERE = auth.Here("https://bank.example:8600", b"s" * 32)


def challenge(address=KEY.address, now=NOW, here=HERE):
    return auth.make_challenge(here.secret, here.url, address, 20170714, now, 300)


def sign(message, key=KEY):
    return "0x" + bytes(key.sign_message(encode_defunct(text=message)).signature).hex()


def bearer(database, ledger, token, now):
    """Who it is by what the index says of the ledger now."""

    def work(moment):
        moment.execute(delete(statements.table_of(IndexedAccountRow)))
        for one in ledger.values():
            words = {"account": one.account, "key": one.key, "roles": int(one.roles), "is_suspended": one.is_suspended}
            statements.add(moment, IndexedAccountRow, [IndexedAccountRow(**words).model_dump()])

    database.write(work)
    with database.reading() as moment:
        return auth.caller_from_token(moment, token, now, lambda account: None)


def log_in(directory, ledger, now=NOW):
    message, _ = challenge(now=now)
    return opened(directory, ledger.get, HERE, message, sign(message), now, 3600)


def opened(directory, find, here, message, signature, now, seconds):
    """Token, caller and end of a session that was opened and is kept."""
    who = auth.signed_in(directory, find, here, message, signature, now, seconds)
    asyncio.run(auth.open_session(directory, who, now))
    return who.token, who.caller, who.expires_at


def test_the_message_is_eip_4361():
    message, expires = challenge()
    lines = message.split("\n")
    assert lines[0] == "bank.example:8600 wants you to sign in with your Ethereum account:"
    assert lines[1] == KEY.address
    assert lines[2] == "" == lines[4]
    assert lines[5:8] == ["URI: https://bank.example:8600", "Version: 1", "Chain ID: 20170714"]
    assert lines[8].startswith("Nonce: ")
    assert len(lines[8].removeprefix("Nonce: ")) >= 8
    assert lines[9:] == ["Issued At: 2026-11-18T11:06:40Z", "Expiration Time: 2026-11-18T11:11:40Z"]
    assert expires == NOW + 300


def test_two_challenges_differ():
    assert challenge()[0] != challenge()[0]


def test_a_signed_challenge_opens_a_session(directory, ledger, database):
    token, caller, expires = log_in(directory, ledger)
    assert caller == auth.Caller(KEY.address, KEY.address, "Hanako", frozenset({"member", "custodian"}))
    assert expires == NOW + 3600
    assert bearer(database, ledger, token, NOW) == caller


def test_a_challenge_works_once(directory, ledger):
    message, _ = challenge()
    opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)
    with pytest.raises(NotAuthenticatedError, match="was used already"):
        opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)


def test_an_answered_challenge_is_not_forgotten_while_a_second_answer_is_under_way(directory, ledger):
    """The clock is asked before the signature is looked at, and goes on meanwhile, for this login and for others."""
    message, expires = challenge()
    opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)
    again = auth.signed_in(directory, ledger.get, HERE, message, sign(message), expires, 3600)
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(auth.open_session(directory, again, expires + 1))
    later, _ = challenge(now=expires)
    opened(directory, ledger.get, HERE, later, sign(later), expires + 1, 3600)
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(auth.open_session(directory, again, expires))


def test_a_wrong_signature_leaves_no_trace(directory, ledger):
    message, _ = challenge()
    with pytest.raises(NotAuthenticatedError, match="another key"):
        opened(directory, ledger.get, HERE, message, sign(message, OTHER), NOW, 3600)
    assert opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (lambda text: text.replace("bank.example:8600", "evil.example"), "is a login at https://evil.example"),
        (lambda text: text.replace("URI: https://bank.example:8600", "URI: https://evil.example"), "another domain"),
        (lambda text: text.replace("https://", "http://"), "is a login at http://bank.example:8600"),
        (lambda text: text.replace("Chain ID: 20170714", "Chain ID: 1"), "unknown here"),
        (lambda text: text.replace("11:11:40Z", "23:59:59Z"), "unknown here"),
        (lambda text: text.replace("Nonce: ", "Nonce: 00"), "unknown here"),
        (lambda text: text + " ", "no login text"),
        (lambda _: "I give all my coins to Mallory", "no login text"),
    ],
)
def test_a_message_the_bank_never_made_is_refused(directory, ledger, bend, said):
    message = bend(challenge()[0])
    with pytest.raises(NotAuthenticatedError, match=said):
        opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)


def test_a_challenge_of_another_bank_is_refused(directory, ledger):
    message, _ = challenge(here=auth.Here(HERE.url, b"t" * 32))
    with pytest.raises(NotAuthenticatedError, match="unknown here"):
        opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)


def test_a_challenge_lasts_to_its_last_second_and_no_longer(directory, ledger):
    message, expires = challenge()
    assert opened(directory, ledger.get, HERE, message, sign(message), expires, 3600)
    message, expires = challenge()
    with pytest.raises(NotAuthenticatedError, match="has expired"):
        opened(directory, ledger.get, HERE, message, sign(message), expires + 1, 3600)


@pytest.mark.parametrize("signature", ["", "0x", "0x1234", "not hex", "0x" + "00" * 65, "0x" + "ff" * 65])
def test_what_is_no_signature_is_refused(directory, ledger, signature):
    message, _ = challenge()
    with pytest.raises(NotAuthenticatedError, match="signature"):
        opened(directory, ledger.get, HERE, message, signature, NOW, 3600)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text[2:],
        lambda text: "0x" + text[2:].upper(),
        lambda text: text[:-2] + f"{int(text[-2:], 16) - 27:02x}",
    ],
    ids=["without 0x", "upper case", "v of 0 or 1"],
)
def test_a_signature_in_another_form_of_some_wallet_logs_in(directory, ledger, write):
    message, _ = challenge()
    assert opened(directory, ledger.get, HERE, message, write(sign(message)), NOW, 3600)


def test_a_key_nobody_enrolled_is_refused_with_a_way_in(directory, ledger):
    message, _ = challenge(OTHER.address)
    with pytest.raises(NotAuthenticatedError, match="is not enrolled") as caught:
        opened(directory, ledger.get, HERE, message, sign(message, OTHER), NOW, 3600)
    assert caught.value.hint == (
        "join first, with an invitation or by asking to become a member; "
        "where the account’s key was changed, use the wallet with the new one"
    )


def test_a_session_expires(directory, ledger, database):
    token, _, expires = log_in(directory, ledger)
    assert bearer(database, ledger, token, expires)
    with pytest.raises(NotAuthenticatedError, match="unknown or has expired"):
        bearer(database, ledger, token, expires + 1)


def test_a_closed_session_is_unknown(directory, ledger, database):
    token, _, _ = log_in(directory, ledger)
    auth.close_session(directory, token)
    auth.close_session(directory, token)
    with pytest.raises(NotAuthenticatedError, match="unknown or has expired"):
        bearer(database, ledger, token, NOW)


def test_an_invented_token_is_unknown(directory, ledger, database):
    with pytest.raises(NotAuthenticatedError):
        bearer(database, ledger, "invented", NOW)


def test_after_a_rotation_the_old_keys_session_is_dead_and_the_new_key_carries_on(directory, ledger, database):
    token, before, _ = log_in(directory, ledger)
    ledger[OTHER.address] = account(ledger.pop(KEY.address).roles, OTHER.address)
    with pytest.raises(NotAuthenticatedError, match="rotated away"):
        bearer(database, ledger, token, NOW)
    message, _ = challenge()
    with pytest.raises(NotAuthenticatedError, match="is not enrolled"):
        opened(directory, ledger.get, HERE, message, sign(message), NOW, 3600)
    message, _ = challenge(OTHER.address)
    _, caller, _ = opened(directory, ledger.get, HERE, message, sign(message, OTHER), NOW, 3600)
    assert (caller.account, caller.key, caller.roles) == (before.account, OTHER.address, before.roles)


def test_neither_token_nor_challenge_is_stored(directory, ledger, tmp_path):
    message, _ = challenge()
    token, _, _ = log_in(directory, ledger)
    assert directory.session(hashlib.sha256(token.encode()).hexdigest()) is not None
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in stored
    assert message.split("Nonce: ")[1].split("\n")[0].encode() not in stored


def test_asking_for_challenges_stores_nothing_and_used_ones_are_forgotten(directory, ledger, database):
    for _ in range(100):
        challenge()
    assert database.all(UsedChallengeRow) == []
    log_in(directory, ledger)
    log_in(directory, ledger, now=NOW + 361)
    assert [row.expires_at for row in database.all(UsedChallengeRow)] == [NOW + 661]


def test_roles_are_the_ledgers_at_each_call(directory, ledger, database):
    token, _, _ = log_in(directory, ledger)
    for found, roles in (
        (account(Role.MEMBER), {"member"}),
        (account(Role.MEMBER | Role.AUDITOR, is_suspended=True), set()),
        (account(Role.MEMBER | Role.AUDITOR), {"member", "auditor"}),
        (account(Role(0)), set()),
    ):
        ledger[KEY.address] = found
        assert bearer(database, ledger, token, NOW).roles == roles
