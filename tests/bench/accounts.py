"""What permissions cost a page, and how long signing in takes beside the password's own hash.

No query is spent on permissions, however many roles somebody has: they are on the user's row.
"""

import statistics
import time

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mvai.accounts.roles import Permission, Role
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD, code_of

TIMES = 40
CHECKS = 20  # of a page
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MANY = [role for role in Role if role not in (Role.SYSTEM, Role.AUDITOR)]


def test_what_permissions_cost_a_page(db):
    for name, roles in (("1 role", [Role.PROGRAM_MANAGER]), (f"{len(MANY)} roles", MANY)):
        user = UserFactory(roles=sorted(roles))
        client = sign_in(Client(), user)
        client.get(reverse("requests:board"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("requests:board"))
        spans = []
        for _ in range(2000):
            started = time.perf_counter()
            for permission in list(Permission)[:CHECKS]:
                user.may(permission)
            spans.append(time.perf_counter() - started)
        asking = [one for one in queries.captured_queries if "accounts_user" in one["sql"]]
        print(f"\n  {name}: {CHECKS} questions p50 {statistics.median(spans) * 1e6:.1f} µs, "
              f"{len(asking)} of the board's {len(queries)} queries read the account")  # fmt: skip


def test_how_long_signing_in_takes(db):
    user = UserFactory(duty_officer=True)
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    spans, hashing = [], []
    for _ in range(TIMES):
        cache.clear()  # a code is good once
        browser = Client()
        started = time.perf_counter()
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})
        spans.append(time.perf_counter() - started)
        assert answer.status_code == 302
        started = time.perf_counter()
        check_password(PASSWORD, user.password)
        hashing.append(time.perf_counter() - started)
    whole, own = statistics.median(spans) * 1000, statistics.median(hashing) * 1000
    print(f"\n  password and code: p50 {whole:.1f} ms, of it {own:.1f} ms the password's hash")
