"""Matching's words. Codes without a word fall back to something plain and true."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# Read after "led through …".
ATTACKS = {
    "K12": gettext_noop("a school attack"),
    "CAMPUS": gettext_noop("an attack on a campus"),
    "CHILDCARE": gettext_noop("an attack on a day care or camp"),
    "WORKPLACE": gettext_noop("a workplace attack"),
    "RETAIL": gettext_noop("an attack in a store"),
    "HOSPITALITY": gettext_noop("an attack in a bar, restaurant or hotel"),
    "VENUE": gettext_noop("an attack at a concert or stadium"),
    "OPEN_EVENT": gettext_noop("an attack at a public event"),
    "WORSHIP": gettext_noop("an attack on a house of worship"),
    "HEALTH": gettext_noop("an attack in a hospital or clinic"),
    "GOVT": gettext_noop("an attack on a government building"),
    "TRANSIT": gettext_noop("an attack on public transport"),
    "RESIDENCE": gettext_noop("an attack in a home"),
    "TRIBAL": gettext_noop("an attack on tribal land"),
    "CORRECTIONS": gettext_noop("an attack in a jail or prison"),
    "MULTI": gettext_noop("an attack at several places"),
    "OTHER": gettext_noop("a mass attack"),
}

# Read after "Asked not to be offered …".
SETTING_INCIDENTS = {
    "K12": gettext_noop("school incidents"),
    "CAMPUS": gettext_noop("campus incidents"),
    "CHILDCARE": gettext_noop("day care or camp incidents"),
    "WORKPLACE": gettext_noop("workplace incidents"),
    "RETAIL": gettext_noop("store incidents"),
    "HOSPITALITY": gettext_noop("bar, restaurant or hotel incidents"),
    "VENUE": gettext_noop("concert or stadium incidents"),
    "OPEN_EVENT": gettext_noop("public event incidents"),
    "WORSHIP": gettext_noop("incidents at houses of worship"),
    "HEALTH": gettext_noop("hospital incidents"),
    "GOVT": gettext_noop("government building incidents"),
    "TRANSIT": gettext_noop("transit incidents"),
    "RESIDENCE": gettext_noop("incidents in homes"),
    "TRIBAL": gettext_noop("incidents on tribal land"),
    "CORRECTIONS": gettext_noop("jail or prison incidents"),
}
TYPE_INCIDENTS = {
    "SHOOTING": gettext_noop("shootings"),
    "EXPLOSIVE": gettext_noop("bombings"),
    "VEHICLE": gettext_noop("vehicle attacks"),
    "EDGED": gettext_noop("attacks with knives or hand weapons"),
    "ARSON": gettext_noop("arson attacks"),
    "CBRN": gettext_noop("chemical or biological attacks"),
    "HOSTAGE": gettext_noop("hostage incidents"),
    "COMPLEX": gettext_noop("complex or multi-site incidents"),
    "OFFICER": gettext_noop("attacks on officers"),
}

# Read after "covers …".
NEEDS = {
    "LEADER": gettext_noop("leader-to-leader talks"),
    "INCIDENT": gettext_noop("running the response"),
    "MEDIA": gettext_noop("media"),
    "INVEST": gettext_noop("the investigation"),
    "VICTIMS": gettext_noop("victims and families"),
    "WELLNESS": gettext_noop("officer wellness"),
    "COMMUNITY": gettext_noop("community healing"),
    "VOLUNTEERS": gettext_noop("volunteers and donations"),
    "PROSECUTE": gettext_noop("court"),
    "OFFICIALS": gettext_noop("elected officials"),
    "INFRA": gettext_noop("follow-on threats"),
    "AAR": gettext_noop("after-action review"),
    "MILESTONE": gettext_noop("anniversaries and trials"),
    "FUNDING": gettext_noop("federal and state help"),
}

ROLES = {
    "LE_CHIEF": gettext_noop("police chief"),
    "LE_SHERIFF": gettext_noop("sheriff"),
    "LE_STATE": gettext_noop("state police commander"),
    "LE_CAMPUS": gettext_noop("campus police chief"),
    "LE_TRIBAL": gettext_noop("tribal police chief"),
    "LE_COMMAND": gettext_noop("incident commander"),
    "LE_PIO": gettext_noop("public information officer"),
    "LE_INVEST": gettext_noop("major case investigator"),
    "LE_WELLNESS": gettext_noop("peer support lead"),
    "DISPATCH_911": gettext_noop("dispatch leader"),
    "VICTIM_SVC": gettext_noop("victim services leader"),
    "PSYCH": gettext_noop("police clinician"),
    "FAITH": gettext_noop("chaplain"),
    "COMMUNITY": gettext_noop("community leader"),
    "PROSECUTOR": gettext_noop("prosecutor"),
    "EM": gettext_noop("emergency manager"),
    "ELECTED": gettext_noop("elected official"),
    "SURVIVOR_LIAISON": gettext_noop("survivor liaison"),
    "LEGAL": gettext_noop("police counsel"),
}

SIZES = {
    "S1": gettext_noop("under 10 officers"),
    "S10": gettext_noop("10 to 24 officers"),
    "S25": gettext_noop("25 to 49 officers"),
    "S50": gettext_noop("50 to 99 officers"),
    "S100": gettext_noop("100 to 499 officers"),
    "S500": gettext_noop("500 or more officers"),
}
AGENCY_TYPES = {
    "LOCAL": gettext_noop("a police department"),
    "SHERIFF": gettext_noop("a sheriff’s office"),
    "STATE": gettext_noop("a state agency"),
    "SPECIAL": gettext_noop("a special-purpose agency"),
    "CONSTABLE_MARSHAL": gettext_noop("a constable or marshal’s office"),
    "TRIBAL": gettext_noop("a tribal agency"),
    "TERRITORIAL": gettext_noop("a territorial agency"),
    "FEDERAL": gettext_noop("a federal agency"),
}

LANGUAGES = {
    "en": gettext_noop("English"),
    "es": gettext_noop("Spanish"),
    "ase": gettext_noop("American Sign Language"),
    "zh": gettext_noop("Chinese"),
    "vi": gettext_noop("Vietnamese"),
    "tl": gettext_noop("Tagalog"),
    "ko": gettext_noop("Korean"),
    "ar": gettext_noop("Arabic"),
    "fr": gettext_noop("French"),
    "ht": gettext_noop("Haitian Creole"),
    "ru": gettext_noop("Russian"),
    "nv": gettext_noop("Navajo"),
    "so": gettext_noop("Somali"),
    "pt": gettext_noop("Portuguese"),
}

MONTHS = (
    gettext_noop("Jan"), gettext_noop("Feb"), gettext_noop("Mar"), gettext_noop("Apr"),
    gettext_noop("May"), gettext_noop("Jun"), gettext_noop("Jul"), gettext_noop("Aug"),
    gettext_noop("Sep"), gettext_noop("Oct"), gettext_noop("Nov"), gettext_noop("Dec"),
)  # fmt: skip


def day(value: date, seen_on: date) -> str:
    """ "Dec 4"; with the year when it is more than half a year off."""
    words = f"{_(MONTHS[value.month - 1])} {value.day}"
    return f"{words}, {value.year}" if abs((value - seen_on).days) > 183 else words


def number(value: float) -> str:
    """ "4" or "1.5"."""
    return f"{value:.1f}".removesuffix(".0")


def days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def hours(count: float) -> str:
    words = ngettext("%(count)s hour", "%(count)s hours", 1 if count == 1 else 2)
    return words % {"count": number(count)}


def listed(parts: list[str]) -> str:
    """ "media", "media and court", "media, court and officer wellness"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def language(code: str) -> str:
    return _(LANGUAGES[code]) if code in LANGUAGES else code
