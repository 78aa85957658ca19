"""A chain that seals and one that imports must agree; a failure leaves no trace."""

import pytest

from ledger.chain import Chain
from ledger.errors import BlockError, DataDirectoryError, StoreDamagedError, TransactionError
from ledger.genesis import new_clique_document, parse_genesis
from ledger.history import NOTED_BYTES_MAX, number_key
from ledger.records import LOG_INDEX, section_of
from ledger.store import Store
from ledger.write_batch import WriteBatch


def test_a_sealed_block_is_accepted_by_a_chain_that_did_not_seal_it(chain, new_chain, genesis, seal, sign, alice):
    for number in range(3):
        seal(chain, 10 + number, [sign(alice, number)])
    follower = new_chain("follower", genesis, None)
    for number in (1, 2, 3):
        follower.import_block(chain.history.raw_block(number))
    assert follower.head == chain.head


def test_the_newest_block_is_answered_for_without_being_decoded_again(chain, seal, sign, alice):
    """Of a block of 2,000 transactions the first receipt took a tenth of a second to answer."""
    large = [sign(alice, nonce, data=b"\x01" * 90_000, gas=2_000_000) for nonce in range(3)]
    sealed = seal(chain, 10, large)
    assert len(sealed.block.raw) > NOTED_BYTES_MAX
    assert chain.history.block(1) is sealed.block
    assert chain.history.receipts(1) is sealed.receipts
    seal(chain, 11, [sign(alice, 3)])
    assert chain.history.block(1) == sealed.block
    assert chain.history.receipts(1) == sealed.receipts


def test_reopening_continues_where_it_stopped(tmp_path, genesis, signer_key, seal, sign, alice):
    with Store(tmp_path / "s") as store:
        chain = Chain.create(store, genesis, lambda: 0, signer_key)
        seal(chain, 10, [sign(alice, 0)])
        head = chain.head
    with Store(tmp_path / "s") as store:
        again = Chain.open(store, lambda: 0, signer_key)
        assert again.head == head
        assert seal(again, 20, [sign(alice, 1)]).block.number == 2


def test_opening_takes_the_same_few_reads_whatever_the_length_of_the_chain(tmp_path, genesis, signer_key, seal):
    class CountingStore(Store):
        reads = 0

        def get(self, table, key):
            self.reads += 1
            return super().get(table, key)

    reads = []
    for blocks in (1, 150):
        with Store(tmp_path / "s") as store:
            chain = Chain.create(store, genesis, lambda: 0, signer_key)
            for _ in range(blocks):
                seal(chain, chain.earliest_timestamp())
        with CountingStore(tmp_path / "s") as store:
            Chain.open(store, lambda: 0, signer_key)
            reads.append(store.reads)
    assert reads[0] == reads[1] < 10


def test_another_genesis_in_the_same_store_is_refused(chain, signer_key):
    other = parse_genesis(new_clique_document([signer_key.public_key.to_canonical_address()], chain_id=7))
    with pytest.raises(DataDirectoryError, match="another genesis"):
        Chain.create(chain.store, other, lambda: 0)


def test_an_empty_store_holds_no_chain(tmp_path):
    with Store(tmp_path / "s") as store, pytest.raises(DataDirectoryError, match="run `azukari-ledger init`"):
        Chain.open(store, lambda: 0)


def test_a_draft_that_is_not_sealed_changes_nothing(chain, sign, alice):
    before = chain.head
    with chain.draft(10) as draft:
        draft.apply(chain.decode(sign(alice, 0)))
    assert chain.head == before
    assert chain.vm_at(chain.head.header).state.get_nonce(bytes.fromhex(alice.address[2:])) == 0


def test_a_transaction_that_cannot_be_executed_leaves_the_draft_as_it_was(chain, sign, alice):
    with chain.draft(10) as draft:
        draft.apply(chain.decode(sign(alice, 0)))
        with pytest.raises(TransactionError, match="nonce"):
            draft.apply(chain.decode(sign(alice, 5)))
        draft.apply(chain.decode(sign(alice, 1)))
        sealed = draft.seal()
    assert [transaction.nonce for transaction in sealed.block.transactions] == [0, 1]


def test_listeners_hear_of_a_block_only_when_it_can_be_read(chain, seal, sign, alice):
    heard = []
    chain.subscribe(lambda sealed: heard.append(chain.history.transaction_place(sealed.block.transactions[0].hash)))
    seal(chain, 10, [sign(alice, 0)])
    assert heard == [(1, 0)]


def test_a_failed_write_leaves_the_head_where_it_was(chain, seal, sign, alice, tmp_path):
    raw = seal(chain, 10, [sign(alice, 0)]).block.raw
    chain.store.close()
    with Store(tmp_path / "chain", read_only=True) as reader:
        stuck = Chain.open(reader, lambda: 0, chain._signer)
        with pytest.raises(Exception, match="read-only"):
            seal(stuck, 20, [sign(alice, 1)])
        assert stuck.head.number == 1
        assert stuck.history.raw_block(1) == raw


def test_importing_a_transaction_with_a_false_signature_names_it(chain, new_chain, genesis, seal, sign, alice):
    raw = bytearray(seal(chain, 10, [sign(alice, 0), sign(alice, 1)]).block.raw)
    raw[-2] ^= 1
    with pytest.raises(BlockError) as refused:
        new_chain("follower", genesis, None).import_block(bytes(raw))
    assert refused.value.field in ("transactionsRoot", "transactions[1]")


def test_blockhash_reaches_back_256_blocks(chain, seal):
    for number in range(300):
        seal(chain, number + 1)
    known = list(chain.history.ancestors(chain.head.header))
    assert len(known) == 256
    assert known[0] == chain.head.header.hash
    assert known[255] == chain.history.header(45).hash


def test_the_log_index_can_be_dropped_and_rebuilt(local, deployed, alice, sign, rpc):
    for nonce in (1, 2):
        data = deployed.encode_abi("count", args=[b"\x07" * 32, 5])
        rpc("eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data).hex())
    history, address = local.chain.history, bytes.fromhex(deployed.address[2:])
    before = history.blocks_with([address, b"\x07" * 32], 0, 10)
    assert before == {2, 3}
    history.rebuild_log_index(local.chain.head.number)
    assert history.blocks_with([address, b"\x07" * 32], 0, 10) == before


def test_a_log_index_that_is_made_anew_is_whole_at_every_moment(local, deployed, alice, sign, rpc, monkeypatch):
    """A killed `reindex` left holes, and the node said that there are no such logs."""
    for nonce in range(1, 6):
        data = deployed.encode_abi("count", args=[b"\x07" * 32, 5])
        rpc("eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data).hex())
    store, history, address = local.chain.store, local.chain.history, bytes.fromhex(deployed.address[2:])
    sound, batch, moments = list(store.rows(LOG_INDEX)), WriteBatch(), []
    batch.log_index = [(key, number_key(0)) for key in (address, section_of(9) + address)]
    store.commit(batch)
    receipts = history.receipts

    def watched(number):
        moments.append(history.blocks_with([address], 1, 10))
        return receipts(number)

    monkeypatch.setattr("ledger.history.REBUILD_BATCH_BLOCKS", 2)
    monkeypatch.setattr(history, "receipts", watched)
    history.rebuild_log_index(local.chain.head.number)
    assert moments == [{2, 3, 4, 5, 6}] * 7
    assert list(store.rows(LOG_INDEX)) == sound
    store.note_damage(StoreDamagedError("receipts", "x"))
    with pytest.raises(StoreDamagedError):
        history.rebuild_log_index(local.chain.head.number)
    assert list(store.rows(LOG_INDEX)) == sound
