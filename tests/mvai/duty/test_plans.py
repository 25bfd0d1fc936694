"""How alarms ring, as the program manager writes it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.duty import actions, kinds, pictures, plans
from mvai.duty.models import Audience, PlanStep
from mvai.duty.plans import PlannedStep
from mvai.outbox.models import Message
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


def after(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


TWO = [
    PlannedStep(Audience.ALL_STAFF, after(3), ("sms", "voice")),
    PlannedStep(Audience.MANAGER, after(0)),
]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ruth():
    return UserFactory(program_manager=True, person__full_name="Ruth Klein")


@pytest.fixture
def manager(client, ruth):
    return sign_in(client, ruth)


def change(ruth, steps=TWO):
    return actions.change_plan(kind="doorbell", steps=steps, by=ruth, at=NOON)


def ring():
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)


def frozen(alarm):
    return [
        (step.audience, step.due_at - NOON, step.channels)
        for step in alarm.steps.filter(ringing=alarm.generation).order_by("number")
    ]


def test_an_alarm_rings_by_its_plan_in_the_order_of_the_delays(ruth):
    change(ruth)

    ShiftFactory(user=ruth, role="manager")
    ContactPointFactory(person=ruth.person)

    assert frozen(ring())[:2] == [
        (Audience.MANAGER, after(0), []),
        (Audience.ALL_STAFF, after(3), ["sms", "voice"]),
    ]


def test_an_edit_never_changes_what_rings(ruth):
    alarm = ring()
    before = frozen(alarm)

    change(ruth)

    assert frozen(alarm) == before


def test_what_rings_again_rings_by_the_new_plan(ruth):
    alarm = ring()
    actions.take(alarm=alarm, by=ruth, at=NOON)
    change(ruth)

    given = actions.give_back(alarm=alarm, by=ruth, at=NOON)

    assert frozen(given)[0][0] == Audience.MANAGER


def test_back_to_the_standard_plan(ruth):
    change(ruth)
    actions.restore_plan(kind="doorbell", by=ruth, at=NOON)

    assert kinds.plan_of(kinds.get("doorbell")) == kinds.STANDARD
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "plan.changed",
        "plan.restored",
    ]


def test_a_step_pages_by_its_own_channels_only(ruth):
    user = UserFactory(duty_officer=True)
    ShiftFactory(user=user)
    for channel, value in (
        (Channel.SMS, "(202) 555-0101"),
        (Channel.VOICE, "(202) 555-0101"),
        (Channel.EMAIL, "dana@mvai.example"),
    ):
        ContactPointFactory(person=user.person, channel=channel, value=value)
    change(ruth, [PlannedStep(Audience.PRIMARY, after(0), ("voice",))])
    alarm = ring()

    [page] = Message.objects.about(alarm)
    assert (page.channel, page.promised_for) == (Channel.VOICE, NOON), "nothing came before it"


@pytest.mark.parametrize(
    ("steps", "says", "row"),
    [
        ([], "at least one step", None),
        ([PlannedStep("primary", after(number)) for number in range(13)], "at most 12", None),
        ([PlannedStep("primary", after(1))], "must ring at once", 0),
        ([PlannedStep("primary", after(0)), PlannedStep("backup", after(121))], "two hours", 1),
        ([PlannedStep("primary", after(-1))], "two hours", 0),
        ([PlannedStep("primary", after(0)), PlannedStep("backup", after(0.5))], "whole", 1),
        ([PlannedStep("neighbors", after(0))], "who is paged", 0),
        ([PlannedStep("primary", after(0), ("pigeon",))], "channels of the list", 0),
        ([PlannedStep("primary", after(0), ("chat",))], "channels of the list", 0),
        ([PlannedStep("primary", after(0), ("portal",))], "wakes nobody", 0),
        ([PlannedStep("primary", after(0))] * 2, "already paged", 1),
    ],
)
def test_a_plan_by_which_nobody_could_ring_is_refused_in_words(steps, says, row):
    with pytest.raises(plans.PlanRefused, match=says) as refused:
        plans.check(steps)
    assert refused.value.row == row


def test_the_plans_a_kind_comes_with_are_good_plans():
    for plan in (kinds.STANDARD, kinds.MANAGER_FIRST):
        plans.check(plan)


def test_only_the_manager_writes_plans():
    with pytest.raises(actions.PermissionDenied):
        change(UserFactory(duty_officer=True))


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("audience", "neighbors", "duty_plan_audience_is_known"),
        ("after", after(121), "duty_plan_step_comes_within_two_hours"),
        ("after", after(-1), "duty_plan_step_comes_within_two_hours"),
    ],
)
def test_the_database_refuses_what_is_no_step(field, value, constraint):
    good = {"kind": "doorbell", "number": 1, "audience": "primary", "after": after(0)}
    with pytest.raises(IntegrityError, match=constraint):
        PlanStep.objects.create(**good | {field: value})


def test_a_number_is_there_once():
    good = {"kind": "doorbell", "number": 1, "audience": "primary", "after": after(0)}
    PlanStep.objects.create(**good)
    with pytest.raises(IntegrityError, match="duty_one_plan_step_per_number"):
        PlanStep.objects.create(**good)


# The pages


def posted(*rows: dict, **changes) -> dict:
    data = {"steps-TOTAL_FORMS": len(rows), "steps-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"steps-{number}-{name}": value for name, value in row.items()}
    return data | changes


def keep(manager, *rows):
    return manager.post(reverse("duty:plan", args=["doorbell"]), posted(*rows))


ROW = {"audience": "manager", "minutes": "0"}


def test_each_kind_is_shown_with_its_steps_in_words(manager, ruth):
    change(ruth)
    page = manager.get(reverse("duty:plans")).content.decode()

    assert "Manager at once, as each person wishes" in page
    assert "Everyone at the desk after 3 min, text message, phone call" in page
    assert "your own plan" in page
    assert "standard plan" in page


def test_a_plan_is_kept_from_its_page(manager):
    added = {"audience": "all_staff", "minutes": "7", "channels": ["sms"]}
    answer = keep(manager, ROW, added, {})

    assert answer.status_code == 302
    assert kinds.plan_of(kinds.get("doorbell")) == (
        PlannedStep("manager", after(0)),
        PlannedStep("all_staff", after(7), ("sms",)),
    )


def test_a_step_is_taken_out(manager):
    keep(manager, ROW, {"audience": "backup", "minutes": "7", "DELETE": "on"})

    assert PlanStep.objects.get().audience == "manager"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([ROW | {"minutes": "200"}], "Give 0 to 120 minutes."),
        ([ROW | {"minutes": "soon"}], "Please write a number, such as 6."),
        ([ROW | {"minutes": "3"}], "must ring at once"),
        ([{"audience": "", "minutes": "0"}], "Choose who is paged."),
        ([{"audience": "backup", "minutes": ""}], "After how many minutes? 0 is at once."),
        ([ROW | {"audience": "mascot"}], "Please choose one of the list."),
        ([ROW | {"channels": ["portal"]}], "wakes nobody"),
        ([{}], "at least one step"),
        ([ROW, {"audience": "manager", "minutes": "0"}], "already paged at this minute"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(manager, rows, says):
    answer = keep(manager, *rows)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not PlanStep.objects.exists()


def test_a_form_without_its_own_bookkeeping_is_no_failure(manager):
    answer = manager.post(reverse("duty:plan", args=["doorbell"]), {"nonsense": "1"})

    assert answer.status_code == 200
    assert not PlanStep.objects.exists()


def test_back_to_the_standard_plan_by_one_button(manager, ruth):
    change(ruth)
    assert (
        "Back to the standard plan"
        in manager.get(reverse("duty:plan", args=["doorbell"])).content.decode()
    )

    manager.post(reverse("duty:restore_plan", args=["doorbell"]))

    assert not PlanStep.objects.exists()
    assert (
        "Back to the standard plan"
        not in manager.get(reverse("duty:plan", args=["doorbell"])).content.decode()
    )


def test_a_kind_nobody_knows_is_a_404(manager):
    assert manager.get(reverse("duty:plan", args=["nothing"])).status_code == 404


# The picture


def drawn(*steps: PlannedStep):
    return pictures.of_plan(steps, called_after=after(2), again_every=after(10))


def test_later_steps_stand_further_right_and_the_whole_fits():
    picture = drawn(*kinds.STANDARD)

    places = [lane.x for lane in picture.lanes]
    assert places == sorted(places)
    assert picture.left <= places[0] < picture.again_x <= picture.right


def test_a_long_plan_is_drawn_with_few_numbers():
    picture = drawn(PlannedStep("primary", after(0)), PlannedStep("backup", after(120)))

    assert len(picture.ticks) <= pictures.MOST_TICKS + 1


@pytest.mark.parametrize(
    ("channels", "is_marked"),
    [((), True), (("sms", "voice"), True), (("voice",), False), (("sms",), False)],
)
def test_a_call_that_comes_later_has_its_own_mark(channels, is_marked):
    [lane] = drawn(PlannedStep("primary", after(0), channels)).lanes

    assert (lane.call_x is not None) is is_marked
