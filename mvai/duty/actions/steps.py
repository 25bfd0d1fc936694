"""The steps of a ringing alarm: frozen when it begins, run when they fall due, each once.

The alarm's row is locked before its steps, here and in `take`: no deadlock, and nobody is paged
for an alarm that was taken a moment ago.
"""

from datetime import datetime, timedelta

from mvai.audit import log
from mvai.audit.adding import add
from mvai.duty import kinds, paging
from mvai.duty.desk import Standing
from mvai.duty.models import Alarm, AlarmStep, Audience, StepOutcome
from mvai.outbox.claims import Claim, deal_with

REPEATS_EVERY = timedelta(minutes=10)

# Whoever dies with a step in hand holds up a page: another takes it soon.
LEASE = timedelta(seconds=10)

DONE = ("outcome", "paged", "done_at", "due_at")


def start(alarm: Alarm, standing: Standing) -> None:
    """Freeze the steps of this ringing, and page whom the first of them is for if it rings now."""
    steps = [
        AlarmStep(
            alarm=alarm,
            ringing=alarm.generation,
            number=number,
            audience=planned.audience,
            channels=list(planned.channels),
            due_at=alarm.rang_at + planned.after,
        )
        for number, planned in enumerate(kinds.plan_of(kinds.get(alarm.kind)), start=1)
    ]
    _run(alarm, steps, standing.at)
    add(steps)


def run_due_steps(now: datetime) -> int:
    """Page whoever is next for every alarm whose time has come. Returns the steps run.

    Run twice, late or in ten processes, each step is done once.
    """
    ran = 0
    due = AlarmStep.objects.next_due(now).order_by("due_at", "pk")

    def deal(claim: Claim) -> bool:
        nonlocal ran
        alarm = Alarm.objects.select_for_update(of=("self",)).get(steps=claim.pk)
        if not claim.of(due).exists():
            return False  # taken, settled, or run by whoever took it since
        steps = list(of(alarm).pending().order_by("number"))
        count = _run(alarm, steps, now)
        for step in steps[: count + 1]:  # the next one may have been brought forward, or is new
            if step.pk is None:
                step.save()
            else:
                step.save(update_fields=DONE)
        ran += count
        return True

    deal_with(due, deal, now=now, lease=LEASE)
    return ran


def stop(alarm: Alarm, at: datetime) -> None:
    of(alarm).pending().update(done_at=at, outcome=StepOutcome.NOT_NEEDED)


def of(alarm: Alarm):
    """The steps of the present ringing."""
    return AlarmStep.objects.filter(alarm=alarm, ringing=alarm.generation)


def _run(alarm: Alarm, steps: list[AlarmStep], now: datetime) -> int:
    """Page for the steps whose time has come and say how many there were; saves no step.

    `steps` are those not done yet, in order. One that reaches nobody brings the next forward:
    there is nobody to wait for. When the last is done, one more joins them: everyone, again and
    again.
    """
    ran = 0
    while ran < len(steps) and steps[ran].due_at <= now:
        step = steps[ran]
        _page(alarm, step, now)
        ran += 1
        if ran == len(steps):
            steps.append(
                AlarmStep(
                    alarm=alarm,
                    ringing=alarm.generation,
                    number=step.number + 1,
                    audience=Audience.ALL_STAFF,
                    due_at=now + REPEATS_EVERY,
                )
            )
        if step.reached_nobody and step.is_passed_on:
            steps[ran].due_at = min(steps[ran].due_at, now)
    return ran


def _page(alarm: Alarm, step: AlarmStep, now: datetime) -> None:
    reached = paging.page(alarm=alarm, step=step, at=now)
    step.paged = len(reached.paged)
    if reached.anybody:
        step.outcome = StepOutcome.PAGED
    else:
        step.outcome = StepOutcome.UNREACHABLE if reached.meant else StepOutcome.EMPTY
    step.done_at = now
    log.record(
        verb="alarm.paged",
        target=alarm,
        at=now,
        label=alarm.label,
        audience=step.audience,
        outcome=step.outcome,
        paged=step.paged,
    )
