"""What waits beside the editors' own work: links that broke, searches that found nothing."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mvai.accounts.models import User
from resources.actions.notices import Notice, register
from resources.models import Link, MissedSearch


def broken_links(user: User, now: datetime) -> list[Notice]:
    count = Link.objects.filter(broken_since__isnull=False).count()
    if not count:
        return []
    said = ngettext("%(count)d link is broken.", "%(count)d links are broken.", count)
    return [Notice(said % {"count": count}, reverse("resources:links"), _("See which"))]


def missed_searches(user: User, now: datetime) -> list[Notice]:
    count = MissedSearch.objects.visible_to(user).waiting().count()
    if not count:
        return []
    said = ngettext("%(count)d search found nothing.", "%(count)d searches found nothing.", count)
    return [Notice(said % {"count": count}, reverse("resources:missed_searches"), _("See which"))]


def register_all() -> None:
    register("broken_links", broken_links)
    register("missed_searches", missed_searches)
