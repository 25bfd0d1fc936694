"""Seals every secret anew with the first key of MFA_KEY, so that older keys can be taken out."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from mvai.audit import log
from mvai.outbox.models import Room
from mvai.web import sealing

AT_ONCE = 200  # rows in a transaction
# Where an authenticator keeps what is sealed (allauth.mfa).
SEALED = ("secret", "seed")
SEALED_LISTS = ("migrated_codes",)


class Command(BaseCommand):
    help = "Seal the secrets of second factors and chat rooms anew with the first key of MFA_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        authenticators = rooms = 0
        try:
            for pks in _batches(Authenticator):
                authenticators += _reseal_authenticators(pks)
                self.stdout.write(f"{authenticators} second factors are sealed anew.")
            for pks in _batches(Room):
                rooms += _reseal_rooms(pks)
        except sealing.CannotUnseal:
            raise CommandError(
                "A secret opens with none of the keys of MFA_KEY: put the key it was sealed with"
                " behind the new one, after a comma. What was done so far stays; run it again."
            ) from None
        log.record(
            verb="mfa_key.rotated",
            at=timezone.now(),
            second_factors=authenticators,
            rooms=rooms,
        )
        self.stdout.write(
            f"Done: {authenticators} second factors and {rooms} chat rooms. Older keys may go."
        )


def _batches(model: Any) -> Any:
    pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


@transaction.atomic
def _reseal_authenticators(pks: list[int]) -> int:
    found = Authenticator.objects.filter(pk__in=pks).select_for_update().order_by("pk")
    changed = []
    for one in found:
        for name in SEALED:
            if name in one.data:
                one.data[name] = sealing.reseal(one.data[name])
        for name in SEALED_LISTS:
            if name in one.data:
                one.data[name] = [sealing.reseal(code) for code in one.data[name]]
        changed.append(one)
    Authenticator.objects.bulk_update(changed, ["data"])
    return len(changed)


@transaction.atomic
def _reseal_rooms(pks: list[int]) -> int:
    changed = []
    for room in Room.objects.filter(pk__in=pks).select_for_update().order_by("pk"):
        room.secret = sealing.reseal(room.secret)
        changed.append(room)
    Room.objects.bulk_update(changed, ["secret"])
    return len(changed)
