"""Where the embedded servers keep their data and sockets, and who they run as.

PostgreSQL refuses to run as root, so as root both servers run as an account that already
exists. No account is added and no folder is opened up: where that account can't reach the
checkout (one under a home folder, say), the data goes to a folder of its own instead.
"""

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mvai.site.children import Account, as_account

ACCOUNTS = ("postgres", "nobody", "daemon")
SHARED_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 - only private folders are made there
LONGEST_SOCKET_FOLDER = 80  # the kernel allows about 100 characters with the socket's name


class CannotPlace(Exception):
    """There is no folder or account for the servers; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A private folder for servers' data and one for their sockets."""

    home: Path
    sockets: Path
    account: Account | None

    def folder(self, name: str) -> Path:
        """A folder inside `home` that only the servers' account may enter."""
        return private_folder(self.home / name, self.account)


def lasting_place(var: Path) -> Place:
    """The place of one checkout: the same at every start."""
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    wanted, elsewhere = var / "servers", data_elsewhere(var)
    account = _account(made_by=(wanted, elsewhere))
    home = wanted if can_enter(account, var) else elsewhere
    if home is elsewhere:
        _make_reachable_parent(home.parent, account)
    private_folder(home, account)
    return Place(home, _sockets(home, elsewhere.name, account), account)


def data_elsewhere(var: Path) -> Path:
    """Where a checkout's data goes when the servers' account can't reach the checkout."""
    key = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
    return Path("/var/lib/mvai-portal") / key


def passing_place() -> Place:
    """A new place for one run of the tests; the caller removes `home` afterwards."""
    account = _account(made_by=())
    for parent in (None, *SHARED_FOLDERS):
        try:
            home = Path(tempfile.mkdtemp(prefix="mvai-", dir=parent))
        except OSError:
            continue
        if can_enter(account, home.parent):
            private_folder(home, account)
            return Place(home, _sockets(home, home.name, account), account)
        home.rmdir()
    raise CannotPlace("No temporary folder can be reached by an unprivileged account: set TMPDIR.")


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account can walk down to a folder, by trying it."""
    if account is None:
        return os.access(folder, os.W_OK | os.X_OK)
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder.resolve())],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_account(account),
    )
    return tried.returncode == 0


def private_folder(folder: Path, account: Account | None) -> Path:
    """Make sure that a folder exists, is the account's own, and is closed to others."""
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    if folder.is_symlink():  # in a shared temporary folder anyone could have put it there
        raise CannotPlace(f"{folder} is a link: remove it.")
    owner = folder.stat().st_uid
    if account is not None and owner == 0:
        os.chown(folder, account.uid, account.gid)
    elif owner != (account.uid if account else os.geteuid()):
        raise CannotPlace(f"{folder} belongs to another user: remove it, or use another MVAI_VAR.")
    folder.chmod(0o700)
    return folder


def _account(*, made_by: tuple[Path, ...]) -> Account | None:
    """None unless we are root; then the owner of what is already there, or the first known."""
    if os.geteuid() != 0:
        return None
    owners = [folder.stat().st_uid for folder in made_by if folder.is_dir()]
    for uid in owners:
        if uid != 0:
            entry = pwd.getpwuid(uid)
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise CannotPlace(
        "PostgreSQL can't run as root and there is no account 'nobody' here: "
        "run as another user, or set DATABASE_URL and REDIS_URL."
    )


def _sockets(home: Path, key: str, account: Account | None) -> Path:
    inside = home / "sockets"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
        return private_folder(inside, account)
    short = Path(tempfile.gettempdir()) / f"mvai-{os.geteuid()}-{key}"
    if len(str(short)) > LONGEST_SOCKET_FOLDER or not can_enter(account, short.parent):
        short = Path(SHARED_FOLDERS[0]) / short.name
    return private_folder(short, account)


def _make_reachable_parent(parent: Path, account: Account | None) -> None:
    try:
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotPlace(f"{parent} can't be made ({error.strerror}): set MVAI_VAR.") from error
    if account is not None and not can_enter(account, parent):
        raise CannotPlace(f"{parent} can't be reached by {account.name}: set MVAI_VAR.")
