"""Lighthouse over the way in and two items, as a phone on slow 4G sees them.

Promised: 95 and 100 or better.

Asked for by name, since it installs the package into var/ first: `make bench ARGS="-k lighthouse"`.
"""

import json
import os
import re
import statistics
import subprocess
from pathlib import Path

import pytest

from tests.faults.harness import portal
from tools.bootstrap import ROOT, find_browser, find_npm

PACKAGE = "lighthouse@12.8.2"
FOLDER = ROOT / "var" / "lighthouse"
ITEMS = ("first-24-hours", "first-statement-kit")
RUNS = 3
TRIES = 3
FLAGS = "--headless=new --no-sandbox"
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "interactive": "can be used",
}


def test_lighthouse(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if "lighthouse" not in request.config.option.keyword:
        pytest.skip('installs a package: ask for it with ARGS="-k lighthouse"')
    program = _install()
    settings = {"PROGRAM_NUMBER": "(800) 555-0100", "MVAI_DEMO": "1"}  # drafts are on show there
    with portal(tmp_path / "var", start=("web",), **settings) as one:
        one.manage("load_library")
        sent = one.http.post("/call-me/", data={"call_name": "Ode", "call_number": "2025550147"})
        status = re.search(r"/status/[^/\"]+/", sent.text)[0]
        pages = {"landing": "/", "confirmation": sent.url.path, "status": status}
        pages |= {slug: f"/library/{slug}/" for slug in ITEMS}
        for name, path in pages.items():
            print(f"\n{name}: {_measured(program, one.url + path, tmp_path / 'report.json')}")


def _install() -> Path:
    program = FOLDER / "node_modules/.bin/lighthouse"
    manifest = FOLDER / "node_modules/lighthouse/package.json"
    wanted = PACKAGE.split("@")[1]
    if not manifest.exists() or json.loads(manifest.read_text())["version"] != wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [*find_npm(), "install", "--prefix", FOLDER, "--no-save", "--no-fund", PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return program


def _measured(program: Path, address: str, report: Path) -> str:
    """The medians of some runs, in words."""
    found = [_run(program, address, report) for _ in range(RUNS)]
    scores = {
        name: round(100 * statistics.median(one["categories"][name]["score"] for one in found))
        for name in ("performance", "accessibility")
    }
    times = {
        words: statistics.median(one["audits"][name]["numericValue"] for one in found)
        for name, words in TIMES.items()
    }
    weight = found[-1]["audits"]["total-byte-weight"]["numericValue"]
    said = [f"{name} {score}" for name, score in scores.items()]
    said += [f"{words} {time / 1000:.1f} s" for words, time in times.items()]
    return ", ".join([*said, f"{weight / 1000:.1f} kB"])


def _run(program: Path, address: str, report: Path) -> dict:
    """One report. On a busy machine the browser may not answer the tool in time: once more then."""
    browser = find_browser()
    environment = {**os.environ, **({"CHROME_PATH": browser} if browser else {})}
    command = [
        *(program, address, "--quiet", f"--chrome-flags={FLAGS}", "--output=json"),
        *("--only-categories=performance,accessibility", f"--output-path={report}"),
    ]
    for _ in range(TRIES):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            return json.loads(report.read_text())
    raise AssertionError(done.stderr[-2000:])
