"""Two PostgreSQL servers on loopback, the second a synchronous standby of the first: the primary can be killed and the other take over."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.support.postgres import binaries, owner
from tests.support.server import free_port

USER, LONGEST = "onegrid", 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "synchronous_commit": "on",
    "fsync": "off",  # a process that is killed leaves its pages to the system; that a machine loses them is not imitated
    "wal_retrieve_retry_interval": "200ms",
}


class Node:
    """One server of the pair: its port, its files, its process."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.port, self.bin, self.owner = folder / name, free_port(), binaries(), owner()
        self.folder.mkdir()
        os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def _command(self, program: str, *arguments: str) -> list[str]:
        who = ["--reuid", str(self.owner.pw_uid), "--regid", str(self.owner.pw_gid), "--clear-groups"]
        as_owner = ["setpriv", *who, "--pdeathsig", "TERM"] if os.geteuid() == 0 else []
        return [*as_owner, str(self.bin / program), *arguments]

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL to its end."""
        done = subprocess.run(
            self._command(program, *arguments), capture_output=True, text=True, cwd=self.folder, check=False,
            timeout=LONGEST,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start the server and wait until it can be read."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            self._command("postgres", "-D", self.data, "-p", str(self.port), *options),
            stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("ab"), cwd=self.folder,
        )  # fmt: skip
        wait_for(lambda: self.ask("SELECT 1") == 1, self.folder / "log")

    def ask(self, statement: str, database: str = "postgres") -> object:
        """One value; None while the server does not answer."""
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname={database} connect_timeout=5"
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                found = connection.execute(statement.encode())
                return found.fetchone()[0] if found.description else None
        except psycopg.OperationalError:
            return None

    def kill(self) -> None:
        """SIGKILL to the server and all it started, as when its machine loses power."""
        assert self.process is not None
        for pid in [self.process.pid, *children(self.process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=LONGEST)


class Pair:
    """A primary and its standby; after each `fail_over` and `rebuild` they have changed places."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="onegrid-pair-"))
        self.folder.chmod(0o755)
        self.primary, self.standby = Node(self.folder, "a"), Node(self.folder, "b")
        self.ports = (self.primary.port, self.standby.port)
        options = ("-U", USER, "--auth=trust", "-E", "UTF8", "--no-locale", "--wal-segsize=4", "--no-sync")
        self.primary.run("initdb", "-D", self.primary.data, *options)
        self.primary.start()

    def url(self, database: str) -> str:
        """The address an administrator writes: both hosts, and only the one that takes writes."""
        first, second = self.ports
        hosts = f"host=127.0.0.1:{first}&host=127.0.0.1:{second}"
        return f"postgresql+psycopg://{USER}@/{database}?{hosts}&target_session_attrs=read-write"

    def rebuild(self) -> None:
        """Make the other node a standby anew, from the primary; from here on a commit is acknowledged by both."""
        shutil.rmtree(self.standby.data, ignore_errors=True)
        source = f"host=127.0.0.1 port={self.primary.port} user={USER} application_name=standby"
        self.standby.run(
            "pg_basebackup", "-d", source, "-D", self.standby.data, "-R", "-X", "stream", "-c", "fast", "--no-sync"
        )
        self.standby.start()
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.primary.ask("SELECT pg_reload_conf()")
        state = "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby' AND state = 'streaming'"
        wait_for(lambda: self.primary.ask(state) == "sync", self.standby.folder / "log")

    def fail_over(self, pause: float) -> None:
        """Kill the primary; after `pause` seconds somebody notices and promotes the standby."""
        self.primary.kill()
        time.sleep(pause)
        self.standby.run("pg_ctl", "promote", "-D", self.standby.data, "-w")
        self.primary, self.standby = self.standby, self.primary

    def stop(self) -> None:
        """Kill both and remove what they wrote."""
        for node in (self.primary, self.standby):
            if node.process is not None and node.process.poll() is None:
                node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def children(parent: int) -> list[int]:
    """Processes that a process started and that still run."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in found]


def wait_for(seen: object, log: Path) -> None:
    """Wait until a question is answered with yes; fails with the end of the server's log."""
    deadline = time.monotonic() + LONGEST
    while not seen():  # type: ignore[operator]
        assert time.monotonic() < deadline, log.read_text()[-2000:] if log.exists() else "no log"
        time.sleep(0.05)
