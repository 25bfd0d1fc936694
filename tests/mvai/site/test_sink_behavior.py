"""How one message after the other is treated, by what was asked for."""

from collections import Counter
from typing import Any

import pytest

from mvai.site.sink.behavior import Behavior, Manner, NotUnderstood

SMTP, HTTP = "SINK_SMTP_PORT", "SINK_HTTP_PORT"
AUTH = ("demonstration", "demonstration")
TO, FROM = "+15075550100", "+18005550100"


def treated(asked: dict[str, Any], count: int) -> Counter[int]:
    behavior = Behavior(asked)
    return Counter(behavior.next("sms").status for _each in range(count))


def test_a_manner_may_apply_so_often():
    assert treated({"sms": {"times": 3, "status": 500}}, 10) == {500: 3, 0: 7}


def test_manners_come_one_after_the_other():
    behavior = Behavior({"sms": [{"times": 1, "status": 500}, {"times": 1, "status": 429}]})

    assert [behavior.next("sms").status for _each in range(3)] == [500, 429, 0]


def test_chances_add_up_and_are_the_same_with_the_same_seed():
    asked = {"sms": [{"chance": 0.2, "status": 500}, {"chance": 0.3, "status": 429}], "seed": 7}
    found = treated(asked, 5_000)

    assert found == treated(asked, 5_000)
    assert found != treated({**asked, "seed": 8}, 5_000)
    assert abs(found[500] - 1_000) < 120
    assert abs(found[429] - 1_500) < 120


def test_a_manner_may_be_for_one_number_only():
    behavior = Behavior({"sms": [{"to": "+12025550143", "times": 1, "status": 500}]})

    fared = [behavior.next("sms", to).status for to in ("+14025550177", "+12025550143") * 2]

    assert fared == [0, 500, 0, 0]


def test_channels_behave_apart():
    behavior = Behavior({"voice": {"drop": True}})

    assert behavior.next("sms") == Manner()
    assert behavior.next("voice").drop


def test_an_unknown_channel_is_not_understood():
    with pytest.raises(NotUnderstood, match="pigeon"):
        Behavior({"pigeon": {}})
