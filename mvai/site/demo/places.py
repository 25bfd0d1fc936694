"""The fictional agencies of the demonstration. No such town or county is meant to exist."""

from mvai.agencies.models import Agency
from mvai.agencies.names import key_for

# name, type, size, county, city, state, time zone, published number
AGENCIES = (
    ("Riverton Police Department", "LOCAL", "S25", "Blue Earth Fork", "Riverton", "MN", "America/Chicago", "(507) 555-0130"),
    ("Calder County Sheriff’s Office", "SHERIFF", "S25", "Calder", "Calder", "NE", "America/Chicago", "(308) 555-0120"),
    ("Harbor State University Police Department", "SPECIAL", "S25", "Ellis", "Port Ellis", "WA", "America/Los_Angeles", "(360) 555-0140"),
    ("Lakeview Police Department", "LOCAL", "S100", "Comal Bend", "Lakeview", "TX", "America/Chicago", "(830) 555-0150"),
    ("Red Mesa Tribal Police Department", "TRIBAL", "S10", "Red Mesa", "Red Mesa", "AZ", "America/Phoenix", "(928) 555-0160"),
    ("Ashford County Sheriff’s Office", "SHERIFF", "S50", "Ashford", "Ashford", "GA", "America/New_York", "(706) 555-0170"),
    ("Old Ferry Police Department", "LOCAL", "S1", "Tolland Reach", "Old Ferry", "CT", "America/New_York", "(860) 555-0111"),
    ("Pinecrest Police Department", "LOCAL", "S10", "Alder", "Pinecrest", "CO", "America/Denver", "(970) 555-0112"),
    ("Santa Rosalia Police Department", "LOCAL", "S500", "Santa Rosalia", "Santa Rosalia", "CA", "America/Los_Angeles", "(805) 555-0113"),
    ("Grand Prairie Transit Police", "SPECIAL", "S50", "Lake", "Grand Prairie", "IL", "America/Chicago", "(630) 555-0114"),
    ("Kanoa County Police Department", "LOCAL", "S100", "Kanoa", "Kanoa", "HI", "Pacific/Honolulu", "(808) 555-0115"),
    ("Northport Borough Police Department", "LOCAL", "S1", "Northport", "Northport", "AK", "America/Anchorage", "(907) 555-0116"),
    ("Millbrook Township Police Department", "LOCAL", "S10", "Chester Vale", "Millbrook", "PA", "America/New_York", "(610) 555-0117"),
    ("Dry Creek County Sheriff’s Office", "SHERIFF", "S10", "Dry Creek", "Dry Creek", "WY", "America/Denver", "(307) 555-0118"),
    ("Bayou Marchand Parish Sheriff’s Office", "SHERIFF", "S100", "Bayou Marchand", "Marchand", "LA", "America/Chicago", "(985) 555-0119"),
    ("State College of the Plains Police", "SPECIAL", "S10", "Ellsworth Fork", "Plains", "KS", "America/Chicago", "(785) 555-0121"),
    ("Whitcomb Falls Police Department", "LOCAL", "S25", "Whitcomb", "Whitcomb Falls", "ME", "America/New_York", "(207) 555-0122"),
    ("Orchard Heights Police Department", "LOCAL", "S50", "Yakton", "Orchard Heights", "OR", "America/Los_Angeles", "(541) 555-0123"),
    ("Copper Basin County Sheriff’s Office", "SHERIFF", "S25", "Copper Basin", "Copper Basin", "NV", "America/Los_Angeles", "(775) 555-0124"),
    ("Saint Brendan Police Department", "LOCAL", "S100", "Ramsgate", "Saint Brendan", "OH", "America/New_York", "(419) 555-0125"),
    ("Two Rivers Police Department", "LOCAL", "S25", "Two Rivers", "Two Rivers", "WI", "America/Chicago", "(920) 555-0126"),
    ("Magnolia Springs Police Department", "LOCAL", "S25", "Magnolia", "Magnolia Springs", "MS", "America/Chicago", "(662) 555-0127"),
    ("Cedar Hollow Unified School District Police", "SPECIAL", "S10", "Cedar", "Cedar Hollow", "TX", "America/Chicago", "(903) 555-0128"),
    ("Eastern Shore Regional Airport Police", "SPECIAL", "S10", "Talbot Neck", "Eastern Shore", "MD", "America/New_York", "(410) 555-0129"),
)  # fmt: skip


def make_agencies() -> dict[str, Agency]:
    """Every fictional agency, by the first word or two of its name (its city)."""
    made = Agency.objects.bulk_create(
        Agency(
            name=name,
            name_key=key_for(name),
            agency_type_id=agency_type,
            size_band_id=size_band,
            county=county,
            city=city,
            state=state,
            time_zone=zone,
            published_number=number,
            source=Agency.Source.STAFF,
        )
        for name, agency_type, size_band, county, city, state, zone, number in AGENCIES
    )
    return {agency.city: agency for agency in made}
