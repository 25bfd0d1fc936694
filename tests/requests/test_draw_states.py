from io import StringIO

from django.core.management import call_command

from requests.states import MOVES


def test_the_diagram_shows_every_move_from_every_source():
    drawn = StringIO()

    call_command("draw_states", stdout=drawn)

    lines = drawn.getvalue().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) == 2 + sum(len(move.sources) for move in MOVES.values())
    assert "    seeking --> engaged: engage" in lines
