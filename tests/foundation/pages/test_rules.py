"""The dialect, what is checked before approval, translations by block, translators' files and differences."""

import re
from xml.etree import ElementTree

import pytest

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.pages.errors import XliffRefused
from leeward.foundation.pages.rules.checks import Flaw, Known, check, must_be_corrected
from leeward.foundation.pages.rules.dialect import Reference, blocks_of, parse, plain
from leeward.foundation.pages.rules.differences import Turn, differences
from leeward.foundation.pages.rules.texts import Pair, Text, digests_of, is_behind, join_pairs, pairs_of
from leeward.foundation.pages.rules.xliff import NAMESPACE, read_xliff, write_xliff

KEYS = {"service": {"helpline", "night-line"}, "law": {"act-1"}}
KNOWN = Known(
    kinds=KEYS,
    parts=lambda each: ("", "phone") if each.key in KEYS[each.kind] else None,
    keys=lambda kind: KEYS[kind],
    is_own=lambda path: path in ("/help", "/safety"),
    sites={"www.example.org"},
)


def text(body: str, *, language: str = "en", title: str = "Title", renders: tuple[str, ...] = ()) -> Text:
    return Text(language=language, title=title, tab="Help", body=body, renders=renders)


def flaws(body: str, *, is_watched: bool = False) -> list[tuple[Flaw, int]]:
    return [(each.flaw, each.line) for each in check(text(body), KNOWN, is_watched=is_watched)]


class TestChecks:
    @pytest.mark.parametrize(
        ("body", "flaw", "line"),
        [
            ("One.\nCall [[service:helplime]].", Flaw.UNKNOWN, 2),
            ("[[servise:helpline]]", Flaw.KIND, 1),
            ("[[service:helpline fax]]", Flaw.PART, 1),
            ("One.\n\n[[service helpline]] two", Flaw.MALFORMED, 3),
            ("[[service:helpline", Flaw.MALFORMED, 1),
            ("One.\n\n### Three", Flaw.HEADING, 3),
            ("# One", Flaw.HEADING, 1),
            ("## Two\n\n#### Four", Flaw.HEADING, 3),
            ("[here](/help)", Flaw.EMPTY_LINK, 1),
            ("[https://www.example.org/](https://www.example.org/)", Flaw.EMPTY_LINK, 1),
            ("[Get help](/halp)", Flaw.NOWHERE, 1),
            ("[Get help](https://elsewhere.example/)", Flaw.OUTSIDE, 1),
            ("[Get help](http://www.example.org/)", Flaw.OUTSIDE, 1),
            ("[Get help](//elsewhere.example/)", Flaw.OUTSIDE, 1),
            ("![](/static/a.png)", Flaw.NO_WORDS, 1),
            ("![A boat](/static/a.png)", Flaw.PICTURE, 1),
            ("One <b>bold</b> word", Flaw.HTML, 1),
            (":::warning\nNever closed", Flaw.UNCLOSED, 1),
            (":::wraning\nMistyped\n:::", Flaw.UNCLOSED, 1),
            ("\n\n".join(["A paragraph."] * 95), Flaw.MANY, 0),
        ],
    )
    def test_what_must_be_corrected_is_named_with_its_line(self, body: str, flaw: Flaw, line: int) -> None:
        assert (flaw, line) in flaws(body)
        assert must_be_corrected(check(text(body), KNOWN, is_watched=False))

    def test_a_good_text_is_left_alone(self) -> None:
        body = (
            "Call [[service:helpline phone]] now.\n\n## Then {#then}\n\n- [Get help](/help)\n"
            "- [Their page](https://www.example.org/a), [call](tel:112), [up](#then)\n\n:::details More\nWords.\n:::"
        )
        assert flaws(body, is_watched=True) == []

    def test_the_nearest_keys_are_offered(self) -> None:
        (found,) = check(text("[[service:helplime]]"), KNOWN, is_watched=False)
        assert "[[service:helpline]]" in found.nearest

    def test_what_is_hard_to_read_is_a_hint_where_frightened_people_read_it(self) -> None:
        hard = "Notwithstanding institutional considerations, individuals experiencing victimisation nevertheless "
        body = f"{hard * 8}remain encouraged."
        assert {Flaw.HARD, Flaw.LONG} <= {flaw for flaw, _line in flaws(body, is_watched=True)}
        assert flaws(body, is_watched=False) == []
        assert must_be_corrected(check(text(body), KNOWN, is_watched=True)) == ()

    @pytest.mark.parametrize("typed", ["0800 555 0142", "+44 20 7946 0000", "57 %", "§ 184"])
    def test_what_can_change_and_was_typed_by_hand_is_a_hint(self, typed: str) -> None:
        assert (Flaw.TYPED, 1) in flaws(f"It is {typed} today.")


