"""Several nodes of one network as one, for web3: one is asked until it falls silent or behind, then another.

1. A question goes to the node that was asked last. Where it gives no answer, it rests a while, and the next is asked.
2. Every few seconds the heads of all are compared, and who has fallen behind is asked no more: a node that lost its
   peers goes on answering, of a chain that stands still.
3. A transaction goes on to the next node where one refuses it, or only follows. It is the same signed bytes: no two
   of them can be sealed.
4. What belongs together is asked of one node (`pin`): two of them may stand at different blocks.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from chaincode.node_words import is_no_answer, offer_meant, only_follows
from chaincode.provider import NodeProvider

ANSWER_SECONDS = 10.0
"""Who has others to ask waits less long for one."""
REST_SECONDS, REST_SECONDS_MAX = 2.0, 60.0
"""For how long a silent node is not asked while another answers; doubled each time."""
COMPARE_SECONDS = 5.0
BEHIND_BLOCKS = 2
_SEND, _HEAD, _BLOCK = "eth_sendRawTransaction", RPCEndpoint("eth_blockNumber"), "eth_getBlockByNumber"


@dataclass
class _Place:
    """One node, and since when it is silent."""

    provider: NodeProvider
    silences: int = 0
    rests_until: float = float("-inf")


class NodesProvider(JSONBaseProvider):
    """Any thread may ask. Raises OSError when no node answers."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        timeout_seconds: float = ANSWER_SECONDS,
        headers: Mapping[str, str] = {},
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._places = [_Place(NodeProvider(url, timeout_seconds=timeout_seconds, headers=headers)) for url in urls]
        self._clock = clock
        self._asked = self._places[0]
        self._here = threading.local()
        self._comparing = threading.Lock()
        self._compared_at = float("-inf")

    def __str__(self) -> str:
        return ", ".join(str(place.provider) for place in self._places)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        pinned: _Place | None = getattr(self._here, "place", None)
        if pinned is not None:
            return self._ask(pinned, method, params)
        if method == _SEND:
            return self._hand_in(method, params)
        if method == _HEAD or (method == _BLOCK and "latest" in params):
            self._compare()
        return self._first(method, params)[1]

    def is_connected(self, show_traceback: bool = False) -> bool:
        return any(place.provider.is_connected() for place in self._places)

    def each(self, method: RPCEndpoint, params: Any) -> list[RPCResponse]:
        """What all say that answer now. Raises OSError when nobody does."""
        found, silence = [], OSError("no node was asked")
        for place in self._in_order():
            try:
                found.append(self._ask(place, method, params))
            except OSError as error:
                silence = error
        if not found:
            raise silence
        return found

    def heads(self) -> list[tuple[str, int | None]]:
        """Each node by its host and port, with its newest block; None where it is silent. Who rests is not asked."""
        found = [(place, self._head(place)) for place in self._places]
        return [(place.provider.place, None if head < 0 else head) for place, head in found]

    def pin(self) -> bool:
        """What this thread asks from now on goes to one node, or fails; False if it did already."""
        if getattr(self._here, "place", None) is not None:
            return False
        self._compare()
        self._here.place, _ = self._first(_HEAD, [])
        return True

    def unpin(self) -> None:
        self._here.place = None

    def _in_order(self) -> list[_Place]:
        """The one asked last, the others, and at last those that rest."""
        now = self._clock()
        return sorted(self._places, key=lambda one: (one.rests_until > now, one is not self._asked))

    def _first(self, method: RPCEndpoint, params: Any) -> tuple[_Place, RPCResponse]:
        silence: OSError | None = None
        for place in self._in_order():  # 1.
            try:
                answer = self._ask(place, method, params)
            except OSError as error:
                silence = error
                continue
            self._asked = place
            return place, answer
        raise silence or OSError("there is no node")

    def _ask(self, place: _Place, method: RPCEndpoint, params: Any) -> RPCResponse:
        try:
            answer = place.provider.make_request(method, params)
            if is_no_answer(_refusal(answer)):
                raise ConnectionError(f"{place.provider} is not ready: {_refusal(answer)}")
        except (OSError, ValueError) as error:  # ValueError: what it said is no JSON
            place.silences += 1
            rest = min(REST_SECONDS * 2 ** (place.silences - 1), REST_SECONDS_MAX)
            place.rests_until = self._clock() + rest
            raise error if isinstance(error, OSError) else ConnectionError(f"{place.provider}: {error}") from error
        place.silences, place.rests_until = 0, float("-inf")
        return answer

    def _hand_in(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        refused: RPCResponse | None = None
        silence: OSError | None = None
        for place in self._in_order():  # 3.
            try:
                answer = self._ask(place, method, params)
            except OSError as error:
                silence = error
                continue
            said = _refusal(answer)
            if not said or offer_meant(said):
                return answer
            if only_follows(said):
                silence = silence or ConnectionError(said)
            else:
                refused = refused or answer
        if refused is None:
            raise silence or OSError("there is no node")
        return refused

    def _compare(self) -> None:
        if self._clock() - self._compared_at < COMPARE_SECONDS or not self._comparing.acquire(blocking=False):
            return
        try:
            self._compared_at = self._clock()
            heads = {id(place): self._head(place) for place in self._in_order()}
        finally:
            self._comparing.release()
        best = max(self._places, key=lambda one: heads[id(one)])
        if heads[id(best)] - heads[id(self._asked)] > BEHIND_BLOCKS:  # 2.
            self._asked = best

    def _head(self, place: _Place) -> int:
        if place.rests_until > self._clock():
            return -1
        try:
            found = self._ask(place, _HEAD, []).get("result")
        except OSError:
            return -1
        return int(found, 16) if isinstance(found, str) else -1


def provider_of(addresses: str, headers: Mapping[str, str] = {}) -> NodeProvider | NodesProvider:
    """A provider for one node, or for several whose addresses stand between commas. Raises ValueError for none."""
    urls = [one.strip() for one in addresses.split(",") if one.strip()]
    return (
        NodeProvider(urls[0] if urls else "", headers=headers)
        if len(urls) < 2
        else NodesProvider(urls, headers=headers)
    )


def _refusal(answer: RPCResponse) -> str:
    """The words of an error; nothing where there is none."""
    error: Any = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("message", "")) if isinstance(error, dict) else str(error or "")
