"""Former keys, and keys entrusted to guardians: kept sealed by the bank."""

from typing import Any

from bank_api.protocol.shapes import kept_keys as shapes
from wallet_cli.bank_client.boxes import Calls
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.errors import BankProblemError

FORMER, ENTRUSTED, SHARES = "/v1/me/former-keys", "/v1/me/entrusted-key", "/v1/key-shares"


class KeptKeysFace:
    """A bank of an older program keeps none: its lists are empty, and what is to be kept it answers with 404."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def former(self) -> list[shapes.FormerKey]:
        return read_shape(shapes.FormerKeys, self._listed(FORMER, "keys"), FORMER).keys

    def keep_former(self, public_key: str, body: shapes.FormerKeyBody) -> shapes.FormerKey:
        path = f"{FORMER}/{public_key}"
        return read_shape(shapes.FormerKey, self._calls.call("PUT", path, body.model_dump()), path)

    def drop_former(self, public_key: str) -> shapes.KeyDropped:
        path = f"{FORMER}/{public_key}"
        return read_shape(shapes.KeyDropped, self._calls.call("DELETE", path), path)

    def entrust(self, body: shapes.EntrustedKeyBody) -> shapes.EntrustedKeys:
        return read_shape(
            shapes.EntrustedKeys, self._calls.call("PUT", ENTRUSTED, body.model_dump(exclude_defaults=True)), ENTRUSTED
        )

    def entrusted(self) -> shapes.EntrustedKey | None:
        found = read_shape(shapes.EntrustedKeys, self._listed(ENTRUSTED, "keys"), ENTRUSTED).keys
        return found[0] if found else None

    def end_entrusted(self, give_up: bool = False) -> shapes.KeyDropped:
        return self._end(f"{ENTRUSTED}?give_up=true" if give_up else ENTRUSTED)

    def end_former_entrusted(self) -> shapes.KeyDropped:
        """What another key of the account entrusted, and nothing of the present one's."""
        return self._end(f"{ENTRUSTED}?former=true")

    def _end(self, path: str) -> shapes.KeyDropped:
        try:
            return read_shape(shapes.KeyDropped, self._calls.call("DELETE", path), ENTRUSTED)
        except BankProblemError as problem:
            if problem.status != 404:
                raise
            return shapes.KeyDropped(dropped=False)

    def shares(self) -> list[shapes.KeyShare]:
        return read_shape(shapes.KeyShares, self._listed(SHARES, "shares"), SHARES).shares

    def wrap_share(self, owner: str, body: shapes.ShareWrapped) -> shapes.KeyShare:
        path = f"{SHARES}/{owner}"
        return read_shape(shapes.KeyShare, self._calls.call("PUT", path, body.model_dump()), path)

    def contribute(self, owner: str, body: shapes.KeyContribution) -> shapes.KeyShare:
        path = f"{SHARES}/{owner}/contribution"
        return read_shape(shapes.KeyShare, self._calls.call("PUT", path, body.model_dump()), path)

    def _listed(self, path: str, key: str) -> dict[str, Any]:
        try:
            return self._calls.call("GET", path)
        except BankProblemError as problem:
            if problem.status != 404:
                raise
            return {key: []}