class TestTranslations:
    source = text("One.\n\n- a\n- b\n\n:::warning\nMind.\n\nTwice.\n:::")
    pairs = tuple(Pair(source=each, translated=each.text, renders=each.digest) for each in source.blocks)

    def translated(self) -> Text:
        pairs = [
            Pair(source=each.source, translated=each.source.text.replace("One", "Eins"), renders=each.renders)
            for each in self.pairs
        ]
        return join_pairs(self.source, "ar", pairs)

    def test_a_part_that_stands_out_is_one_block(self) -> None:
        assert [each.text[:4] for each in blocks_of(self.source.body)] == ["One.", "- a\n", ":::w"]

    def test_a_whole_translation_is_up_to_date_until_its_source_changes(self) -> None:
        done = self.translated()
        assert done.renders == digests_of(self.source)
        assert not is_behind(self.source, done)
        assert is_behind(text(self.source.body.replace("One.", "One!")), done)

    def test_only_what_changed_is_behind_and_keeps_its_words_to_begin_with(self) -> None:
        changed = text(f"New.\n\n{self.source.body.replace('One.', 'One!')}")
        pairs = pairs_of(changed, self.translated())
        assert [each.is_behind for each in pairs] == [False, False, True, True, False, False]
        assert pairs[5].translated.startswith(":::warning")
        assert "Eins." in [pairs[2].translated, pairs[3].translated]

    def test_a_block_that_became_two_is_refused_where_it_stands(self) -> None:
        torn = [*self.pairs[:2], Pair(source=self.pairs[2].source, translated="A.\n\nB."), *self.pairs[3:]]
        with pytest.raises(FieldRefused) as refused:
            join_pairs(self.source, "ar", torn)
        assert refused.value.field == "block_2"

    def test_what_is_not_translated_yet_is_left_out_and_keeps_it_behind(self) -> None:
        partly = join_pairs(self.source, "ar", [*self.pairs[:3], Pair(source=self.pairs[3].source), *self.pairs[4:]])
        assert len(partly.blocks) == 4
        assert is_behind(self.source, partly)


