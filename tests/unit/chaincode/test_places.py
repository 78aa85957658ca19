"""What wallets read by proof: the slots are the compiler's, the words say what the contracts' views say."""

import pytest

from chaincode import places
from chaincode.bindings import CategoryKind, Role
from chaincode.build import compile_contract
from chaincode.places import PLACES, OpeningWord, read_account, read_opening
from chaincode.storage.layout import StorageLayout, slot_of


@pytest.mark.parametrize(("contract", "variable", "slot"), PLACES)
def test_variables_are_where_the_compiler_puts_them(contract, variable, slot):
    layout = StorageLayout(contract, compile_contract(contract).storage_layout["storage_layout"])
    assert layout.find(variable).slot == slot


def test_slots_are_those_of_the_storage_rules():
    account, id = "0x" + "1f" * 20, b"\x07" * 32
    for place, key, slot in (
        (places.COIN_PURSE, account, places.purse_slot(account)),
        (places.MEMBERSHIP_RECORD, account, places.account_slot(account)),
        (places.MEMBERSHIP_ENCRYPTION_KEY, account, places.encryption_key_slot(account)),
        (places.ESCROW_DIGEST, id, places.escrow_digest_slot(id)),
        (places.ESCROW_OPENING, id, places.opening_slot(id)),
        (places.CONSENT_HEAD, id, places.consent_slots(id)[0]),
        (places.CONSENT_BODY, id, places.consent_slots(id)[1]),
        (places.RELEASE, id, places.release_slots(id)[0]),
        (places.RELEASE_REQUEST, id, places.release_slots(id)[1]),
        (places.RELEASE_ROOT, id, places.release_slots(id)[2]),
    ):
        layout = StorageLayout(place[0], compile_contract(place[0]).storage_layout["storage_layout"])
        assert slot_of(layout.find(place[1]), (key,)) == slot
    layout = StorageLayout("rule", compile_contract("rule").storage_layout["storage_layout"])
    for code in (0, 3, 31):
        assert slot_of(layout.find("category.name"), (int(CategoryKind.PURPOSES), code)) == places.purpose_slot(code)


def slot_value(deployed, contract, slot):
    node, address = deployed.contracts.node, deployed.deployment.address(contract)
    return int(node.request("eth_getStorageAt", address, hex(slot), "latest"), 16)


def test_an_account_reads_as_the_views_say(deployed, make_person):
    face, operator = deployed.contracts.membership, deployed.operator.address
    custodian = make_person("custodian").address
    face.enroll(deployed.transactor, custodian, Role.CUSTODIAN)
    for account in (operator, custodian):
        word = read_account(slot_value(deployed, "membership", places.account_slot(account)))
        assert (word.key, word.roles, word.epoch) == (face.key_of(account), face.roles_of(account), 0)
        assert word.is_active
    assert read_account(slot_value(deployed, "membership", places.account_slot(operator))).is_operator
    face.suspend(deployed.transactor, custodian, b"\1" * 32)
    word = read_account(slot_value(deployed, "membership", places.account_slot(custodian)))
    assert (word.is_suspended, word.is_active, word.is_operator) == (True, False, False)
    assert not read_account(0).is_active


def test_an_opening_reads_as_it_is_packed():
    assert read_opening(0) == (OpeningWord.NONE, 0)
    assert read_opening(1 | 1_795_000_000 << 8 | 3 << 72) == (OpeningWord.REQUESTED, 1_795_000_000)
    assert read_opening(2 | (2**64 - 1) << 8) == (OpeningWord.VETOED, 2**64 - 1)
