"""Editors write lists and facts as lines; what is kept is data."""

import json

from cms.admin.lines import LabelledLines, Lines


def test_a_list_is_written_one_a_line_and_empty_lines_are_nothing() -> None:
    kept = Lines().value_from_datadict({"parts": "Display \r\n\r\n Adhesive seal"}, {}, "parts")
    assert json.loads(kept) == ["Display", "Adhesive seal"]
    assert Lines().format_value(kept) == "Display\nAdhesive seal"
    assert Lines().value_from_datadict({}, {}, "parts") == "[]"


def test_facts_keep_their_labels_and_a_colon_inside_a_fact_stays() -> None:
    kept = LabelledLines().value_from_datadict({"facts": "chip: A15 Bionic\nports: USB-C: two"}, {}, "facts")
    assert json.loads(kept) == {"chip": "A15 Bionic", "ports": "USB-C: two"}
    assert LabelledLines().format_value(kept) == "chip: A15 Bionic\nports: USB-C: two"


def test_what_cannot_be_read_is_shown_as_it_was() -> None:
    assert Lines().format_value("{no") == "{no"
