"""Which type of the taxonomy an agency is, from what the published directory says of it.

The directory's types are coarse and differ from state to state (domain.md 3.7), so the name
decides wherever it is plainer than the type.
"""

import re

from mvai.agencies import states

_SHERIFF = re.compile(r"\bsheriff", re.I)
_CONSTABLE = re.compile(r"\b(constable|city marshal|town marshal|marshal'?s? office)", re.I)
_FIRE = re.compile(r"\b(fire|ems|emergency (medical|management)|ambulance)\b", re.I)
_STATE_POLICE = re.compile(r"\b(state (police|patrol)|highway patrol)\b", re.I)
_CAMPUS = re.compile(r"\b(university|college|school|campus|community college)\b", re.I)
_TRIBAL = re.compile(r"\b(tribal|tribe|pueblo|indian (nation|reservation|community))\b", re.I)
_FEDERAL = re.compile(
    r"\b(national (park|monument|memorial|historic|battlefield|seashore|lakeshore|river|"
    r"scenic|recreation|military)|united states|u\.?s\.? (park|marshal|customs))",
    re.I,
)
_POLICE = re.compile(r"\b(police|public safety)\b", re.I)
_INTERIOR = "DI"  # letters 3 and 4 of an ORI given by the Department of the Interior


def agency_type_for(published_type: str, name: str, *, ori: str = "", state: str = "") -> str:
    """An AgencyType code, or "" when neither the type nor the name tells.

    The published types are City, County, State Police, Other State Agency, University or
    College, Tribal, Federal, Other and Unknown.
    """
    kind = published_type.strip().lower()
    if kind == "federal":
        return "FEDERAL"
    if kind == "tribal":
        return "TRIBAL"
    if kind == "university or college":
        return "SPECIAL"
    if state in states.TERRITORIES:
        return "FEDERAL" if ori[2:4] == _INTERIOR else "TERRITORIAL"
    if kind == "state police":
        return "STATE"
    if _SHERIFF.search(name):
        return "SHERIFF"
    if kind == "city":
        # Constable, New York, has a police department.
        is_one = _CONSTABLE.search(name) and not _POLICE.search(name)
        return "CONSTABLE_MARSHAL" if is_one else "LOCAL"
    if kind == "county":
        # Nearly all are sheriffs; a county police department says so.
        return "LOCAL" if _POLICE.search(name) else "SHERIFF"
    if kind == "other state agency":
        return "OTHER_PS" if _FIRE.search(name) else "SPECIAL"
    return _type_by_name(name, ori) or ("SPECIAL" if kind == "other" else "")


def _type_by_name(name: str, ori: str) -> str:
    for pattern, code in (
        (_CONSTABLE, "CONSTABLE_MARSHAL"),
        (_STATE_POLICE, "STATE"),
        (_CAMPUS, "SPECIAL"),
        (_TRIBAL, "TRIBAL"),
        (_FEDERAL, "FEDERAL"),
        (_FIRE, "OTHER_PS"),
    ):
        if pattern.search(name):
            return code
    if ori[2:4] == _INTERIOR:
        return "FEDERAL"
    return "LOCAL" if re.search(r"\bpolice (department|dept)\b", name, re.I) else ""
