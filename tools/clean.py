"""Removes what `make` installed and made in this checkout. Standard library only."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MADE = (".venv", "node_modules", "staticfiles", "var")
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")


def main() -> None:
    ours = ROOT / ".venv" / "bin" / "python"
    if ours.exists() and Path(sys.prefix) != ROOT / ".venv":
        os.execv(ours, [str(ours), __file__])  # it can read the package, which says where data is
    var = ROOT / "var"
    if var.exists():
        with open(var / "up.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                print("The portal runs from this folder: stop it first (Ctrl-C there).")
                sys.exit(1)
    for folder in (*data_folders(var), *(ROOT / name for name in (*MADE, *CACHES))):
        if folder.exists():
            print(f"Removing {folder.relative_to(ROOT) if ROOT in folder.parents else folder}")
            shutil.rmtree(folder)


def data_folders(var: Path) -> list[Path]:
    """The folder that was used where the servers' account could not reach this one."""
    try:
        from mvai.site.places import data_elsewhere
    except ImportError:  # nothing is installed, so nothing was ever started
        return []
    return [data_elsewhere(var)]


if __name__ == "__main__":
    main()
