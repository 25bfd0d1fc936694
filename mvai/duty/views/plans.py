"""How alarms ring: seen and changed by the program manager."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.duty import actions, kinds, paging, pictures
from mvai.duty import plans as rules
from mvai.duty.forms import PlanForms, PlanFormSet
from mvai.web.refusals import Refused


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of alarm, how it rings, and whether that is its own standard."""

    kind: kinds.AlarmKind
    plan: rules.Plan
    picture: pictures.PlanPicture
    words: list[str]

    @property
    def is_standard(self) -> bool:
        return self.plan == self.kind.plan


@require_safe
@permission_required(Permission.SHIFT_EDIT)
def plans(request: SignedInRequest) -> HttpResponse:
    known = kinds.registered()
    written = kinds.plans(known)
    rows = [_row(kind, written[kind.code]) for kind in known]
    return render(request, "duty/plans.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.SHIFT_EDIT)
def plan(request: SignedInRequest, code: str) -> HttpResponse:
    kind = _kind_or_404(code)
    if request.method != "POST":
        return _plan(request, kind)
    forms = PlanFormSet(request.POST)
    if forms.is_valid():
        try:
            actions.change_plan(
                kind=kind.code,
                steps=[form.step for form in forms.kept],
                by=request.user,
                at=timezone.now(),
            )
        except rules.PlanRefused as refusal:
            forms.refuse(refusal)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("From now on it rings like this."))
            return redirect("duty:plan", kind.code)
    return _plan(request, kind, forms)


@require_POST
@permission_required(Permission.SHIFT_EDIT)
def restore_plan(request: SignedInRequest, code: str) -> HttpResponse:
    kind = _kind_or_404(code)
    actions.restore_plan(kind=kind.code, by=request.user, at=timezone.now())
    messages.success(request, _("It rings by the standard plan again."))
    return redirect("duty:plan", kind.code)


def _kind_or_404(code: str) -> kinds.AlarmKind:
    try:
        return kinds.get(code)
    except KeyError:
        raise Http404 from None


def _plan(
    request: SignedInRequest, kind: kinds.AlarmKind, forms: PlanForms | None = None
) -> HttpResponse:
    row = _row(kind, kinds.plan_of(kind))
    shown = forms or PlanFormSet(initial=PlanForms.initial_of(row.plan))
    wrong = forms is not None and (
        bool(forms.non_form_errors()) or any(form.errors for form in forms)
    )
    return render(request, "duty/plan.html", {"row": row, "forms": shown, "is_wrong": wrong})


def _row(kind: kinds.AlarmKind, plan: rules.Plan) -> Row:
    picture = pictures.of_plan(
        plan, called_after=paging.CALLED_AFTER, again_every=actions.REPEATS_EVERY
    )
    return Row(kind, plan, picture, [pictures.step_words(step) for step in plan])
