"""What the logs of a whole run hold: no names, numbers, addresses or tokens."""

import re

from tests.faults.harness import Portal

# Every column in which somebody is named, or can be reached, or has written something.
PERSONAL = """
SELECT full_name FROM people_person
UNION SELECT value FROM people_contactpoint
UNION SELECT normalized FROM people_contactpoint
UNION SELECT email FROM accounts_user
UNION SELECT call_name FROM requests_assistancerequest
UNION SELECT call_number FROM requests_assistancerequest
UNION SELECT call_number_e164 FROM requests_assistancerequest
UNION SELECT note FROM requests_assistancerequest
UNION SELECT brief FROM requests_assistancerequest
UNION SELECT agency_text FROM requests_assistancerequest
UNION SELECT call_number FROM requests_delegate
"""
OURS = {"MVAI Portal", "system@portal.invalid"}
SHORTEST = 6  # of a value: a shorter one may be a word of a log's own
_TOKEN = re.compile(r"/(?:sent|status|o|alarms|reset/key)/([A-Za-z0-9_.-]{12,})")


def slips(portal: Portal) -> list[str]:
    """The logs' names with what each must not hold, as "web: Dana Ruiz"."""
    values = {str(row[0]).strip() for row in portal.query(PERSONAL, owner=True)} - OURS
    tokens = {
        token for message in portal.messages() for token in _TOKEN.findall(message["body"] or "")
    }
    wanted = {value for value in values | tokens if len(value) >= SHORTEST}
    assert len(wanted) > len(tokens), "nothing was looked for"
    texts = {path.stem: path.read_text(errors="replace") for path in portal.logs.glob("*.log")}
    assert texts.get("web"), "there is no log to look at"
    return [
        f"{name}: {value}"
        for name, text in sorted(texts.items())
        for value in sorted(wanted)
        if value in text
    ]
