"""A team at one checklist over real connections: each person has a browser of their own."""

import http.client
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.faults.harness import Portal

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

# A checklist with so many lines in four parts, shared; its address and the lines' numbers.
SHARED = """
import json, uuid
from django.utils import timezone
from resources.actions import team, team_addresses
from resources.models import Edition, Item
from resources.rules import markdown
now = timezone.now()
item = Item.objects.create(slug="team-{mark}", created_at=now)
text = "".join(f"## Part {{part}}\\n\\n" + "".join(
    f"- [ ] Line {{line}} of part {{part}}.\\n" for line in range({lines} // 4)) + "\\n"
    for part in range(4))
edition = Edition.objects.create(item=item, language="en", number=1, state="published",
    title="The first 24 hours", kind="checklist", summary="What others did first.",
    card="Call somebody.", text=text, changed_at=now, published_at=now)
made = team.share(edition=edition, lines=markdown.lines(text), title=edition.title,
    agency="Riverton PD", time_zone="America/Chicago", ticked=(), press=uuid.uuid4(), at=now)
print("SHARED", json.dumps({{"pk": made.pk, "token": team_addresses.team_token(made, now),
    "lines": list(made.lines.values_list("pk", flat=True))}}))
"""


@dataclass
class Shared:
    pk: int
    path: str
    lines: list[int]


def share(portal: Portal, *, lines: int, mark: str = "one") -> Shared:
    printed = portal.manage("shell", "-c", SHARED.format(lines=lines, mark=mark))
    said = json.loads(printed.split("SHARED ", 1)[1].splitlines()[0])
    return Shared(said["pk"], f"/library/team/{said['token']}/", said["lines"])


@dataclass
class Member:
    """Sends again until an answer comes, as the page's script does."""

    portal: Portal
    path: str
    number: int = 0  # up to which change this page knows all
    taken: list[float] = field(default_factory=list)
    connection: http.client.HTTPConnection | None = None

    def tick(self, line: int, wanted: str = "done") -> None:
        began = time.perf_counter()
        status = self.send("tick/", {"set": f"{line}-{wanted}", "since": str(self.number)})
        self.taken.append(time.perf_counter() - began)
        assert status == 200, status

    def send(self, ending: str, fields: dict[str, str], *, seconds: float = 240) -> int:
        end = time.monotonic() + seconds
        while True:
            try:
                return self._ask("POST", ending, urlencode(fields))
            except (OSError, http.client.HTTPException):
                self.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def poll(self) -> int:
        return self._ask("GET", f"changes/?since={self.number}")

    def _ask(self, method: str, ending: str, body: str | None = None) -> int:
        if self.connection is None:
            port = urlsplit(self.portal.url).port
            self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.connection.request(method, self.path + ending, body=body, headers=FORM)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status == 200:
            self.number = max(self.number, json.loads(said)["number"])
        return answer.status


def stands(portal: Portal, shared: Shared) -> dict[int, tuple[bool, int]]:
    """Of each line: whether it is done, and its version."""
    rows = portal.query(
        "SELECT id, done_at IS NOT NULL, version FROM resources_teamline WHERE checklist_id = %s",
        [shared.pk],
    )
    return {pk: (done, version) for pk, done, version in rows}
