"""Tags and filters: what a template writes, and what it escapes."""

import pytest
import time_machine
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from tests.factories import NOON


def _render(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


class _Form(forms.Form):
    name = forms.CharField(label="Who should we call?", help_text="Rank and name")
    needs = forms.MultipleChoiceField(
        label="What would help?",
        choices=[("LEADER", "Talk to a peer"), ("MEDIA", "Media and the public")],
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.BooleanField(label="Someone else may take it", required=False)
    state = forms.ChoiceField(choices=[("MN", "Minnesota")], required=False)


FIELD = '{% include "_partials/field.html" with field=form.name only %}'


def test_a_moment_is_a_time_element_in_the_zone_named():
    with time_machine.travel(NOON, tick=False):
        shown = _render('{% moment at "America/Chicago" %}', at=NOON)
    assert shown == '<time datetime="2026-11-23T17:00:00+00:00">today 11:00 a.m. CT</time>'


@pytest.mark.parametrize("source", ["{{ at|clock }}", "{{ at|when }}", "{{ at|day }}"])
def test_a_time_that_is_not_known_is_left_out(source):
    assert _render(source, at=None) == ""
    assert _render("{% moment at %}{% due_word at %}", at=None) == ""


def test_a_due_time_is_urgent_once_it_is_past():
    with time_machine.travel(NOON, tick=False):
        past = _render("{% due_word at %}", at=NOON.replace(hour=16, minute=50))
        soon = _render("{% due_word at %}", at=NOON.replace(minute=13))
        later = _render("{% due_word at %}", at=NOON.replace(day=30))
    assert past == '<span class="word word--urgent">10 min past</span>'
    assert soon == '<span class="word word--attention">13 min left</span>'
    assert later == '<span class="word word--plain">7 days left</span>'


def test_a_number_becomes_a_link_and_free_text_stays_text():
    assert 'href="tel:+1-308-555-0121"' in _render("{{ number|phone }}", number="3085550121")
    assert _render("{{ number|phone }}", number="<b>ask") == "&lt;b&gt;ask"


def test_numbers_in_a_sentence_dial():
    shown = _render("{{ text|dial_links }}", text="call or text 988 <now>, or 1-800-985-5990")
    assert 'href="tel:988"' in shown
    assert 'href="tel:+1-800-985-5990"' in shown
    assert "&lt;now&gt;" in shown


def test_a_state_is_shown_by_its_word_in_the_tone_of_its_code():
    class Offer:
        state = "accepted"

        def get_state_display(self):
            return "said yes"

    assert (
        _render("{% state_word offer %}", offer=Offer())
        == '<span class="word word--settled">said yes</span>'
    )


def test_words_are_escaped():
    assert "&lt;i&gt;" in _render("{% word text %}", text="<i>")


def test_a_bar_has_a_part_for_each_number_and_says_what_it_shows():
    shown = _render('{% split_bar parts "Setting 24, needs 22" %}', parts=[24, 0, 22])
    assert shown.count("<rect") == 2
    assert 'aria-label="Setting 24, needs 22"' in shown
    assert "style=" not in shown


def test_a_field_is_tied_to_its_label_and_its_help():
    shown = _render(FIELD, form=_Form())
    assert '<label for="id_name">Who should we call?' in shown
    assert 'aria-describedby="id_name_help"' in shown
    assert 'id="id_name_help"' in shown
    assert "aria-invalid" not in shown


def test_a_field_says_who_sees_it():
    shown = _render(
        '{% include "_partials/field.html" with field=form.name seen_by="The desk" only %}',
        form=_Form(),
    )
    assert 'aria-describedby="id_name_help id_name_seen"' in shown
    assert '<p class="seen-by" id="id_name_seen">The desk</p>' in shown


def test_a_wrong_field_says_so_beside_itself_and_keeps_what_was_typed():
    form = _Form({"name": "", "state": "MN"})
    shown = _render(FIELD, form=form)
    assert 'aria-invalid="true"' in shown
    assert "Please fill this in." in shown
    assert 'aria-describedby="id_name_help id_name_error"' in shown
    assert 'id="id_name_error"' in shown


def test_choices_are_a_group_with_a_legend_and_real_boxes():
    shown = _render(
        '{% include "_partials/field.html" with field=form.needs only %}',
        form=_Form({"needs": ["MEDIA"]}),
    )
    assert "<legend>What would help?</legend>" in shown
    assert shown.count('type="checkbox"') == 2
    assert shown.count("checked") == 1
    assert 'for="id_needs_1"' in shown


def test_one_box_stands_before_its_label():
    shown = _render(
        '{% include "_partials/field.html" with field=form.others only %}', form=_Form()
    )
    assert shown.index("<input") < shown.index("<label")


def test_the_summary_links_to_each_wrong_field():
    shown = _render('{% include "_partials/errors.html" %}', form=_Form({}))
    assert "2 things need a look" in shown
    assert 'href="#id_name"' in shown
    assert 'href="#id_needs_0"' in shown


def test_a_form_without_errors_has_no_summary():
    assert _render('{% include "_partials/errors.html" %}', form=_Form()) == ""


def test_django_s_own_way_of_drawing_a_field_is_ours():
    assert 'class="form-control"' in str(_Form()["name"].as_field_group())


def test_capture_is_written_one_way():
    with pytest.raises(TemplateSyntaxError):
        Template("{% capture %}{% endcapture %}")
