"""A crowd is let in within a few turns of the loop."""

import asyncio
import os
import socket
from contextlib import ExitStack

import uvloop

from bank_api.doors import DOORS, doors

CROWD = 2 * DOORS


def turns_until_all_are_in(listeners):
    """How many turns of a server's loop pass until a crowd is connected that stood at the door before."""
    inside = []

    class Inside(asyncio.Protocol):
        def connection_made(self, transport):
            inside.append(transport)

    async def serve():
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Inside, sock=one, backlog=CROWD) for one in listeners]
        with ExitStack() as crowd:
            for _ in range(CROWD):
                crowd.enter_context(socket.create_connection(listeners[0].getsockname(), timeout=10))
            turns = 0
            while len(inside) < CROWD and turns < 10 * CROWD:
                await asyncio.sleep(0)
                turns += 1
        for server in servers:
            server.close()
        return turns

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve())


def test_a_crowd_is_let_in_at_once():
    assert turns_until_all_are_in(doors(socket.create_server(("127.0.0.1", 0), backlog=CROWD))) < CROWD / 8


def test_by_one_door_they_come_one_by_one():
    """Should a later uvloop let all in, `doors` is needed no more."""
    assert turns_until_all_are_in([socket.create_server(("127.0.0.1", 0), backlog=CROWD)]) >= CROWD


def test_no_other_process_at_the_socket_is_made_to_wait_in_it():
    """Whether a look for callers waits for one is the open socket's, not the process's: who shares it is held fast."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    served = socket.socket(fileno=os.dup(listener.fileno()))  # as a worker takes it over
    with ExitStack() as those, listener:
        for one in doors(served):
            those.enter_context(one)
        assert not os.get_blocking(listener.fileno())
