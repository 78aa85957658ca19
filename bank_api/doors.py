"""One listening socket several times over, so that a crowd that comes at once is let in at once.

uvloop lets in one connection at a turn of its loop from each socket that listens. A turn in which some hundred requests
are answered takes a tenth of a second, and whoever stands outside waits for as many turns as others came before, while
those who are inside ask again: one in a hundred waited for as long as the crowd stayed.

Whether accept(2) waits is a flag of the open socket, shared by all processes at it, and `socket.dup` sets it: a worker
that looked in vain while another one came to the door was held in accept, and with it whomever it had let in.
"""

import os
import socket

DOORS = 32
"""A connection that comes alone costs each of them a look in vain: some microseconds."""


def doors(listener: socket.socket) -> list[socket.socket]:
    """The socket, and others that share its queue, none of which is waited in. Whoever serves by them closes them."""
    listener.setblocking(False)
    return [listener, *(socket.socket(fileno=os.dup(listener.fileno())) for _ in range(DOORS - 1))]
