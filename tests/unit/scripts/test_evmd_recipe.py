"""How evmd is built and set up, as far as that is ours; tests/flow/test_network_evmd.py runs it where it is built."""

import pytest

from scripts.engines.evmd import _configured, _module, _Place, _with_our_rules
from scripts.engines.nodes import EngineFailedError

THEIRS = """module github.com/cosmos/evm

go 1.23.8

require (
\tcosmossdk.io/api v0.9.2
)

replace (
\tgithub.com/a/b => github.com/c/d v1.0.0
)
"""
CONFIG = """persistent_peers = ""
addr_book_strict = true
allow_duplicate_ip = false
timeout_commit = "5s"
pprof_laddr = "localhost:6060"

[rpc]
laddr = "tcp://127.0.0.1:26657"

[p2p]
laddr = "tcp://0.0.0.0:26656"
"""


def test_the_module_that_builds_it_repeats_its_replacements():
    made = _module(THEIRS)
    assert made.startswith("module azukari/evmd\n\ngo 1.23.8\n\nrequire github.com/cosmos/evm v0.3.2\n\nreplace (")
    assert "github.com/a/b => github.com/c/d v1.0.0" in made
    assert "cosmossdk" not in made


def test_it_listens_on_this_machine_alone(tmp_path):
    place = _Place(tmp_path, p2p_port=1, comet_port=2, http_port=3, ws_port=4)
    made = _configured(CONFIG, place, "ab@127.0.0.1:9")
    assert 'timeout_commit = "500ms"' in made
    assert 'persistent_peers = "ab@127.0.0.1:9"' in made
    assert made.count("laddr = ") == 3
    assert '[rpc]\nladdr = "tcp://127.0.0.1:2"' in made
    assert '[p2p]\nladdr = "tcp://127.0.0.1:1"' in made
    assert "0.0.0.0" not in made  # noqa: S104
    with pytest.raises(EngineFailedError, match="has no timeout_commit"):
        _configured(CONFIG.replace("timeout_commit", "timeout_other"), place, "")


def test_transactions_are_free_and_nobody_is_expelled():
    parts = {name: {"params": {}} for name in ("feemarket", "slashing", "staking", "mint", "evm")} | {"bank": {}}
    made = _with_our_rules({"app_state": parts, "consensus": {"params": {"block": {}}}})
    market = made["app_state"]["feemarket"]["params"]
    assert market["no_base_fee"]
    assert {market[name] for name in ("base_fee", "min_gas_price", "min_gas_multiplier")} == {"0.0"}
    assert int(made["app_state"]["slashing"]["params"]["signed_blocks_window"]) >= 10**6
    assert int(made["consensus"]["params"]["block"]["max_gas"]) >= 30_000_000
