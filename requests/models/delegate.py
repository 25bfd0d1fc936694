"""Who else may take the call, in the leader's place."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def standing_in(self) -> "DelegateQuerySet":
        """Those whom nobody has removed."""
        return self.filter(removed_at=None)


class Delegate(Kept):
    """A person the leader named: an aide, a deputy, a neighboring chief.

    Once removed, their code opens nothing any more.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="delegates"
    )
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="stands_in_for")
    call_number = models.CharField(_("number"), max_length=60)  # as typed
    # Nobody: the leader named them on the page.
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    named_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = DelegateQuerySet.as_manager()

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
            models.CheckConstraint(
                name="requests_delegate_removed_after_named",
                condition=Q(removed_at=None) | Q(removed_at__gte=F("named_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.person.addressed_as
