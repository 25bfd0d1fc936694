"""About forty invented advisors, as one might find them on the program's roster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One advisor: `expertise` is need:level pairs, `led` is setting/type/year/phase triples."""

    title: str
    name: str
    disciplines: str
    agency: str
    agency_type: str
    size_band: str
    state: str
    zone: str
    expertise: str
    led: str
    also: str = ""  # marks: away, resting, new, lapsed, spanish, oncall, travels, off, full

    def has(self, mark: str) -> bool:
        return mark in self.also.split()


ET, CT, MT, PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

ROSTER = (
    Profile("Sheriff (ret.)", "Ellen Park", "LE_SHERIFF", "Prairie Bend Sheriff’s Office", "SHERIFF", "S25", "NE", CT, "LEADER:3 INCIDENT:3 MEDIA:2 VICTIMS:2", "K12/SHOOTING/2017/LONG", "oncall"),
    Profile("Chief (ret.)", "Luis Romero", "LE_CHIEF", "Mesa Linda Police Department", "LOCAL", "S100", "NM", MT, "LEADER:3 MEDIA:3 COMMUNITY:2", "RETAIL/SHOOTING/2018/LONG", "spanish oncall"),
    Profile("Chief (ret.)", "Adaeze Okafor", "LE_CHIEF", "Brookhaven Village Police", "LOCAL", "S25", "NJ", ET, "LEADER:3 MEDIA:3 WELLNESS:2", "K12/SHOOTING/2015/LONG", "oncall"),
    Profile("", "Hannah Lindqvist", "LE_PIO", "Otter Lake County Sheriff’s Office", "SHERIFF", "S50", "MN", CT, "MEDIA:3 VICTIMS:2 LEADER:1", "WORSHIP/SHOOTING/2019/YEAR1", "oncall"),
    Profile("Chief", "Raymond Tso", "LE_CHIEF LE_TRIBAL", "Painted Canyon Tribal Police", "TRIBAL", "S10", "AZ", "America/Phoenix", "LEADER:3 COMMUNITY:3 OFFICIALS:2", "K12/SHOOTING/2016/LONG TRIBAL/SHOOTING/2016/LONG", "oncall"),
    Profile("Chief (ret.)", "Margaret Doyle", "LE_CHIEF", "Fairhaven Police Department", "LOCAL", "S50", "MA", ET, "LEADER:3 WELLNESS:3 VICTIMS:2", "HEALTH/SHOOTING/2014/LONG"),
    Profile("Sheriff", "Bill Hargrove", "LE_SHERIFF", "Tallgrass County Sheriff’s Office", "SHERIFF", "S10", "KS", CT, "LEADER:2 INCIDENT:3 VOLUNTEERS:3", "WORKPLACE/SHOOTING/2018/LONG", "travels"),
    Profile("Colonel (ret.)", "James Whitfield", "LE_STATE", "Tidewater State Police", "STATE", "S500", "VA", ET, "INCIDENT:3 INVEST:3 OFFICIALS:3", "CAMPUS/SHOOTING/2013/LONG", "travels"),
    Profile("Chief", "Grace Nakamura", "LE_CHIEF LE_CAMPUS", "Redwood State University Police", "SPECIAL", "S25", "CA", PT, "LEADER:3 VICTIMS:3 COMMUNITY:3", "CAMPUS/SHOOTING/2014/LONG", "oncall"),
    Profile("Captain (ret.)", "Theresa Boyle", "LE_WELLNESS", "Lakeshore Police Department", "LOCAL", "S500", "IL", CT, "WELLNESS:3 LEADER:2", "OPEN_EVENT/SHOOTING/2019/LONG", "oncall"),
    Profile("Chief (ret.)", "Antonio Vega", "LE_CHIEF", "Valle Verde Police Department", "LOCAL", "S50", "TX", CT, "LEADER:3 MEDIA:2 OFFICIALS:3 FUNDING:2", "RETAIL/SHOOTING/2019/LONG", "spanish"),
    Profile("", "Denise Calloway", "LE_PIO", "Harbor City Police Department", "LOCAL", "S500", "FL", ET, "MEDIA:3 LEADER:2 COMMUNITY:2", "HOSPITALITY/SHOOTING/2016/LONG", "oncall"),
    Profile("Sheriff (ret.)", "Walter Kimball", "LE_SHERIFF", "Juniper County Sheriff’s Office", "SHERIFF", "S25", "OR", PT, "LEADER:3 INCIDENT:2 INVEST:2", "CAMPUS/SHOOTING/2015/LONG"),
    Profile("Chief", "Patricia Donnelly", "LE_CHIEF", "Elm Crossing Police Department", "LOCAL", "S10", "CT", ET, "LEADER:3 VICTIMS:3 WELLNESS:3", "K12/SHOOTING/2013/LONG", "away"),
    Profile("Chief (ret.)", "Howard Stein", "LE_CHIEF", "Squirrel Ridge Police Department", "LOCAL", "S25", "PA", ET, "LEADER:3 COMMUNITY:3 OFFICIALS:2", "WORSHIP/SHOOTING/2018/LONG", "oncall"),
    Profile("Deputy Chief", "Renee Batiste", "LE_COMMAND", "Crescent Bay Police Department", "LOCAL", "S500", "LA", CT, "INCIDENT:3 INFRA:3 VOLUNTEERS:2", "OPEN_EVENT/VEHICLE/2020/MONTHS", "travels"),
    Profile("Sheriff", "Carl Svensson", "LE_SHERIFF", "Birch County Sheriff’s Office", "SHERIFF", "S50", "WI", CT, "LEADER:2 INCIDENT:3 MEDIA:2", "OPEN_EVENT/VEHICLE/2021/LONG", "oncall"),
    Profile("", "Miguel Santos", "LE_PIO", "Costa Bella County Sheriff’s Office", "SHERIFF", "S500", "CA", PT, "MEDIA:3 OFFICIALS:2", "VENUE/SHOOTING/2018/LONG", "spanish oncall"),
    Profile("Chief", "Kimberly Ashby", "LE_CHIEF", "Clover Hill Police Department", "LOCAL", "S50", "OH", ET, "LEADER:3 MEDIA:2 AAR:3", "HOSPITALITY/SHOOTING/2019/LONG"),
    Profile("Major (ret.)", "Dwight Freeman", "LE_INVEST", "Peachtree County Police", "LOCAL", "S500", "GA", ET, "INVEST:3 PROSECUTE:3", "HEALTH/SHOOTING/2018/LONG", "oncall"),
    Profile("Chief (ret.)", "Susan Whitehorse", "LE_CHIEF LE_TRIBAL", "Big Sky Tribal Police", "TRIBAL", "S10", "MT", MT, "LEADER:3 COMMUNITY:3 WELLNESS:2", "TRIBAL/SHOOTING/2014/LONG GOVT/SHOOTING/2014/LONG"),
    Profile("Sheriff (ret.)", "Frank DeLuca", "LE_SHERIFF", "Sandhills County Sheriff’s Office", "SHERIFF", "S100", "NC", ET, "LEADER:3 PROSECUTE:3 MILESTONE:3", "WORSHIP/SHOOTING/2015/LONG", "oncall"),
    Profile("Chief", "Joanna Kowalski", "LE_CHIEF", "Iron Harbor Police Department", "LOCAL", "S50", "MI", ET, "LEADER:2 WELLNESS:3 AAR:2", "CAMPUS/SHOOTING/2022/LONG", "oncall"),
    Profile("", "Aaron Feldman", "LE_PIO", "Maple Grove Police Department", "LOCAL", "S100", "MD", ET, "MEDIA:3 COMMUNITY:3", "WORKPLACE/SHOOTING/2018/LONG", "lapsed"),
    Profile("Chief (ret.)", "Deborah Sandoval", "LE_CHIEF", "San Pascual Police Department", "LOCAL", "S25", "TX", CT, "LEADER:3 INCIDENT:2 VICTIMS:3", "WORSHIP/SHOOTING/2017/LONG", "spanish oncall"),
    Profile("Captain", "Terrence Hollis", "LE_COMMAND", "Metro Valley Police Department", "LOCAL", "S500", "NV", PT, "INCIDENT:3 INFRA:3 OFFICIALS:2", "VENUE/SHOOTING/2017/LONG", "full"),
    Profile("Chief", "Nathaniel Brooks", "LE_CHIEF", "Poplar Bluff Heights Police", "LOCAL", "S25", "MO", CT, "LEADER:2 MEDIA:2 VOLUNTEERS:3", "GOVT/SHOOTING/2012/LONG", "new"),
    Profile("Sheriff", "Yolanda Pierce", "LE_SHERIFF", "Cypress County Sheriff’s Office", "SHERIFF", "S50", "MS", CT, "LEADER:3 COMMUNITY:2 OFFICIALS:2", "RESIDENCE/SHOOTING/2019/YEAR1", "oncall"),
    Profile("Chief (ret.)", "Edwin Halvorsen", "LE_CHIEF", "Fjord City Police Department", "LOCAL", "S10", "AK", "America/Anchorage", "LEADER:3 INCIDENT:2", "GOVT/SHOOTING/2011/LONG"),
    Profile("Chief", "Leilani Kahananui", "LE_CHIEF", "Windward County Police", "LOCAL", "S500", "HI", "Pacific/Honolulu", "LEADER:2 MEDIA:2 WELLNESS:2", "WORKPLACE/SHOOTING/2016/LONG"),
    Profile("Lieutenant (ret.)", "Sharon McAllister", "LE_WELLNESS", "Granite County Sheriff’s Office", "SHERIFF", "S100", "CO", MT, "WELLNESS:3 VICTIMS:2", "VENUE/SHOOTING/2012/LONG K12/SHOOTING/2019/YEAR1", "oncall"),
    Profile("", "Jerome Atkins", "LE_PIO", "Front Range Police Department", "LOCAL", "S500", "CO", MT, "MEDIA:3 MILESTONE:3 PROSECUTE:2", "VENUE/SHOOTING/2012/LONG", "resting"),
    Profile("Commander", "Rachel Weiss", "LE_INVEST", "Five Boroughs Task Force", "SPECIAL", "S500", "NY", ET, "INVEST:3 INFRA:3", "OPEN_EVENT/EXPLOSIVE/2016/LONG"),
    Profile("Commissioner (ret.)", "Thomas Keane", "LE_CHIEF", "Old Harbor Police Department", "LOCAL", "S500", "MA", ET, "LEADER:3 MEDIA:3 INFRA:3", "OPEN_EVENT/EXPLOSIVE/2013/LONG", "oncall travels"),
    Profile("Chief", "Dolores Espinoza", "LE_CHIEF", "Arroyo Seco Police Department", "LOCAL", "S10", "CA", PT, "LEADER:3 VOLUNTEERS:2 COMMUNITY:3", "OPEN_EVENT/SHOOTING/2019/LONG", "spanish oncall"),
    Profile("Sheriff (ret.)", "Harlan Buckner", "LE_SHERIFF", "Cumberland Gap Sheriff’s Office", "SHERIFF", "S25", "KY", ET, "LEADER:3 WELLNESS:2 PROSECUTE:2", "K12/SHOOTING/2018/LONG", "off"),
    Profile("Director", "Monica Iyer", "LE_CAMPUS", "Lakeland College Public Safety", "SPECIAL", "S10", "IN", ET, "LEADER:2 VICTIMS:2 MEDIA:2", "CAMPUS/EDGED/2016/LONG", "oncall"),
    Profile("Chief", "Calvin Reyes", "LE_CHIEF", "Transit District Police", "SPECIAL", "S100", "CA", PT, "LEADER:3 INCIDENT:3 WELLNESS:2", "TRANSIT/SHOOTING/2021/LONG", "oncall"),
    Profile("", "Bridget O’Shaughnessy-Vandenberg", "LE_PIO", "Regional Emergency Communications and Public Information Authority", "SPECIAL", "S50", "IL", CT, "MEDIA:3 INCIDENT:2 VICTIMS:2", "OPEN_EVENT/SHOOTING/2022/LONG", "oncall"),
    Profile("Superintendent (ret.)", "George Washburn", "LE_STATE", "Granite State Police", "STATE", "S500", "NH", ET, "INCIDENT:3 OFFICIALS:3 AAR:3", "HEALTH/SHOOTING/2017/LONG"),
)  # fmt: skip
