"""The benches of the ledger: medians of several runs, and at which step somebody is."""

import sys

from scripts.bench.ledger import medians
from scripts.bench.ledger_ours import Result
from scripts.bench.writes_steps import REST, STEPS, Watch, step_of


def run(tx_per_s, anvil, p50=1.0):
    every = {"events_per_s": 10.0, "tx_per_s": tx_per_s, "eth_tester_tx_per_s": 5.0, "anvil_tx_per_s": anvil}
    others = ("bytes_per_event", "peak_memory_mb", "replay_events_per_s", "replay_to_producer", "tx_processor_us")
    whole = ("replay_whole_seconds", "replay_whole_to_producer", "replay_parts")
    more = dict.fromkeys((*others, *whole, "event_processor_us", "replay_processor_us"), 1.0)
    return Result(**every, **more, latency_ms={"p50": p50, "p99": 2.0})


def test_a_ratio_is_worked_out_in_each_run():
    """The machine gives more to one run than to another, and to both who are measured in it."""
    found = medians([run(100, 100, 1.0), run(900, 1000, 3.0), run(10, 40, 2.0)])
    assert (found.tx_per_s, found.anvil_tx_per_s, found.latency_ms["p50"]) == (100, 100, 2.0)
    assert found.median_ratios == {"events_to_eth_tester": 2.0, "events_to_anvil": 0.1, "tx_to_anvil": 0.9}


def test_who_is_absent_is_left_out():
    assert medians([run(100, None), run(100, 50)]).median_ratios["tx_to_anvil"] == 2.0
    assert medians([run(100, None)]).median_ratios["tx_to_anvil"] is None


def test_the_innermost_function_that_belongs_to_a_step_tells():
    def called_from(module, name):
        names = {"__name__": module, "sys": sys, "step_of": step_of}
        exec(f"def {name}(inner=lambda: step_of(sys._getframe())): return inner()", names)  # noqa: S102 - written above
        return names[name]

    outside, reads = called_from("ledger.execution", "apply"), called_from("ledger.accounts", "_found")
    assert called_from("ledger.accounts", "get_storage")() == "storage and logs"
    assert reads(called_from("ledger.trie", "get")) == "read the tries"
    assert called_from("ledger.interpreter", "run")(called_from("eth.vm.logic.block", "gas")) == STEPS[4]
    assert called_from("ledger.quick_calls", "_recovered")(called_from("coincurve.keys", "x")) == STEPS[1]
    assert outside() == "begin and end a transaction"
    assert called_from("somewhere.else", "go")() == REST


def test_all_the_time_is_told():
    with Watch().on() as seen:
        sum(range(300_000))
    assert set(seen) == set(STEPS)
    assert sum(seen.values()) > 0
