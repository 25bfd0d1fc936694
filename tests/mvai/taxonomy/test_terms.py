import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from mvai.taxonomy import models, terms

pytestmark = pytest.mark.django_db

LISTS = {
    models.IncidentType: (
        "SHOOTING EXPLOSIVE VEHICLE EDGED ARSON CBRN HOSTAGE COMPLEX OFFICER OTHER_MV"
    ),
    models.Setting: (
        "K12 CAMPUS CHILDCARE WORKPLACE RETAIL HOSPITALITY VENUE OPEN_EVENT WORSHIP HEALTH GOVT "
        "TRANSIT RESIDENCE TRIBAL CORRECTIONS MULTI OTHER"
    ),
    models.Need: (
        "LEADER INCIDENT MEDIA INVEST VICTIMS WELLNESS COMMUNITY VOLUNTEERS PROSECUTE OFFICIALS "
        "INFRA AAR MILESTONE FUNDING UNSURE"
    ),
    models.Discipline: (
        "LE_CHIEF LE_SHERIFF LE_STATE LE_CAMPUS LE_TRIBAL LE_COMMAND LE_PIO LE_INVEST LE_WELLNESS"
    ),
    models.Phase: "PREP HOUR DAY1 DAY3 WEEK1 MONTH1 MONTHS YEAR1 LONG",
    models.AgencyType: (
        "LOCAL SHERIFF STATE SPECIAL CONSTABLE_MARSHAL TRIBAL TERRITORIAL FEDERAL OTHER_PS CIVIC"
    ),
    models.SizeBand: "S1 S10 S25 S50 S100 S500",
    models.EngagementType: (
        "PHONE VIDEO MESSAGE DOCUMENT VISIT PEER_EXCHANGE BRIEFING RESOURCES REFERRAL"
    ),
    models.SupportLine: "911 988 COPLINE DISTRESS SAFE_CALL FIRE_EMS OVC FBI_TIPS",
}


@pytest.mark.parametrize(("model", "codes"), LISTS.items(), ids=lambda part: str(part)[:30])
def test_the_active_terms_are_those_of_the_domain_in_their_order(model, codes):
    assert [term.pk for term in model.objects.active()] == codes.split()


def test_disciplines_of_the_second_wave_wait_until_they_are_turned_on():
    waiting = models.Discipline.objects.filter(active=False)

    assert waiting.count() == 10
    assert set(waiting.values_list("wave", flat=True)) == {2}


def test_the_six_size_bands_leave_no_gap():
    bands = list(models.SizeBand.objects.active())

    assert [band.least for band in bands[1:]] == [band.most + 1 for band in bands[:-1]]
    assert bands[-1].most is None


def test_loading_again_changes_nothing():
    before = list(models.Need.objects.values())

    terms.load(apps.get_model)

    assert list(models.Need.objects.values()) == before


def test_loading_again_mends_the_words():
    models.Need.objects.filter(code="MEDIA").update(label="Press")

    terms.load(apps.get_model)

    assert models.Need.objects.get(code="MEDIA").label == "Media and the public"


def test_loading_again_leaves_a_term_off_that_was_turned_off():
    models.Need.objects.filter(code="MEDIA").update(active=False)

    terms.load(apps.get_model)

    assert "MEDIA" not in [need.code for need in models.Need.objects.active()]


def test_loading_again_keeps_the_day_on_which_a_line_was_checked():
    models.SupportLine.objects.filter(code="COPLINE").update(verified_on="2026-11-01")

    terms.load(apps.get_model)

    assert str(models.SupportLine.objects.get(code="COPLINE").verified_on) == "2026-11-01"


def test_a_term_is_shown_by_its_label():
    assert str(models.Setting.objects.get(code="K12")) == "School, K-12"


@pytest.mark.parametrize(
    ("constraint", "model", "values"),
    [
        ("taxonomy_need_code_is_well_formed", models.Need, {"code": "media", "label": "Media"}),
        ("taxonomy_need_has_a_label", models.Need, {"code": "PRESS", "label": ""}),
        (
            "taxonomy_size_band_runs_upward",
            models.SizeBand,
            {"code": "S9", "label": "9 to 1", "least": 9, "most": 1},
        ),
        (
            "taxonomy_phase_ends_after_it_starts",
            models.Phase,
            {
                "code": "NEVER",
                "label": "Never",
                "starts_after": terms.timedelta(2),
                "ends_after": terms.timedelta(1),
            },
        ),
        (
            "taxonomy_support_line_can_be_reached",
            models.SupportLine,
            {"code": "SILENT", "name": "Silent", "contact": ""},
        ),
    ],
)
def test_the_database_refuses_a_term_that_cannot_be(constraint, model, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**values)


@pytest.mark.parametrize(
    "model",
    [one for one in LISTS if issubclass(one, models.Term)],
    ids=lambda model: model.__name__,
)
def test_every_list_refuses_a_code_in_small_letters(model):
    values = {"least": 1} if model is models.SizeBand else {}

    with (
        pytest.raises(IntegrityError, match="code_is_well_formed"),
        transaction.atomic(),
    ):
        model.objects.create(code="small", label="Small", **values)
