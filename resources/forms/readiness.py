from django import forms
from django.forms import BoundField

from resources.rules.readiness import QUESTIONS, Said, Topic


class ReadyForm(forms.Form):
    """One answer to each question; none has to be given."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=str(question.text),
                required=False,
                choices=Said.choices,
                widget=forms.RadioSelect,
            )

    @property
    def topics(self) -> list[tuple[Topic, list[BoundField]]]:
        return [
            (topic, [self[one.code] for one in QUESTIONS if one.topic == topic]) for topic in Topic
        ]
