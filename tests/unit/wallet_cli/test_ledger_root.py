"""Asking a ledger node for a recorded root: what happens when there is none to ask."""

import pytest

from wallet_cli.errors import InputError, NodeUnreachableError
from wallet_cli.ledger_root import recorded_payload_root

RELEASE = "0x" + "bb" * 32


def test_a_node_that_does_not_answer_is_named(deployment):
    with pytest.raises(NodeUnreachableError, match=r"the node at http://127\.0\.0\.1:9 does not answer"):
        recorded_payload_root(deployment, RELEASE, "http://127.0.0.1:9", None)


def test_a_missing_token_file_is_named(deployment, tmp_path):
    with pytest.raises(InputError, match="--ledger-token-file"):
        recorded_payload_root(deployment, RELEASE, "http://127.0.0.1:9", tmp_path / "nowhere")


def test_a_malformed_release_id_is_refused_before_anything_is_asked(deployment):
    with pytest.raises(InputError, match="release_id"):
        recorded_payload_root(deployment, "0x12", "http://127.0.0.1:9", None)
