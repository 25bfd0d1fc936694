"""The invented requests of the demonstration: who asked, what for, and how far each has come."""

from dataclasses import dataclass
from datetime import timedelta

minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tale:
    """One request. `city` names a fictional agency; `reaches` is the state it is played to."""

    city: str
    leader: str
    number: str
    ago: timedelta
    reaches: str
    owner: str = "Dana"
    role: str = "LE_CHIEF"
    setting: str = "K12"
    kind: str = "SHOOTING"
    needs: str = "LEADER"
    happened: timedelta = timedelta(hours=5)  # before the request
    brief: str = ""
    ends: str = ""  # a close reason
    note: str = ""
    behind: bool = False  # one follow-up is due and not done
    rang_on: bool = False  # given back before the owner took it
    typed_agency: str = ""  # free text where nobody picked from the directory


TALES = (
    Tale("Riverton", "Chief Alex Moreno", "(507) 555-0143", 4 * minute, "submitted", needs="LEADER MEDIA"),
    Tale("Calder", "Sheriff Tom Weaver", "(308) 555-0121", 50 * minute, "seeking_critical", role="LE_SHERIFF",
         needs="LEADER MEDIA WELLNESS", brief="Attack at the county high school this morning; scene held jointly with state police.\nThe sheriff leads the public side and has no public information officer.\nFamilies are at the fairground hall.\nFirst briefing was at noon; next at 5:00 p.m. CT.\nHe asks for someone who has stood there.\nTwo dispatchers need relief tonight."),
    Tale("Port Ellis", "Chief Maren Lockhart", "(360) 555-0144", 95 * minute, "engaged", owner="Marcus", setting="CAMPUS", needs="LEADER VICTIMS COMMUNITY", happened=26 * hour,
         brief="Stabbing in the student union the day before; campus closed until Monday.\nThe chief has been awake for 30 hours.\nThe president’s office speaks for the university.\nShe asks how to bring students back.\nVictim advocates come from the county.", kind="EDGED"),
    Tale("Lakeview", "Chief Rosa Delgado", "(830) 555-0155", 100 * minute, "triaged", setting="RETAIL", needs="LEADER MEDIA OFFICIALS", happened=5 * day,
         brief="Shooting at a supermarket five days ago.\nThe mayor speaks daily and without the chief.\nFirst funerals are on Saturday.\nShe asks for help with officials and with the next two weeks."),
    Tale("Red Mesa", "Chief Leonard Begay", "(928) 555-0162", 320 * day, "following_up", owner="Priya", role="LE_TRIBAL", setting="TRIBAL", needs="LEADER COMMUNITY", happened=10 * day,
         brief="Shooting at a community event.\nTribal council leads the public side.\nThe chief asks for a peer who knows a small tribal department."),
    Tale("Ashford", "Sheriff Dwayne Pruitt", "(706) 555-0171", 250 * day, "following_up", owner="Marcus", role="LE_SHERIFF", setting="WORKPLACE", needs="LEADER PROSECUTE MILESTONE", happened=30 * day,
         brief="Shooting at a distribution warehouse last winter.\nThe trial is set for January.\nHe asks how to prepare deputies who will testify."),
    Tale("Old Ferry", "Chief Nora Whelan", "(860) 555-0131", 12 * minute, "acknowledged", needs="LEADER UNSURE", setting="RESIDENCE"),
    Tale("Pinecrest", "Chief Dale Everhart", "(970) 555-0132", 35 * minute, "called", owner="Priya", rang_on=True, setting="OPEN_EVENT", needs="LEADER INCIDENT", kind="VEHICLE"),
    Tale("Santa Rosalia", "Deputy Chief Ernesto Villaseñor-Montgomery", "(805) 555-0133", 26 * hour, "engaged", owner="Dana", role="LE_COMMAND", setting="VENUE", needs="INCIDENT INFRA MEDIA", happened=20 * hour,
         brief="Shooting at an outdoor concert.\nSeveral agencies work one scene; a joint information center is open.\nHe asks for a peer who ran a long scene with federal partners."),
    Tale("Grand Prairie", "Chief Vivian Osei", "(630) 555-0134", 9 * day, "following_up", setting="TRANSIT", needs="LEADER WELLNESS", happened=2 * day,
         brief="Shooting on a commuter train.\nOfficers who rode with passengers are struggling.\nShe asks about peer support and return to duty."),
    Tale("Kanoa", "Chief Keoni Mahoe", "(808) 555-0135", 40 * day, "following_up", owner="Priya", setting="WORKPLACE", needs="LEADER COMMUNITY FUNDING", happened=3 * day,
         brief="Shooting at a harbor yard.\nA small island community; everyone knows everyone.\nHe asks about donations and federal help.", behind=True),
    Tale("Northport", "Chief Ingrid Halvorsen", "(907) 555-0136", 70 * day, "following_up", owner="Marcus", setting="GOVT", needs="LEADER", happened=day,
         brief="Shooting at the borough hall.\nFour officers in all; two were there.\nShe asks for someone from a very small agency."),
    Tale("Millbrook", "Chief Bernard Cole", "(610) 555-0137", 8 * hour, "seeking", owner="Priya", setting="WORSHIP", needs="LEADER COMMUNITY VICTIMS", happened=45 * day,
         brief="Attack on a congregation six weeks ago.\nThe building reopens next month.\nHe asks about the reopening and the families’ part in it."),
    Tale("Dry Creek", "Sheriff Loretta Vance", "(307) 555-0138", 28 * hour, "seeking", owner="Marcus", role="LE_SHERIFF", setting="K12", needs="LEADER MILESTONE", happened=330 * day,
         brief="School shooting last winter; one year comes up in five weeks.\nThe district plans one thing, the families another.\nShe asks for a peer who has been through the first year."),
    Tale("Marchand", "Sheriff Antoine Guidry", "(985) 555-0139", 20 * hour, "triaged", owner="Marcus", role="LE_SHERIFF", setting="HOSPITALITY", needs="LEADER INVEST", happened=40 * day,
         brief="Nightclub shooting last month.\nThe state police lead the investigation.\nHe asks how to keep his people informed."),
    Tale("Plains", "Director Camille Stroud", "(785) 555-0140", 16 * day, "following_up", owner="Dana", role="LE_CAMPUS", setting="CAMPUS", needs="LEADER VICTIMS", happened=4 * day,
         brief="Shooting in a residence hall.\nClasses resume after the break.\nShe asks about the return and the first vigil."),
    Tale("Whitcomb Falls", "Chief Ellery Tate", "(207) 555-0141", 150 * day, "following_up", owner="Priya", setting="OPEN_EVENT", needs="LEADER AAR", happened=12 * day,
         brief="Shooting at a town fair.\nAn outside review begins this fall.\nHe asks what to have ready."),
    Tale("Orchard Heights", "Interim Chief Priscilla Abernathy-Okonkwo", "(541) 555-0142", 200 * day, "following_up", owner="Marcus", setting="HEALTH", needs="LEADER WELLNESS", happened=20 * day,
         brief="Shooting at the regional hospital.\nThe chief has since retired; the interim chief took over.\nShe asks what was promised."),
    Tale("Copper Basin", "Sheriff Wade Larkin", "(775) 555-0145", 12 * day, "closed", role="LE_SHERIFF", setting="RESIDENCE", needs="LEADER", ends="referred",
         note="Warm hand-off to the state sheriffs’ association, which sends a team this week."),
    Tale("Saint Brendan", "Chief Olivia Marsh", "(419) 555-0146", 290 * day, "closed", owner="Marcus", setting="CAMPUS", needs="LEADER COMMUNITY", happened=15 * day, ends="met",
         brief="Shooting near the college.\nShe asked for one talk about the first month, and had three.", note=""),
    Tale("Two Rivers", "Chief Henrik Dahl", "(920) 555-0147", 3 * day, "closed", owner="Priya", needs="UNSURE", ends="not_confirmed",
         note="The department’s published number says the chief is away and filed nothing."),
    Tale("Magnolia Springs", "Chief Tamika Rollins", "(662) 555-0148", 20 * day, "closed", owner="Dana", setting="RETAIL", needs="LEADER MEDIA", ends="declined_by_agency",
         note=""),
    Tale("Cedar Hollow", "Chief Victor Salinas", "(903) 555-0149", 40 * minute, "triaged", owner="Priya", setting="K12", needs="VICTIMS LEADER", happened=50 * hour,
         brief="Shooting at a middle school two days ago.\nFive officers in the department; all were there.\nHe asks for someone who has worked beside families."),
    Tale("Eastern Shore", "Captain Russell Dupree", "(410) 555-0150", 9 * minute, "acknowledged", owner="Marcus", role="LE_COMMAND", setting="TRANSIT", needs="INCIDENT LEADER", happened=2 * hour),
    Tale("", "Sgt. Ana O’Brien-Castellanos for Chief Wm. Fitzgerald", "call the station and ask", 2 * day, "called", owner="Dana", setting="", needs="UNSURE", typed_agency="Lower Kittery Point Village PD (part-time)"),
)  # fmt: skip
