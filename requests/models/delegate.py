"""Who else may take the call, in the leader's place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest


class Delegate(Kept):
    """A person the leader named to the desk: an aide, a deputy, a neighboring chief."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="delegates"
    )
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="stands_in_for")
    call_number = models.CharField(_("number"), max_length=60)  # as typed
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ("named_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["assistance_request", "person"], name="requests_delegate_is_named_once"
            ),
            models.CheckConstraint(
                name="requests_delegate_can_be_called", condition=~Q(call_number="")
            ),
        ]

    def __str__(self) -> str:
        return self.person.addressed_as