class TestTranslatorsFiles:
    source = text('Call [[service:helpline phone]] & say "<now>".\n\n- one\n- two')

    def written(self, translated: dict[int, str]) -> str:
        pairs = [
            Pair(
                source=each, translated=translated.get(number, ""), renders=each.digest if number in translated else ""
            )
            for number, each in enumerate(self.source.blocks)
        ]
        return write_xliff("help", pairs, source="en", target="ar")

    def read(self, content: str) -> dict[str, str]:
        units = read_xliff(content.encode(), code="help", source="en", target="ar")
        return {unit.digest: unit.translated for unit in units}

    def test_what_goes_out_comes_back(self) -> None:
        said = {0: "T", 1: "U", 2: "Ring [[service:helpline phone]] & > <b>", 3: "- eins\n- zwei"}
        wanted = {self.source.blocks[number].digest: words for number, words in said.items()}
        assert self.read(self.written(said)) == wanted

    def test_it_is_xliff_with_references_out_of_reach(self) -> None:
        tree = ElementTree.fromstring(self.written({}))  # noqa: S314  # our own
        assert tree.tag == f"{{{NAMESPACE}}}xliff"
        assert (tree.get("version"), tree.get("srcLang"), tree.get("trgLang")) == ("2.0", "en", "ar")
        units = tree.findall(f".//{{{NAMESPACE}}}unit")
        assert [each.get("name") for each in units] == list(digests_of(self.source))
        (held,) = tree.findall(f".//{{{NAMESPACE}}}data")
        assert held.text == "[[service:helpline phone]]"
        assert all("[[" not in "".join(each.itertext()) for each in tree.iter(f"{{{NAMESPACE}}}source"))
        assert {each.get("state") for each in tree.iter(f"{{{NAMESPACE}}}segment")} == {"initial"}

    @pytest.mark.parametrize(
        ("changed", "line", "said"),
        [
            (lambda _file: "nonsense", 1, "not XML"),
            (lambda file: file.replace("</unit>", "</unti>", 1), 4, "not XML"),
            (lambda file: file.replace(NAMESPACE, "urn:other"), 2, "not an XLIFF 2 file"),
            (lambda file: file.replace('trgLang="ar"', 'trgLang="de"'), 2, "another language: trgLang de"),
            (lambda file: file.replace('file id="help"', 'file id="safety"'), 3, "another page: safety"),
            (lambda file: file.replace('encoding="UTF-8"', 'encoding="klingon"'), 1, "unknown encoding"),
            (lambda file: file.replace('encoding="UTF-8"', 'encoding="gb18030"'), 1, "multi-byte"),
            (lambda file: file.replace("<xliff", "<!DOCTYPE x [<!ENTITY a 'b'>]>\n<xliff"), 2, "document type"),
            (lambda file: re.sub(r"(<target[^>]*>[^<]*)<ph[^>]*/>", r"\1it", file), 6, "reference is missing"),
            (lambda file: file + " " * 1_100_000, 1, "larger"),
        ],
    )
    def test_a_file_that_is_not_ours_is_refused_by_its_line(self, changed, line: int, said: str) -> None:  # type: ignore[no-untyped-def]
        file = self.written({2: "Ring [[service:helpline phone]]"})
        with pytest.raises(XliffRefused) as refused:
            self.read(changed(file))
        assert refused.value.line == line
        assert said in refused.value.code.label % {"line": line, "about": refused.value.about}


class TestDifferences:
    def test_blocks_are_told_apart_and_words_within_them(self) -> None:
        old = text("Call 1 now.\n\nStays.\n\nGoes.")
        new = text("Call 2 now.\n\nStays.", title="Other")
        found = differences(old, new)
        assert [each.turn for each in found] == [Turn.CHANGED, Turn.CHANGED, Turn.REMOVED]
        pieces = [(each.words.strip(), each.is_old, each.is_new) for each in found[1].pieces]
        assert pieces == [("Call", False, False), ("1", True, False), ("2", False, True), ("now.", False, False)]

    def test_the_same_text_differs_in_nothing(self) -> None:
        assert differences(text("One."), text("One.")) == ()


def test_plain_words_have_no_marks() -> None:
    assert plain("## A **b** [c](/d) [[service:e]]\n\n- f\n\n:::details g\nh\n:::") == "A b c [[service:e]]\nf\ng\nh"


def test_whoever_changes_what_was_parsed_changes_nothing_for_the_next() -> None:
    body = "# One\n\nTwo [[service:three]]."
    first = parse(body)
    first[0].tag, first[1].children = "h6", []
    del first[3:]
    heading, words, *rest = parse(body)
    assert (heading.tag, [each.content for each in words.children or []], len(rest)) == ("h1", ["One"], 4)
    assert (rest[2].children or [])[1].meta == {"reference": Reference("service", "three")}


def test_a_digest_is_of_what_is_said_alone() -> None:
    assert text("One.").sha256 == text("One.", renders=("x",)).sha256
    assert len({text("One.").sha256, text("Two.").sha256, text("One.", language="ar").sha256}) == 3
    assert str(Reference("service", "helpline", "phone")) == "[[service:helpline phone]]"
