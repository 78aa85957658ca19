"""Headers read without py-evm say what py-evm reads in them, and who sealed them; malformed ones are refused."""

import pytest

from ledger import rlp_codec
from ledger.blocks import decode_header
from ledger.seal import header_signer
from ledger.sealed_header import HeaderError, read_header


@pytest.fixture
def raw_headers(rpc, deployed):
    """Of every block; the contract was deployed in the newest."""
    newest = int(rpc("eth_blockNumber")["result"], 16)
    return [bytes.fromhex(rpc("debug_getRawHeader", hex(number))["result"][2:]) for number in range(newest + 1)]


def test_a_header_says_what_py_evm_reads_in_it(raw_headers):
    assert len(raw_headers) > 1
    for raw in raw_headers:
        theirs, ours = decode_header(raw), read_header(raw)
        assert (ours.hash, ours.number, ours.timestamp) == (theirs.hash, theirs.block_number, theirs.timestamp)
        assert ours.state_root == theirs.state_root
        assert ours.signer == (header_signer(theirs) if ours.number else None)


def test_the_genesis_names_the_signers(raw_headers):
    genesis = read_header(raw_headers[0])
    assert len(genesis.listed) == 1
    assert all(read_header(raw).signer in genesis.listed for raw in raw_headers[1:])


def test_what_is_bent_has_another_signer_or_is_refused(raw_headers):
    whole = rlp_codec.decode(raw_headers[0])
    for bent in (b"", b"\x80", rlp_codec.encode(whole[:-1]), rlp_codec.encode([*whole, b""]), raw_headers[0] + b"\0"):
        with pytest.raises(HeaderError):
            read_header(bent)
    for place, value in ((12, b"short"), (12, whole[12] + b"\0"), (3, b"root"), (8, [b"\1"])):
        with pytest.raises(HeaderError):
            read_header(rlp_codec.encode([*whole[:place], value, *whole[place + 1 :]]))
