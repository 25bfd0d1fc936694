"""Whatever is done to the log past the portal shows, and is named."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mvai.audit import chain, verifying
from mvai.audit.models import AuditEntry, AuditPosition, AuditSeal
from tests.factories import NOON
from tests.mvai.audit.sealed import entries, seal, triggers_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """Five entries under each of three seals."""
    made = []
    for _ in range(3):
        made.append(entries(5))
        seal()
    return made


def audit(*arguments: str) -> tuple[int, str]:
    """The exit code of `manage.py audit`, and what it said."""
    out = StringIO()
    try:
        call_command("audit", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_sound_log_says_so(log):
    code, said = audit("verify")

    assert code == 0
    assert f"agrees with its 3 seals, up to entry {log[2][4].pk}; 0 not sealed yet" in said


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "request.closed"},
        {"actor_id": 7},
        {"actor_roles": "auditor"},
        {"target_type": "people.person", "target_id": "1"},
        {"label": "MV-7K4Q"},
        {"result": "refused"},
        {"kind": "read"},
        {"address": "203.0.113.7"},
        {"via": "web"},
        {"facts": {"fields": ["title", "language"]}},
        {"at": timezone.now()},
        {"legal_hold": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_entry_is_named(log, change):
    victim = log[1][2]
    with triggers_off():
        AuditEntry.objects.filter(pk=victim.pk).update(**change)

    code, said = audit("verify")
    assert code == 1
    assert f"Entry {victim.pk} was altered since seal 2." in said
    assert "1 findings" in said


def test_a_removed_entry_is_named(log):
    victim = log[1][2]
    with triggers_off():
        AuditEntry.objects.filter(pk=victim.pk).delete()

    code, said = audit("verify")
    assert code == 1
    assert f"Entry {victim.pk} was removed: seal 2 covers it." in said


def test_an_entry_put_in_among_sealed_ones_is_named():
    free = entries(1)[0].pk + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_entry_id_seq')")
    entries(1)
    seal()
    AuditEntry.objects.create(pk=free, at=NOON, verb="request.filed")

    code, said = audit("verify")
    assert code == 1
    assert f"Entry {free} was put in afterward" in said


@pytest.mark.parametrize("pk", [-5, 10**12])
def test_an_entry_with_a_number_that_none_could_get_is_named(log, pk):
    AuditEntry.objects.create(pk=pk, at=NOON, verb="request.filed")

    code, said = audit("verify")
    assert code == 1
    assert f"Entry {pk} has a number that was never given out." in said


def test_two_entries_that_changed_places_are_both_named(log):
    one, other = log[0][0], log[0][1]
    with triggers_off():
        AuditEntry.objects.filter(pk=one.pk).update(label="MV-7K4Q")

    assert [(one.code, one.entry) for one in verifying.findings()] == [("altered", one.pk)]
    assert other.pk


def test_a_removed_seal_is_named(log):
    with triggers_off():
        AuditSeal.objects.filter(number=2).delete()

    code, said = audit("verify")
    assert code == 1
    assert "Seals 2 to 2 were removed." in said


def test_a_removed_first_seal_is_named(log):
    with triggers_off():
        AuditSeal.objects.filter(number=1).delete()

    assert "Seals 1 to 1 were removed." in audit("verify")[1]


def test_seals_missing_at_the_end_show_once_somebody_has_seen_them(log):
    AuditPosition.objects.create(name="sending", number=3)
    with triggers_off():
        AuditSeal.objects.filter(number__gt=1).delete()

    assert "Seals 2 to 3 were removed." in audit("verify")[1]


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4},
        {"gaps": []},
        {"digest": "0" * 64},
        {"sealed_at": timezone.now()},
        {"last_id": 10**15},
        {"gaps": [[1, 10**15]]},
        {"marks": b"x" * 40},
        {"marks": b""},
    ],
    ids=lambda change: f"{next(iter(change))}-{str(next(iter(change.values())))[:6]}",
)
def test_an_altered_seal_does_not_agree(log, change):
    with triggers_off():
        AuditSeal.objects.filter(number=1).update(**change)

    assert audit("verify")[0] == 1


def test_a_seal_that_follows_another_one_is_named(log):
    with triggers_off():
        AuditSeal.objects.filter(number=3).update(previous="0" * 64)

    assert "Seal 3 does not go on from seal 2." in audit("verify")[1]


def test_who_has_no_key_can_not_seal_an_altered_log_anew(log, settings):
    victim = log[0][0]
    with triggers_off():
        AuditEntry.objects.filter(pk=victim.pk).update(verb="request.closed")
        AuditSeal.objects.all().delete()
        AuditPosition.objects.all().delete()
    ours, settings.AUDIT_KEYS = settings.AUDIT_KEYS, "a-key-of-their-own"
    seal()
    forged = AuditSeal.objects.get()
    settings.AUDIT_KEYS = ours

    assert "Seal 1 was made with a key that is not in AUDIT_KEYS." in audit("verify")[1]
    with triggers_off():  # and naming our key does not help
        AuditSeal.objects.filter(pk=forged.pk).update(key_id=chain.current_key_id())
    assert f"Entry {victim.pk} was altered since seal 1." in audit("verify")[1]


def test_a_log_cut_at_its_end_agrees_with_itself_and_not_with_the_head_kept_elsewhere(log):
    kept = audit("head")[1].strip()
    assert audit("verify", "--from-head", kept)[0] == 0
    with triggers_off():
        AuditSeal.objects.filter(number=3).delete()
        AuditEntry.objects.filter(pk__in=[one.pk for one in log[2]]).delete()

    assert audit("verify")[0] == 0
    code, said = audit("verify", "--from-head", kept)
    assert code == 1
    assert "No seal has the head that was kept elsewhere" in said


def test_an_older_head_is_still_part_of_the_chain(log):
    older = AuditSeal.objects.get(number=1).digest

    assert audit("verify", "--from-head", older)[0] == 0


def test_the_head_is_the_last_digest(log):
    assert audit("head") == (0, AuditSeal.objects.get(number=3).digest + "\n")


def test_without_a_seal_there_is_no_head():
    assert audit("head") == (1, "Nothing is sealed yet.\n")


def test_sealing_now_seals_what_is_written_by_now():
    entries(3)

    assert "Sealed 3 entries; 0 wait" in audit("seal")[1]
    assert "up to entry" in audit("verify")[1]


def test_a_new_key_is_long_and_never_the_same():
    one, other = audit("make_key")[1].strip(), audit("make_key")[1].strip()

    assert one != other
    assert min(len(one), len(other)) >= 40


def test_a_finding_holds_codes_and_numbers_only(log):
    with triggers_off():
        AuditEntry.objects.filter(pk=log[0][0].pk).delete()

    [finding] = verifying.findings()
    assert json.dumps([finding.code, finding.seal, finding.entry]).startswith('["removed", 1, ')


# What was looked into


def test_what_was_looked_into_is_still_named_and_no_longer_fails(log):
    victim = log[0][0]
    with triggers_off():
        AuditEntry.objects.filter(pk=victim.pk).delete()

    assert "Acknowledged 1 findings." in audit("acknowledge", "--case", "INC-7")[1]
    code, said = audit("verify")
    assert code == 0
    assert f"Entry {victim.pk} was removed: seal 1 covers it. Acknowledged" in said
    entry = AuditEntry.objects.get(verb="audit.acknowledged")
    assert (entry.facts["case"], entry.facts["entry"]) == ("INC-7", victim.pk)


def test_what_happens_afterward_is_not_looked_into(log):
    with triggers_off():
        AuditEntry.objects.filter(pk=log[0][0].pk).delete()
        audit("acknowledge", "--case", "INC-7")
        AuditEntry.objects.filter(pk=log[0][1].pk).delete()

    code, said = audit("verify")
    assert code == 1
    assert "1 findings" in said


@pytest.mark.parametrize("proof", ["p_" + "0" * 64, None, 7])
def test_who_has_no_key_can_not_say_that_it_was_looked_into(log, proof):
    victim = log[0][0]
    with triggers_off():
        AuditEntry.objects.filter(pk=victim.pk).delete()
    facts = {"what": "removed", "seal": 1, "entry": victim.pk, "until": 0, "proof": proof}
    AuditEntry.objects.create(at=NOON, verb="audit.acknowledged", facts=facts)

    assert audit("verify")[0] == 1
