"""A PostgreSQL server of one's own, for tests, benches and trials: on loopback, in a folder that goes with it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from bank_api.durable import write_whole
from scripts.stage.ports import free_ports

HOW_TO_GET = "PostgreSQL is not installed here (apt-get install postgresql; brew install postgresql)"
USERS = ("postgres", "nobody")
"""As root the server refuses to run: it runs as one of these."""


class PostgresMissingError(Exception):
    """There is no PostgreSQL on this machine."""

    def __init__(self) -> None:
        super().__init__(HOW_TO_GET)


def programs() -> Path | None:
    """The folder with initdb and postgres, if they are installed; the newest where there are several."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((found for found in folders if (found / "initdb").exists() and (found / "postgres").exists()), None)


class PostgresServer:
    """`with PostgresServer() as server: server.new_database()`. Raises PostgresMissingError.

    `durable` is what a bank wants; tests that pull no plug may do without.
    """

    def __init__(self, durable: bool = False) -> None:
        found = programs()
        if found is None:
            raise PostgresMissingError
        self._programs, self._durable = found, durable
        self._folder = Path(tempfile.mkdtemp(prefix="azukari-postgres-"))
        self._user = _user()
        self._made = 0
        (self.port,) = free_ports(1)

    def __enter__(self) -> "PostgresServer":
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "azukari", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        write_whole(self._folder / "settings", self._settings())
        (self._folder / "settings").chmod(0o644)
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        data = str(self._folder / "data")
        options = f"-c config_file={self._folder / 'settings'} -c data_directory={data} -c hba_file={data}/pg_hba.conf"
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", how, "-w", "stop", check=False)

    def new_database(self) -> str:
        """A new, empty one; its address."""
        self._made += 1
        name = f"bank_{self._made}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "azukari", name)
        return f"postgresql://azukari@127.0.0.1:{self.port}/{name}"

    def _settings(self) -> str:
        sure = "on" if self._durable else "off"
        return (
            f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\nmax_connections=200\n"
            f"fsync={sure}\nfull_page_writes={sure}\nsynchronous_commit=on\nshared_buffers=64MB\n"
        )

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        given: dict[str, Any] = {}
        if self._user is not None:
            given = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        command = [str(self._programs / program), *arguments]
        with (self._folder / "programs.log").open("a") as log:
            done = subprocess.run(command, stdout=log, stderr=log, cwd=self._folder, check=False, **given)
        if check and done.returncode:
            said = (self._folder / "programs.log").read_text()[-2000:]
            raise RuntimeError(f"{program} ended with {done.returncode}:\n{said}")


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for whoever this is."""
    if os.geteuid() != 0:
        return None
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissingError
