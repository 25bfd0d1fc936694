import csv

import pytest
from django.core.management import CommandError

from mvai.agencies.models import Agency
from mvai.audit.models import AuditEntry
from requests.models import AssistanceRequest
from tests import agency_directory
from tests.factories.agencies import AgencyFactory
from tests.factories.requests import AssistanceRequestFactory
from tests.mvai.agencies.conftest import CALDER, HEADER_2018, RIVERTON

pytestmark = pytest.mark.django_db


def refused(settings) -> list[dict[str, str]]:
    with (settings.VAR / "agencies.csv.errors.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_agency_is_added_with_all_that_the_file_tells(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON))

    agency = Agency.objects.get(ori="MN0070100")
    assert str(agency) == "Riverton Police Department"
    assert (agency.state, agency.county) == ("MN", "Blue Earth Fork")
    assert (agency.latitude, agency.longitude) == (44.16, -94.0)
    assert agency.time_zone == "America/Chicago"
    assert agency.agency_type_id == "LOCAL"
    assert (agency.source, agency.is_listed) == ("directory", True)


def test_the_newer_layout_says_the_same(import_agencies, listed_in):
    path = listed_in(
        "MN0070100,Riverton Police Department,City,MN,BLUE EARTH FORK,44.16,-94.0,TRUE,NA",
        "NB0400000,Calder County Sheriff's Office,County,NE,NA,NA,NA,FALSE,NA",
        header=",".join(agency_directory.HEADERS["newer"]),
    )

    import_agencies(path)

    riverton, calder = Agency.objects.order_by("-name")
    assert (riverton.county, riverton.time_zone) == ("Blue Earth Fork", "America/Chicago")
    assert (calder.county, calder.latitude, calder.agency_type_id) == ("", None, "SHERIFF")
    assert calder.time_zone == "America/Chicago"


@pytest.mark.parametrize("layout", ["2018", "newer"])
def test_a_whole_directory_is_taken_but_for_its_bad_rows(import_agencies, tmp_path, layout):
    path = agency_directory.write(tmp_path / "agencies.csv", rows=1_500, layout=layout)

    said = import_agencies(path)

    assert Agency.objects.count() == 1_498
    assert "1,498 added" in said
    assert "2 refused" in said
    assert not Agency.objects.filter(time_zone="").exists()


def test_both_layouts_of_one_directory_lead_to_the_same_agencies(import_agencies, tmp_path):
    told = ("ori", "name", "agency_type", "state", "latitude", "longitude", "time_zone")
    import_agencies(agency_directory.write(tmp_path / "old.csv", rows=800, layout="2018"))
    before = list(Agency.objects.order_by("pk").values_list(*told))

    import_agencies(agency_directory.write(tmp_path / "new.csv", rows=800, layout="newer"))

    assert list(Agency.objects.order_by("pk").values_list(*told)) == before


def test_importing_twice_changes_nothing(import_agencies, tmp_path):
    path = agency_directory.write(tmp_path / "agencies.csv", rows=500)
    import_agencies(path)
    before = list(Agency.objects.order_by("pk").values())

    said = import_agencies(path)

    assert "498 unchanged" in said
    assert list(Agency.objects.order_by("pk").values()) == before


def test_a_renamed_agency_keeps_its_row(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON))
    before = Agency.objects.get()

    said = import_agencies(listed_in(RIVERTON.replace("Riverton Police", "Riverton City Police")))

    after = Agency.objects.get()
    assert (after.pk, after.name) == (before.pk, "Riverton City Police Department")
    assert after.name_key == " riverton city police department"
    assert "1 renamed" in said
    assert "0 changed" in said
    assert "Riverton Police Department → Riverton City Police Department" in said


def test_an_agency_that_left_the_directory_is_unlisted_and_stays(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, CALDER))

    said = import_agencies(listed_in(RIVERTON))

    assert Agency.objects.get(ori="NB0400000").is_listed is False
    assert "1 no longer listed" in said


def test_what_a_newer_list_did_is_reported_one_by_one(import_agencies, listed_in, tmp_path):
    third = RIVERTON.replace("MN0070100", "MN0070200").replace("Riverton", "Lakeview")
    import_agencies(listed_in(RIVERTON, CALDER, third))
    newer = listed_in(
        RIVERTON.replace("Riverton Police", "Riverton City Police"),
        third.replace("Blue Earth Fork", "Red Fork"),
        RIVERTON.replace("MN0070100", "MN0070300").replace("Riverton", "Old Ferry"),
        "MN,BAD,No One,City,,,,0",
    )

    for options in ({"dry_run": True}, {}):
        said = import_agencies(newer, report=tmp_path / "report.csv", **options)
        with (tmp_path / "report.csv").open(newline="") as file:
            rows = [(row["what"], row["ori"], row["was"]) for row in csv.DictReader(file)]
        assert rows == [
            ("renamed", "MN0070100", "Riverton Police Department"),
            ("changed", "MN0070200", ""),
            ("new", "MN0070300", ""),
            ("dropped", "NB0400000", ""),
        ]
        assert "1 refused" in said


def test_a_report_never_overwrites_the_list(import_agencies, listed_in):
    path = listed_in(RIVERTON)

    with pytest.raises(CommandError, match="report would overwrite"):
        import_agencies(path, report=path)


def test_of_many_renamed_ones_the_first_are_named(import_agencies, tmp_path):
    path = agency_directory.write(tmp_path / "agencies.csv", rows=300)
    import_agencies(path)
    path.write_text(path.read_text().replace("Police Department", "Police Dept."))

    said = import_agencies(path)

    assert said.count(" → ") == 10
    assert "more (--report FILE names all)" in said


def test_a_request_keeps_an_agency_that_was_dropped(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, CALDER))
    dropped = Agency.objects.get(ori="NB0400000")
    request = AssistanceRequestFactory(agency=dropped)

    import_agencies(listed_in(RIVERTON))

    request.refresh_from_db()
    assert request.agency == dropped
    assert request.agency_name == "Calder County Sheriff's Office"
    assert Agency.objects.matching("calder county sheriff") == []
    assert request.agency.place == "Calder County, NE, not listed any more"


def test_a_newer_list_in_the_other_layout_renames_and_drops(import_agencies, tmp_path):
    import_agencies(agency_directory.write(tmp_path / "old.csv", rows=800, layout="2018"))
    requests = [AssistanceRequestFactory(agency=one) for one in Agency.objects.order_by("pk")[:40]]
    before = {one.pk: one.agency_id for one in requests}
    new = agency_directory.write(tmp_path / "new.csv", rows=800, layout="newer")
    header, *lines = new.read_text().splitlines()
    some = [line for place, line in enumerate(lines) if place % 10]
    renamed = [line.replace("Township Police", "Twp Police") for line in some]
    new.write_text("\n".join([header, *renamed, ""]))

    said = import_agencies(new)

    assert Agency.objects.filter(name__contains="Twp Police").exists()
    assert Agency.objects.filter(is_listed=False).count() == 80
    assert "80 no longer listed" in said
    assert dict(AssistanceRequest.objects.values_list("pk", "agency_id")) == before


def test_an_agency_that_comes_back_is_listed_again(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, CALDER))
    import_agencies(listed_in(RIVERTON))

    import_agencies(listed_in(RIVERTON, CALDER))

    assert Agency.objects.get(ori="NB0400000").is_listed is True


def test_a_partial_file_unlists_nothing(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, CALDER))

    import_agencies(listed_in(RIVERTON), partial=True)

    assert Agency.objects.get(ori="NB0400000").is_listed is True


def test_a_file_that_would_unlist_more_than_half_is_refused(import_agencies, listed_in):
    third = RIVERTON.replace("MN0070100", "MN0070200").replace("Riverton", "Lakeview")
    import_agencies(listed_in(RIVERTON, CALDER, third))

    with pytest.raises(CommandError, match="2 of 3 listed agencies are not in this file"):
        import_agencies(listed_in(RIVERTON.replace("Riverton Police", "Riverton City Police")))

    assert Agency.objects.filter(is_listed=True).count() == 3
    assert not Agency.objects.filter(name__contains="City").exists()


def test_a_file_may_unlist_more_than_half_when_told_so(import_agencies, listed_in):
    third = RIVERTON.replace("MN0070100", "MN0070200")
    import_agencies(listed_in(RIVERTON, CALDER, third))

    import_agencies(listed_in(RIVERTON), drop_many=True)

    assert Agency.objects.filter(is_listed=True).count() == 1


def test_what_staff_know_stays(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON))
    Agency.objects.update(
        size_band="S25", city="Riverton", published_number="(507) 555-0130", time_zone="Etc/UTC"
    )

    import_agencies(listed_in(RIVERTON.replace("Riverton Police", "Riverton City Police")))

    agency = Agency.objects.get()
    assert agency.size_band_id == "S25"
    assert (agency.city, agency.published_number) == ("Riverton", "(507) 555-0130")
    assert agency.time_zone == "Etc/UTC"


def test_an_agency_that_staff_added_is_taken_over_by_its_ori(import_agencies, listed_in):
    added = AgencyFactory(name="Riverton PD", ori="MN0070100")

    import_agencies(listed_in(RIVERTON))

    added.refresh_from_db()
    assert (added.name, added.source) == ("Riverton Police Department", "directory")


def test_an_agency_that_staff_added_without_an_ori_is_never_unlisted(import_agencies, listed_in):
    added = AgencyFactory(name="Old Ferry Police Department")

    import_agencies(listed_in(RIVERTON))

    added.refresh_from_db()
    assert added.is_listed is True


def test_a_dry_run_says_what_would_happen_and_changes_nothing(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON))

    said = import_agencies(listed_in(RIVERTON, CALDER, "MN,BAD,No One,City,,,,0"), dry_run=True)

    assert Agency.objects.count() == 1
    assert "1 would be added" in said
    assert "1 refused" in said
    assert "Nothing was changed." in said
    assert AuditEntry.objects.filter(verb="agencies.imported").count() == 1


def test_an_import_is_logged_once_with_its_counts(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, "MN,BAD,No One,City,,,,0"))

    entry = AuditEntry.objects.get(verb="agencies.imported")
    assert (entry.facts["added"], entry.facts["refused"]) == (1, 1)
    assert entry.facts["file"].startswith("sha256:")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("CO,C0034019E,Fort Larkin College,City,,,,12", "“C0034019E” is not an ORI"),
        ("CO,,Fort Larkin College,City,,,,12", "The ORI is missing."),
        ("MA,MA014669E,,City,,,,12", "The agency's name is missing."),
        ("MA,MA014669E,NA,City,,,,12", "The agency's name is missing."),
        ("QQ,QQ0010000,Nowhere Police,City,,,,12", "“QQ” is not a state or territory."),
        (",QQ0010000,Nowhere Police,City,,,,12", "The state is missing"),
        (f"MN,MN0010000,{'x' * 201},City,,,,12", "The name is longer than 200 letters."),
        ("MN,MN0010000,North Police,City,,north,west,12", "“north, west” are not coordinates."),
        ("MN,MN0010000,North Police", "It has 3 cells where the header has 8."),
        ("MN,MN0010000,North Police,City,,,,12,more", "It has 9 cells where the header has 8."),
        (RIVERTON, "MN0070100 is already on line 2, which was taken."),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_line_and_the_reason(
    import_agencies, listed_in, settings, line, reason
):
    import_agencies(listed_in(RIVERTON, line))

    (row,) = refused(settings)
    assert row["line"] == "3"
    assert row["reason"].startswith(reason)
    assert row["agency_name"] == line.split(",")[2]
    assert Agency.objects.count() == 1


def test_a_missing_quotation_mark_loses_no_agency(import_agencies, listed_in, settings):
    import_agencies(listed_in(RIVERTON, CALDER))

    import_agencies(listed_in(RIVERTON, 'MN,MN0070300,"Half a name,City,,,,12', CALDER))

    (row,) = refused(settings)
    assert "quotation mark" in row["reason"]
    assert Agency.objects.filter(is_listed=True).count() == 2


def test_a_refused_row_does_not_unlist_its_agency(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON, CALDER))

    import_agencies(listed_in(RIVERTON, CALDER.replace("41.9", "north")))

    assert Agency.objects.get(ori="NB0400000").is_listed is True


def test_without_refused_rows_there_is_no_error_file(import_agencies, listed_in, settings):
    import_agencies(listed_in(RIVERTON))

    assert not list(settings.VAR.iterdir())


