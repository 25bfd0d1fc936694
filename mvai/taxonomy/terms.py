# ruff: noqa: E501 - a table reads best with a row to a line
"""The terms themselves (domain.md, sections 3 and 4), and how they reach the database.

A term may be added or reworded here, with a migration that calls `load`; it is never removed.
Loading leaves `active` alone where a term is there already: turning one off is the program's
decision.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

# code, label, definition
INCIDENT_TYPES = (
    ("SHOOTING", _("Shooting or active shooter"), _("One or more people using firearms to kill, or try to kill, people in a populated place")),
    ("EXPLOSIVE", _("Bombing or explosive"), _("A homemade or commercial explosive used against people")),
    ("VEHICLE", _("Vehicle used as a weapon"), _("People rammed with a vehicle on purpose")),
    ("EDGED", _("Edged or blunt weapon"), _("A knife or other hand weapon, with several people harmed")),
    ("ARSON", _("Arson"), _("A fire set to harm people")),
    ("CBRN", _("Chemical, biological or radiological"), _("A toxic agent released on purpose")),
    ("HOSTAGE", _("Hostages or barricade, with people harmed"), _("A prolonged event with people held")),
    ("COMPLEX", _("Several places or several means"), _("More than one means, scene or jurisdiction")),
    ("OFFICER", _("Attack on officers"), _("Several officers killed or wounded")),
    ("OTHER_MV", _("Other violence with many people harmed"), _("Described in one line")),
)  # fmt: skip

# code, label, definition, NIBRS location codes
SETTINGS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("K12", _("School, K-12"), _("A school, a school bus or a school event"), ["53"]),
    ("CAMPUS", _("College or university"), "", ["52"]),
    ("CHILDCARE", _("Day care or camp"), "", ["44", "42"]),
    ("WORKPLACE", _("Workplace closed to the public"), _("An office, plant or warehouse"), ["05", "48"]),
    ("RETAIL", _("Shop, supermarket or mall"), "", ["12", "55", "08", "24", "07"]),
    ("HOSPITALITY", _("Bar, restaurant, nightclub, hotel or casino"), "", ["03", "21", "14", "47"]),
    ("VENUE", _("Theater, concert, stadium or fair"), "", ["39", "38"]),
    ("OPEN_EVENT", _("Parade, festival, street or park"), "", ["13", "50", "18"]),
    ("WORSHIP", _("House of worship"), "", ["04"]),
    ("HEALTH", _("Hospital or clinic"), "", ["09"]),
    ("GOVT", _("Government building, court or military site"), "", ["11", "49"]),
    ("TRANSIT", _("Airport, rail, bus or terminal"), "", ["01"]),
    ("RESIDENCE", _("Home, apartment or nursing home"), "", ["20"]),
    ("TRIBAL", _("Tribal land"), _("In addition to another setting"), ["56"]),
    ("CORRECTIONS", _("Jail or prison"), "", ["15"]),
    ("MULTI", _("Several places"), "", []),
    ("OTHER", _("None of these"), "", ["25"]),
)  # fmt: skip

# code, label, what it covers
NEEDS = (
    ("LEADER", _("Talk to a peer who has been through this"), _("Leader to leader: decisions, and how you are doing yourself")),
    ("INCIDENT", _("Running the response"), _("Command, unified command, staffing, mutual aid, operational periods")),
    ("MEDIA", _("Media and the public"), _("First statement, rhythm of briefings, joint information center, social media, rumors, naming policy, visits by officials")),
    ("INVEST", _("The investigation"), _("Choice of lead agency, scene, evidence, personal effects, the part that concerns officers, release of records")),
    ("VICTIMS", _("Victims, witnesses and families"), _("Notifications, family assistance center, liaisons, compensation, language access")),
    ("WELLNESS", _("Officers, dispatchers and other first responders"), _("Responders, fire and EMS, dispatch, civilian staff and their families: peer support, leave, return to duty")),
    ("COMMUNITY", _("Community healing"), _("Vigils, trust, reopening of schools, resiliency center, memorials")),
    ("VOLUNTEERS", _("Offers of help, volunteers and donations"), _("Intake, credentials, donations, therapy dogs, offers from other agencies")),
    ("PROSECUTE", _("Prosecution and court"), _("Prosecutor liaison, victims’ rights, trial logistics, testimony")),
    ("OFFICIALS", _("Elected officials and partners"), _("Mayor and council, state and federal officials, unions, boards")),
    ("INFRA", _("Critical infrastructure and follow-on threats"), _("Funerals, vigils, copycats, threats, critical infrastructure")),
    ("AAR", _("After-action and review"), _("Independent review, lessons, records")),
    ("MILESTONE", _("An anniversary, trial or release is coming"), _("Support planned around a date")),
    ("FUNDING", _("Federal and state help, and money"), _("AEAP, VOCA, emergency JAG, overtime")),
    ("UNSURE", _("I don’t know yet. Just call me."), _("Always enough")),
)  # fmt: skip

# code, label, definition, wave. Wave 2 stays off until the program turns it on.
DISCIPLINES = (
    ("LE_CHIEF", _("Chief of police"), _("Led a municipal, county or regional police department"), 1),
    ("LE_SHERIFF", _("Sheriff"), _("Led a sheriff’s office"), 1),
    ("LE_STATE", _("State police command"), _("Commanded in a state police or highway patrol"), 1),
    ("LE_CAMPUS", _("Campus police chief"), _("Led a college, university or school police department"), 1),
    ("LE_TRIBAL", _("Tribal police chief"), _("Led a tribal police department"), 1),
    ("LE_COMMAND", _("Deputy or incident commander"), _("Commanded the response"), 1),
    ("LE_PIO", _("Public information officer"), _("Spoke for the agency"), 1),
    ("LE_INVEST", _("Major-crime investigator"), _("Led the investigation"), 1),
    ("LE_WELLNESS", _("Peer-support lead"), _("Looked after the agency’s own people"), 1),
    ("DISPATCH_911", _("911 and dispatch"), _("Led a communications center"), 2),
    ("VICTIM_SVC", _("Victim services"), _("An advocate, or led a family assistance center"), 2),
    ("PSYCH", _("Licensed clinician"), _("With experience in police culture"), 2),
    ("FAITH", _("Chaplain or clergy"), _("Served responders or families"), 2),
    ("COMMUNITY", _("Community leader"), _("Civic, cultural, school, hospital or business leader"), 2),
    ("PROSECUTOR", _("Prosecutor"), _("Prosecuted, or worked with victims as a prosecutor"), 2),
    ("EM", _("Emergency manager"), _("Ran an emergency operations center"), 2),
    ("ELECTED", _("Mayor or manager"), _("Led a city, town or county"), 2),
    ("SURVIVOR_LIAISON", _("Survivor liaison"), _("Lived through an incident"), 2),
    ("LEGAL", _("Police counsel"), _("Advised on law and records"), 2),
)  # fmt: skip

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# code, label, definition, the leader's question, starts after, ends after
PHASES = (
    ("PREP", _("Before anything happens"), _("Preparing"), _("Are we ready?"), None, None),
    ("HOUR", _("The first hour"), _("0 to 1 hour"), _("The portal asks for nothing here but a number to call."), timedelta(0), _HOUR),
    ("DAY1", _("The first day"), _("1 to 24 hours"), _("Who is in charge, what do I say, where do families go?"), _HOUR, _DAY),
    ("DAY3", _("Days two and three"), _("24 to 72 hours"), _("Names, notifications, staff rotation, vigils, officials"), _DAY, 3 * _DAY),
    ("WEEK1", _("The first week"), _("4 to 7 days"), _("Funerals, first anger, tired staff, records requests"), 3 * _DAY, 7 * _DAY),
    ("MONTH1", _("The first month"), _("8 to 30 days"), _("Reopening, donations, AEAP, deciding on a review"), 7 * _DAY, 30 * _DAY),
    ("MONTHS", _("The months after"), _("1 to 11 months"), _("Disappointment, cameras gone, turnover, civil claims"), 30 * _DAY, 335 * _DAY),
    ("YEAR1", _("Around one year"), _("11 to 13 months"), _("One year"), 335 * _DAY, 396 * _DAY),
    ("LONG", _("The years after"), _("More than 13 months"), _("Trial, verdict, reports, later years, incidents elsewhere"), 396 * _DAY, None),
)  # fmt: skip

# code, label, definition
AGENCY_TYPES = (
    ("LOCAL", _("Local police"), _("Municipal, county or regional police")),
    ("SHERIFF", _("Sheriff’s office"), ""),
    ("STATE", _("State police or highway patrol"), _("The state’s primary law-enforcement agency")),
    ("SPECIAL", _("Special jurisdiction"), _("Campus, school, transit, airport, park, hospital, housing and the like")),
    ("CONSTABLE_MARSHAL", _("Constable or marshal"), ""),
    ("TRIBAL", _("Tribal police"), ""),
    ("TERRITORIAL", _("Territorial police"), _("An agency of a United States territory")),
    ("FEDERAL", _("Federal agency"), ""),
    ("OTHER_PS", _("Other public safety"), _("Fire, EMS or emergency management")),
    ("CIVIC", _("City or county leadership"), _("Mayor or manager")),
)  # fmt: skip

# code, label, least, most: full-time sworn officers
SIZE_BANDS = (
    ("S1", _("1–9 officers"), 1, 9),
    ("S10", _("10–24 officers"), 10, 24),
    ("S25", _("25–49 officers"), 25, 49),
    ("S50", _("50–99 officers"), 50, 99),
    ("S100", _("100–499 officers"), 100, 499),
    ("S500", _("500 officers or more"), 500, None),
)

# code, label, definition
ENGAGEMENT_TYPES = (
    ("PHONE", _("Phone call"), _("Phone consult")),
    ("VIDEO", _("Video call"), _("Video consult")),
    ("MESSAGE", _("Secure message"), ""),
    ("DOCUMENT", _("Document review"), ""),
    ("VISIT", _("On-site visit"), ""),
    ("PEER_EXCHANGE", _("Peer exchange"), _("Leaders of two agencies meet")),
    ("BRIEFING", _("Briefing or webinar"), ""),
    ("RESOURCES", _("Resource package"), ""),
    ("REFERRAL", _("Referral"), _("To a program that can do what this one can’t")),
)

# code, name, contact, note, its page, shown to whom, when somebody last checked it
SUPPORT_LINES = (
    ("911", "911", _("Call 911"), _("If anyone is in danger now"), "", "both", None),
    ("988", _("988 Suicide & Crisis Lifeline"), _("Call or text 988"), _("Day and night, for anyone"), "", "both", None),
    ("COPLINE", "COPLINE", "1-800-267-5463", _("Officers, former officers and families. Answered by trained retired officers, day and night, confidential"), "", "readers", None),
    ("DISTRESS", _("SAMHSA Disaster Distress Helpline"), _("Call or text 1-800-985-5990"), _("Survivors, responders and families. Press 2 for Spanish; videophone for American Sign Language"), "", "both", None),
    ("SAFE_CALL", _("Safe Call Now"), _("206-459-3020 or 877-230-6060"), _("Public-safety staff and families"), "", "readers", None),
    ("FIRE_EMS", _("Fire/EMS Helpline"), "888-731-3473", _("Fire and EMS staff and families"), "", "readers", None),
    ("CRISIS_TEXT", _("Crisis Text Line"), _("Text BADGE to 741741"), _("By text, day and night"), "", "readers", None),
    ("OVC", _("Office for Victims of Crime"), "ovc.ojp.gov/help-for-victims", _("Victims and families: rights, money and people to talk to"), "https://ovc.ojp.gov/help-for-victims", "others", None),
    ("FBI_TIPS", _("Tips to the FBI"), "tips.fbi.gov", _("You know something about a crime or a threat. In danger now, call 911 first"), "https://tips.fbi.gov/", "others", None),
)  # fmt: skip
# Its sharing of data was disputed in 2022: off until the program decides.
_LINES_TURNED_OFF = frozenset({"CRISIS_TEXT"})


def load(get_model: Callable[[str, str], Any]) -> None:
    """Add what is missing and bring the words up to date. Safe to repeat; removes nothing.

    `get_model` is `apps.get_model`, of a migration or of the running site.
    """
    _put(get_model, "IncidentType", ("label", "definition"), INCIDENT_TYPES)
    _put(get_model, "Setting", ("label", "definition", "nibrs_codes"), SETTINGS)
    _put(get_model, "Need", ("label", "means"), NEEDS)
    _put(
        get_model,
        "Discipline",
        ("label", "definition", "wave"),
        DISCIPLINES,
        is_active=lambda row: row[3] == 1,
    )
    _put(
        get_model,
        "Phase",
        ("label", "definition", "question", "starts_after", "ends_after"),
        PHASES,
    )
    _put(get_model, "AgencyType", ("label", "definition"), AGENCY_TYPES)
    _put(get_model, "SizeBand", ("label", "least", "most"), SIZE_BANDS)
    _put(get_model, "EngagementType", ("label", "definition"), ENGAGEMENT_TYPES)
    _put(
        get_model,
        "SupportLine",
        ("name", "contact", "note", "address", "is_for", "verified_on"),
        SUPPORT_LINES,
        is_active=lambda row: row[0] not in _LINES_TURNED_OFF,
        # Staff check the lines and date them: what they wrote stays.
        keep=frozenset({"verified_on"}),
    )


def _put(
    get_model: Callable[[str, str], Any],
    name: str,
    fields: tuple[str, ...],
    rows: tuple[tuple[Any, ...], ...],
    *,
    is_active: Callable[[tuple[Any, ...]], bool] = lambda row: True,
    keep: frozenset[str] = frozenset(),
) -> None:
    model = get_model("taxonomy", name)
    model.objects.bulk_create(
        [
            model(
                code=row[0],
                sort=10 * place,
                active=is_active(row),
                **dict(zip(fields, row[1:], strict=True)),
            )
            for place, row in enumerate(rows, start=1)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*(field for field in fields if field not in keep), "sort"],
    )
