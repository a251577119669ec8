"""A wave's codebook as DDI-Codebook 2.6 (DDI Alliance, 15 April 2026), by which data archives list surveys."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import Kind, Question, Questionnaire, Texts
from leeward.foundation.surveys.rules.waves import Way

NAMESPACE = "ddi:codebook:2_6"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MODES = {
    Way.OPEN: "Self-administered questionnaire: web-based",
    Way.CODES: "Self-administered questionnaire: web-based, by posted code",
    Way.FILE: "Fieldwork, delivered as a file",
}
SAMPLING = {
    Drawn.RANDOM: "Probability",
    Drawn.QUOTA: "Non-probability: quota",
    Drawn.OPEN: "Non-probability: self-selected",
}
ACCESS = "No row of anybody's answers leaves. Tables are published; others can be asked for."


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a codebook says of a wave beside its questions. `weights` names what it was weighted to, "" if nothing."""

    code: str
    title: Mapping[str, str]
    language: str
    nation: str
    population: str
    drawn: Drawn
    way: Way
    opens_on: date
    closes_on: date
    weights: str
    assumption: str = ""


def write_codebook(questionnaire: Questionnaire, wave: Described) -> str:
    """The codebook as XML: the study, and a variable for each question or, where several fit, for each answer."""
    ET.register_namespace("", NAMESPACE)
    book = ET.Element(_name("codeBook"), {"version": "2.6", XML_LANG: wave.language})
    study = _add(book, "stdyDscr")
    title = _add(_add(study, "citation"), "titlStmt")
    _add(title, "titl", wave.title[wave.language], language=wave.language)
    for language, text in wave.title.items():
        if language != wave.language:
            _add(title, "parTitl", text, language=language)
    _add(title, "IDNo", wave.code)
    summary = _add(_add(study, "stdyInfo"), "sumDscr")
    for event, day in (("start", wave.opens_on), ("end", wave.closes_on)):
        _add(summary, "collDate", day.isoformat(), event=event, date=day.isoformat())
    _add(summary, "nation", wave.nation)
    _add(summary, "anlyUnit", "Individual")
    _add(summary, "universe", wave.population)
    collection = _add(_add(study, "method"), "dataColl")
    _add(collection, "sampProc", f"{SAMPLING[wave.drawn]}. {wave.assumption}".strip())
    _add(collection, "collMode", MODES[wave.way])
    if wave.weights:
        _add(collection, "weight", f"Raked to the population's shares by {wave.weights}.")
    _add(_add(_add(study, "dataAccs"), "useStmt"), "restrctn", ACCESS)
    data = _add(book, "dataDscr")
    for question in questionnaire.questions:
        _add_variables(data, question)
    ET.indent(book, space=" ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(book, encoding="unicode") + "\n"


def _add_variables(data: ET.Element, question: Question) -> None:
    if question.kind is Kind.MANY:
        for answer in question.answers:
            variable = _variable(data, f"{question.name}_{answer.code}", answer.label, question)
            for value, texts in (("1", {"en": "Chosen"}), ("0", {"en": "Not chosen"})):
                _category(variable, value, texts)
        return
    variable = _variable(data, question.name, question.label, question)
    if question.kind is Kind.NUMBER:
        _add(_add(variable, "valrng"), "range", min=str(question.least), max=str(question.most))
    for answer in question.answers:
        _category(variable, answer.code, answer.label)


def _variable(data: ET.Element, name: str, labels: Texts, question: Question) -> ET.Element:
    variable = _add(data, "var", ID=name, name=name)
    for language, text in labels.items():
        _add(variable, "labl", text, language=language)
    asked = _add(variable, "qstn")
    for language, text in question.label.items():
        _add(asked, "qstnLit", text, language=language)
    return variable


def _category(variable: ET.Element, value: str, labels: Texts) -> None:
    category = _add(variable, "catgry")
    _add(category, "catValu", value)
    for language, text in labels.items():
        _add(category, "labl", text, language=language)


def _add(parent: ET.Element, element: str, text: str = "", /, *, language: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, _name(element), attributes | ({XML_LANG: language} if language else {}))
    made.text = text or None
    return made


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