def test_the_error_file_goes_where_it_is_wanted(import_agencies, listed_in, tmp_path):
    import_agencies(listed_in(RIVERTON, "MN,BAD,No One,City,,,,0"), errors=tmp_path / "bad.csv")

    assert "“BAD” is not an ORI" in (tmp_path / "bad.csv").read_text()


def test_the_error_file_never_overwrites_the_list(import_agencies, listed_in):
    path = listed_in(RIVERTON)

    with pytest.raises(CommandError, match="would overwrite the list"):
        import_agencies(path, errors=path)


def test_an_error_file_that_cannot_be_written_stops_the_import(
    import_agencies, listed_in, tmp_path
):
    path = listed_in(RIVERTON, "MN,BAD,No One,City,,,,0")

    with pytest.raises(CommandError, match="can't be written"):
        import_agencies(path, errors=tmp_path / "no such folder" / "bad.csv")

    assert not Agency.objects.exists()


def test_a_file_of_nothing_but_bad_rows_ends_in_an_error(import_agencies, listed_in):
    with pytest.raises(CommandError, match="Every row was refused"):
        import_agencies(listed_in("MN,BAD,No One,City,,,,0"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (HEADER_2018.encode(), "has a header line and no agencies"),
        (b"state,agency_name\nMN,Riverton\n", "The header line has no column ori"),
        (b"town,people\nx,1\n", "no column ori and no column agency_name. It has: town, people"),
        (
            HEADER_2018.encode() + b'\nMN,MN0070100,"' + b"x" * 140_000 + b'",City,,,,1\n',
            "Line 2 can't be read: field larger than",
        ),
    ],
)
def test_a_file_that_is_no_directory_is_refused_with_a_sentence(
    import_agencies, tmp_path, content, sentence
):
    path = tmp_path / "agencies.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        import_agencies(path)


def test_a_missing_file_is_refused_with_a_sentence(import_agencies, tmp_path):
    with pytest.raises(CommandError, match="can't be opened: No such file"):
        import_agencies(tmp_path / "agencies.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_accents_survive_whatever_the_file_was_saved_as(import_agencies, listed_in, encoding):
    import_agencies(listed_in(RIVERTON.replace("Riverton", "Piñon Alto"), encoding=encoding))

    assert Agency.objects.get().name == "Piñon Alto Police Department"


@pytest.mark.parametrize(("old", "new"), [("\n", "\r\n"), (",", ";"), (",", "\t")])
def test_line_ends_and_separators_of_spreadsheets_are_understood(
    import_agencies, tmp_path, old, new
):
    path = tmp_path / "agencies.csv"
    path.write_bytes(f"{HEADER_2018}\n{RIVERTON}\n".replace(old, new).encode())

    import_agencies(path)

    assert Agency.objects.get().county == "Blue Earth Fork"


def test_blank_lines_are_passed_over(import_agencies, listed_in):
    said = import_agencies(listed_in(RIVERTON, "", ",,,,,,,", CALDER))

    assert "2 added" in said
    assert "0 refused" in said


def test_a_state_may_be_missing_where_the_ori_tells_it(import_agencies, listed_in):
    import_agencies(listed_in(CALDER.replace("NE,", ",", 1)))

    assert Agency.objects.get().state == "NE"


def test_coordinates_that_cannot_be_are_taken_as_unknown(import_agencies, listed_in):
    import_agencies(listed_in(CALDER.replace("41.9,-103.0", "-9,-9")))

    agency = Agency.objects.get()
    assert (agency.latitude, agency.longitude) == (None, None)
    assert agency.time_zone == "America/Chicago"


def test_several_counties_may_stand_in_one_cell(import_agencies, listed_in):
    import_agencies(listed_in(RIVERTON.replace("Blue Earth Fork", '"PRINCE ANN\'S; MCDOVE"')))

    assert Agency.objects.get().county == "Prince Ann's, McDove"


def test_the_published_file_is_taken_whole(import_agencies, published_directory):
    said = import_agencies(published_directory)

    assert " 2 refused" in said
    assert Agency.objects.filter(time_zone="").count() <= 1
    assert Agency.objects.filter(agency_type=None).count() < Agency.objects.count() / 20
