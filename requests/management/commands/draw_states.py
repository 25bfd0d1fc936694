"""Draws the life of a request from its table of moves, so that no document repeats it by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from requests.states import MOVES, State


class Command(BaseCommand):
    help = "Print the states and moves of a request as a Mermaid diagram."

    def handle(self, **options: Any) -> None:
        self.stdout.write("stateDiagram-v2")
        self.stdout.write(f"    [*] --> {State.SUBMITTED}: filed")
        for move in MOVES.values():
            for source in sorted(move.sources, key=list(State).index):
                self.stdout.write(f"    {source} --> {move.target}: {move.name}")
