"""One connection to a PostgreSQL server, by the protocol's own means: every statement prepared once, rows in binary.

The driver's cursors take four times the processor time for the same question (ADR 74). And here:

1. What nobody waits for (`tell`) goes with the next question, in one packet; so do the words that begin a transaction.
2. The words that end a reading are sent and not waited for: whoever uses the connection next takes their answer.
3. A connection that was cut since it was used last is made anew, and nobody is told of it, as long as nothing was
   answered in this transaction.
"""

import select
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import AdminShutdown, CrashShutdown, error_from_result

from bank_api.store.line import Answer, Parameters

AT_ONCE = 128
"""Statements in one packet: what the server says to so many has room on the way while nobody reads it."""
PREPARED_MAX = 1024
"""Statements that a connection remembers."""
CONNECT_SECONDS = 10
BINARY = pq.Format.BINARY
Values = list[bytes | None]
Sent = tuple[str, Values, list[pq.Format]]
"""A statement with its values as the server reads them: what cannot be spelt fails where it is said."""


class ServerLine:
    """One thread's at a time. Raises what psycopg raises; after an error the transaction can only be ended."""

    errors: Any = psycopg.Error

    def __init__(self, address: str) -> None:
        """`address` is postgresql://…"""
        self._address = address
        self._waiting: list[Sent] = []
        """Told, and not sent yet."""
        self._is_ending = False
        """Whether nobody has taken the answer yet to the words that ended the last transaction."""
        self._was_answered = False
        """Whether the server has answered anything in this transaction."""
        self.round_trips = 0
        self._connect()

    # ---- transactions ----

    def begin(self, *words: str) -> None:
        """The words go with the first question."""
        self._waiting, self._was_answered = [(one, [], []) for one in words], False

    def end(self) -> None:
        """Undo what the transaction did, and what was told; nobody waits until that is done."""
        self.untell()
        if self._is_ending or not self.is_usable or self._server.transaction_status == pq.TransactionStatus.IDLE:
            return
        try:
            self._server.send_query(b"ROLLBACK")
            self._is_ending = True
        except psycopg.Error:  # it was cut: whoever read has been told, and the next gets another
            self.close()

    def commit(self) -> None:
        self.run("COMMIT", ())

    @property
    def is_usable(self) -> bool:
        return bool(self._server.status == pq.ConnStatus.OK)

    def close(self) -> None:
        self._connection.close()

    # ---- statements ----

    def tell(self, sql: str, many: Sequence[Parameters] = ((),)) -> None:
        """Have a statement run, once for each, of which nobody wants to know more than that it did not fail: the next
        question, or `settle`, raises it."""
        self._waiting += [(sql, *_spelt(one)) for one in many]
        if len(self._waiting) >= AT_ONCE:
            self.settle()

    def untell(self) -> None:
        self._waiting = []

    def settle(self) -> None:
        """Wait until all that was told is done."""
        if self._waiting:
            self._answered([])

    def run(self, sql: str, parameters: Parameters, is_lasting: bool = True) -> Answer:
        """What is not `is_lasting` is spelt anew each time, and not prepared."""
        return self._answered([(sql, *_spelt(parameters))], is_lasting)[0]

    def each(self, sql: str, many: Sequence[Parameters]) -> list[Answer]:
        """The answers to one question for each, in one packet."""
        asked: list[Sent] = [(sql, *_spelt(one)) for one in many]
        return [one for at in range(0, len(asked), AT_ONCE) for one in self._answered(asked[at : at + AT_ONCE])]

    # ---- the protocol ----

    def _answered(self, asked: Sequence[Sent], is_lasting: bool = True) -> list[Answer]:
        """What was told is sent before; its answers are left out."""
        told, self._waiting = self._waiting, []
        for at in range(0, len(told) - AT_ONCE, AT_ONCE):
            self._surely(told[at : at + AT_ONCE], True)
        rest = told[(len(told) - 1) // AT_ONCE * AT_ONCE :] if told else []
        results = self._surely([*rest, *asked], is_lasting)
        return [self._read(one) for one in results[len(results) - len(asked) :]]

    def _surely(self, sent: Sequence[Sent], is_lasting: bool) -> list[Any]:
        try:
            results = self._sent(sent, is_lasting)
        except psycopg.OperationalError as error:
            if self._was_answered or not self._is_cut(error):
                raise
            self._connection.close()
            self._connect()  # 3.
            results = self._sent(sent, is_lasting)
        self._was_answered = True
        return results

    def _is_cut(self, error: psycopg.OperationalError) -> bool:
        return not self.is_usable or isinstance(error, AdminShutdown | CrashShutdown)

    def _sent(self, sent: Sequence[Sent], is_lasting: bool) -> list[Any]:
        self._take_ending()
        self.round_trips += 1
        if len(sent) == 1:
            return [self._alone(*sent[0], is_lasting)]
        server, fresh, are_of_statements = self._server, list[str](), list[bool]()
        server.enter_pipeline_mode()
        for place, (sql, values, formats) in enumerate(sent):
            name = self._names.get(sql)
            if name is None and (is_lasting or place < len(sent) - 1) and (name := self._named(sql)) is not None:
                fresh.append(sql)
                server.send_prepare(name, sql.encode())
                are_of_statements.append(False)
            if name is None:
                server.send_query_params(sql.encode(), values, None, formats, BINARY)
            else:
                server.send_query_prepared(name, values, formats, BINARY)
            are_of_statements.append(True)
        server.pipeline_sync()
        results = self._results()
        server.exit_pipeline_mode()
        try:
            list(map(self._good, results))
        except psycopg.Error:
            for sql in fresh:  # the server may never have come to them
                del self._names[sql]
            raise
        return [one for one, is_one in zip(results, are_of_statements, strict=True) if is_one]

    def _alone(self, sql: str, values: Values, formats: list[pq.Format], is_lasting: bool) -> Any:
        name = self._names.get(sql)
        if name is None and is_lasting and (name := self._named(sql)) is not None:
            try:
                self._good(self._server.prepare(name, sql.encode()))
            except psycopg.Error:
                del self._names[sql]
                raise
        if name is None:
            return self._good(self._server.exec_params(sql.encode(), values, None, formats, BINARY))
        known: Any = values  # NULL is None here too, though the driver's stub does not say so
        return self._good(self._server.exec_prepared(name, known, formats, BINARY))

    def _read(self, result: Any) -> Answer:
        if not result.nfields:
            return None, result.command_tuples or 0
        self._rows.set_pgresult(result, format=BINARY)
        return self._rows.load_rows(0, result.ntuples, tuple), result.ntuples

    def _results(self) -> list[Any]:
        found: list[Any] = []
        self._send_all()
        while True:
            self._await()
            result = self._server.get_result()
            if result is None:  # between two statements
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return found
            found.append(result)

    def _take_ending(self) -> None:
        if not self._is_ending:
            return
        self._is_ending = False
        self._send_all()
        self._await()
        while self._server.get_result() is not None:
            self._await()

    def _send_all(self) -> None:
        """What a full way did not take. The server may have to be read from before it reads on."""
        server = self._server
        if not server.flush():
            return
        self._poll.modify(server.socket, select.POLLIN | select.POLLOUT)
        while server.flush():
            self._poll.poll()
            server.consume_input()
        self._poll.modify(server.socket, select.POLLIN)

    def _await(self) -> None:
        """Wait without the interpreter's lock."""
        server = self._server
        while server.is_busy():
            self._poll.poll()
            server.consume_input()

    def _good(self, result: Any) -> Any:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise error_from_result(result) if self.is_usable else psycopg.OperationalError("the line was cut")
        return result

    def _named(self, sql: str) -> bytes | None:
        """A name to prepare it under; None where enough are."""
        if len(self._names) >= PREPARED_MAX:
            return None
        self._made += 1
        self._names[sql] = name = b"s%d" % self._made
        return name

    def _connect(self) -> None:
        self._connection = psycopg.connect(
            self._address, autocommit=True, connect_timeout=CONNECT_SECONDS, client_encoding="UTF8"
        )
        self._server = self._connection.pgconn
        self._rows = Transformer(self._connection)
        self._poll = select.poll()
        self._poll.register(self._server.socket, select.POLLIN)
        self._names: dict[str, bytes] = {}
        self._made = 0
        self._is_ending = False


def _spelt(parameters: Parameters) -> tuple[Values, list[pq.Format]]:
    """As the server reads them: it knows from the statement of which kind each is."""
    values = [None if one is None else (_SPELLINGS.get(type(one)) or _spelling(one))(one) for one in parameters]
    return values, [BINARY if isinstance(one, bytes) else pq.Format.TEXT for one in parameters]


def _text(value: str) -> bytes:
    spelt = value.encode()
    if b"\0" in spelt:  # libpq would take what stands before it for the whole
        raise psycopg.DataError("a server keeps no NUL in text")
    return spelt


def _plain(value: float) -> bytes:
    return repr(value).encode()


def _spelling(value: Any) -> Callable[[Any], bytes]:
    if isinstance(value, Enum) and isinstance(value, int):
        return lambda one: b"%d" % one
    for kind, spelling in _SPELLINGS.items():
        if isinstance(value, kind):
            return spelling
    raise TypeError(f"a {type(value).__name__} is kept in no column")


_SPELLINGS: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    bool: lambda one: b"t" if one else b"f",
    int: lambda one: b"%d" % one,
    bytes: lambda one: one,
    float: _plain,
}
