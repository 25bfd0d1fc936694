"""A team's checklist as a PDF: letter size, a box before each line, a place to write an owner.

Drawn by fpdf2 with DejaVu Sans, which has the letters of every name in Latin, Greek and Cyrillic
script; of a font only the letters used go into the file.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.prefs import ViewerPreferences

FONT = "DejaVu"
INK, SOFT, RULE = (29, 39, 51), (74, 85, 99), (176, 170, 160)
MARGIN, BOX, INDENT = 18.0, 4.2, 8.0  # millimeters


@dataclass(frozen=True, slots=True)
class PaperLine:
    text: str
    facts: str  # owner, due and done in words; "" leaves a place to write who and by when
    note: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed, in the reader's language."""

    title: str
    agency: str
    language: str
    below: str
    page_words: str  # with %(page)s and %(pages)s
    progress: str
    blank: str  # where nobody is named yet: to write on
    phases: tuple[tuple[str, str, tuple[PaperLine, ...]], ...]  # name, how far, lines


class _Sheet(FPDF):
    """Letter paper with the title above each page but the first, and a number below."""

    def __init__(self, said: Paper) -> None:
        super().__init__(format="letter", unit="mm")
        self.said = said
        for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold")):
            self.add_font(FONT, style, settings.FONTS / f"{name}.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0  # text and boxes begin at one edge
        self.set_auto_page_break(True, margin=22)
        self.set_title(f"{said.title}, {said.agency}")
        self.set_author(said.agency)
        self.set_lang(said.language)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.alias_nb_pages("{pages}")

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        self.cell(0, 5, self.said.title[:90], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        words = self.said.page_words % {"page": self.page_no(), "pages": "{pages}"}
        self.cell(0, 4, self.said.below, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(0, 4, words)


def paper(said: Paper) -> bytes:
    """The PDF. Bookmarks lead to each phase; its title and language are set for readers aloud."""
    sheet = _Sheet(said)
    sheet.add_page()
    sheet.set_text_color(*INK)
    sheet.set_font(FONT, "B", 18)
    sheet.multi_cell(0, 8, said.title, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font(FONT, size=10.5)
    sheet.set_text_color(*SOFT)
    words = f"{said.agency} · {said.progress}"
    sheet.multi_cell(0, 6, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for name, progress, lines in said.phases:
        _phase(sheet, name, progress)
        for line in lines:
            _line(sheet, line)
    return bytes(sheet.output())


def _phase(sheet: _Sheet, name: str, progress: str) -> None:
    if sheet.will_page_break(34):  # a heading keeps its first line
        sheet.add_page()
    sheet.ln(5)
    sheet.set_font(FONT, "B", 12.5)
    sheet.set_text_color(*INK)
    if name:
        sheet.start_section(name)
        sheet.multi_cell(0, 6.5, name, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font(FONT, size=8.5)
    sheet.set_text_color(*SOFT)
    sheet.cell(0, 4.5, progress, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_draw_color(*RULE)
    sheet.line(MARGIN, sheet.get_y() + 1, sheet.w - MARGIN, sheet.get_y() + 1)
    sheet.ln(3.5)


def _line(sheet: _Sheet, line: PaperLine) -> None:
    width = sheet.epw - INDENT
    facts = line.facts or sheet.said.blank
    if sheet.will_page_break(_height(sheet, line, width)):
        sheet.add_page()
    top = sheet.get_y()
    sheet.set_draw_color(*INK)
    sheet.rect(MARGIN, top + 0.6, BOX, BOX)
    if line.is_done:
        sheet.line(MARGIN + 0.9, top + 2.9, MARGIN + 1.8, top + 3.9)
        sheet.line(MARGIN + 1.8, top + 3.9, MARGIN + 3.5, top + 1.5)
    sheet.set_left_margin(MARGIN + INDENT)
    sheet.set_xy(MARGIN + INDENT, top)
    sheet.set_font(FONT, size=10)
    sheet.set_text_color(*INK)
    sheet.multi_cell(width, 5.2, line.text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font(FONT, size=8.5)
    sheet.set_text_color(*SOFT)
    sheet.multi_cell(width, 4.6, facts, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if line.note:
        sheet.multi_cell(width, 4.6, line.note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_left_margin(MARGIN)
    sheet.set_x(MARGIN)
    sheet.ln(2.2)


def _height(sheet: _Sheet, line: PaperLine, width: float) -> float:
    """How much room a line takes, so that none is cut by the end of a page."""
    texts = [(line.facts or sheet.said.blank, 8.5, 4.6), (line.note, 8.5, 4.6)]
    height = 2.2
    for text, size, leading in [(line.text, 10, 5.2), *texts]:
        if text:
            sheet.set_font(FONT, size=size)
            room: Any = sheet.multi_cell(width, leading, text, dry_run=True, output="HEIGHT")
            height += room
    return height
