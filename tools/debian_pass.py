"""Runs the tests marked "servers" against the system's own PostgreSQL and Redis.

`make test` has run them, with all others, on the embedded servers; production has older ones.
Both servers are started here on sockets of their own, and stopped again, whatever a service of
the machine does.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mvai.site.embedded import OWNER, Postgres, Redis  # noqa: E402
from mvai.site.places import passing_place  # noqa: E402

SYSTEM = os.pathsep.join(("/usr/bin", "/usr/sbin", "/usr/local/bin"))


def main() -> None:
    # By folder: an active .venv would offer the embedded Redis first.
    binaries, redis_server = find_postgres(), shutil.which("redis-server", path=SYSTEM)
    if binaries is None or redis_server is None:
        sys.exit("This pass needs Debian's servers: apt-get install postgresql redis-server")
    # For the portals that tests start, each with servers of its own to harm.
    os.environ |= {"MVAI_POSTGRES_BIN": str(binaries), "MVAI_REDIS_SERVER": redis_server}
    logs = ROOT / "var" / "log"
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        place = passing_place()
        stack.callback(shutil.rmtree, place.home, ignore_errors=True)
        postgres = Postgres(place, log=logs / "debian-postgres.log", durable=False)
        stack.callback(postgres.stop)
        postgres.start()
        postgres.make_roles()
        postgres.make_database()
        redis = Redis(place, log=logs / "debian-redis.log")
        stack.callback(redis.stop)
        redis.start()
        url = postgres.url(role=OWNER)
        os.environ |= {
            "MVAI_ENV": "test",
            "MVAI_DEMO": "",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": url,
            "REDIS_URL": redis.url,
        }
        for program in (binaries / "postgres", redis_server):
            subprocess.run([program, "--version"], check=True)
        tests = ["pytest", "-m", "servers", "--numprocesses=3", *sys.argv[1:]]
        done = subprocess.run([sys.executable, "-m", *tests], cwd=ROOT)
    sys.exit(done.returncode)


def find_postgres() -> Path | None:
    """The newest of the system's PostgreSQL versions."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    numbered = [path for path in found if re.fullmatch(r"\d+", path.parent.parent.name)]
    newest = max(numbered, key=lambda path: int(path.parent.parent.name), default=None)
    return newest.parent if newest else None


if __name__ == "__main__":
    main()
