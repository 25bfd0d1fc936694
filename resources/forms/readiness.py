from django import forms

from resources.rules.readiness import QUESTIONS, Said


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
