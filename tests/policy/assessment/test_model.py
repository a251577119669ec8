"""The model's file is held to its counts; the loader names every mistake; a country extends and never renumbers."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leeward.config.environment import EnvironmentIncomplete, read_environment
from leeward.foundation.editing.errors import EntryUnknown
from leeward.policy.assessment.errors import ModelMalformed
from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.features import FEATURES
from leeward.policy.assessment.rules.loading import (
    SHIPPED,
    extend,
    read_extension,
    read_model,
    shipped_model,
)
from leeward.policy.assessment.rules.model import Column, EditionStep, ItemPurpose, count_columns, follow
from leeward.policy.assessment.rules.reading import read_yaml

# Outcomes, best practice, essential provisions: counted in the source by hand and by script.
TOTALS = {
    "P1": (3, 4, 2), "P2": (2, 3, 1), "P3": (2, 4, 1),
    "C1": (2, 4, 2), "C2": (3, 2, 2), "C3": (1, 3, 1),
    "V1": (3, 2, 1), "V2": (2, 2, 2), "V3": (7, 4, 2), "V4": (1, 4, 1), "V5": (3, 1, 1),
    "I1": (1, 4, 1), "I2": (1, 2, 2), "I3": (1, 4, 1), "I4": (1, 2, 1), "I5": (1, 1, 2),
    "M1": (1, 4, 1), "M2": (1, 4, 2),
    "S1": (4, 3, 2), "S2": (2, 1, 2), "S3": (1, 4, 2),
}  # fmt: skip
AREA_TOTALS = {"P": (7, 11, 4), "C": (6, 9, 5), "V": (16, 13, 7), "I": (5, 13, 7), "M": (2, 8, 3), "S": (7, 8, 6)}
MODEL = shipped_model()


class TestWhatShips:
    def test_each_row_has_as_many_items_as_the_source_has_sentences(self) -> None:
        assert {row.id: tuple(count_columns(row.items).values()) for row in MODEL.rows} == TOTALS
        assert [row.id for row in MODEL.rows] == list(TOTALS)

    def test_so_has_each_area_and_the_whole(self) -> None:
        areas = {area.id: [item for row in area.rows for item in row.items] for area in MODEL.areas}
        assert {name: tuple(count_columns(items).values()) for name, items in areas.items()} == AREA_TOTALS
        assert tuple(count_columns(MODEL.items).values()) == (43, 62, 32)
        assert (len(MODEL.areas), len(MODEL.rows), len(MODEL.items)) == (6, 21, 137)

    def test_two_sentences_say_why_and_ask_for_nothing(self) -> None:
        assert [item.id for item in MODEL.items if item.kind is ItemPurpose.RATIONALE] == ["P3.B1", "C3.B2"]

    def test_columns_are_inferred_where_the_source_prints_no_heading(self) -> None:
        inferred = {item.id for item in MODEL.items if item.column_inferred}
        assert inferred == {item.id for row in MODEL.rows if row.id in ("C2", "C3") for item in row.items}

    def test_ids_are_numbered_within_their_column(self) -> None:
        for row in MODEL.rows:
            for column, letter in ((Column.OUTCOME, "O"), (Column.BEST_PRACTICE, "B"), (Column.ESSENTIAL, "E")):
                ids = [item.id for item in row.items if item.column is column]
                assert ids == [f"{row.id}.{letter}{number}" for number in range(1, len(ids) + 1)]

    def test_every_item_has_a_room_and_every_room_an_item_or_a_reason(self) -> None:
        used = {feature for item in MODEL.items for feature in item.features}
        assert all(item.features for item in MODEL.items)
        assert used <= FEATURES.keys()
        assert FEATURES.keys() - used == {"assessment.model"}  # the model does not ask for itself

    @pytest.mark.parametrize("name", [name for name, feature in FEATURES.items() if not feature.is_planned])
    def test_a_room_that_is_built_is_there(self, name: str) -> None:
        assert importlib.util.find_spec(FEATURES[name].module) is not None

    def test_every_query_that_an_item_names_exists_and_all_texts_are_short(self) -> None:
        assert {item.evidence for item in MODEL.items} - {""} <= QUERIES.keys()
        assert max(len(item.text) for item in MODEL.items) < 260
        assert len({item.text for item in MODEL.items}) == 137

    def test_items_are_found_by_id_alone(self) -> None:
        assert MODEL.item("V3.O7").column is Column.OUTCOME
        assert MODEL.row("I5").title != MODEL.row("I4").title
        for unknown in ("V3.O8", "", "v3.o7"):
            with pytest.raises(EntryUnknown):
                MODEL.item(unknown)
        with pytest.raises(EntryUnknown):
            MODEL.row("P4")


def _changed(change: Any) -> str:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    change(content)
    return yaml.safe_dump(content, allow_unicode=True)


def _first(content: Any) -> Any:
    return content["areas"][0]["rows"][0]["items"][0]


class TestMistakesInTheModel:
    @pytest.mark.parametrize(
        ("change", "place", "cure"),
        [
            (lambda it: _first(it).update(id="P1.O9x"), "P1.O9x, id", "form"),
            (lambda it: _first(it).update(id="P2.O9"), "P2.O9", "begins with its row's"),
            (lambda it: _first(it).update(id="P1.O2"), "P1.O2", "more than once"),
            (lambda it: _first(it).update(column="essential"), "P1.O1", "letter must say so"),
            (lambda it: _first(it).update(column="goal"), "P1.O1, column", "outcome, best_practice, essential"),
            (lambda it: _first(it).update(kind=None), "P1.O1, kind", "requirement, rationale"),
            (lambda it: _first(it).update(text=""), "P1.O1, text", "one line"),
            (lambda it: _first(it).update(text="a\nb"), "P1.O1, text", "one line"),
            (lambda it: _first(it).update(text="x" * 1001), "P1.O1, text", "1000 characters"),
            (lambda it: _first(it).update(features=["research.registre"]), "P1.O1, features", "not there"),
            (lambda it: _first(it).update(features=["strategy.forum"] * 2), "P1.O1, features", "twice"),
            (lambda it: _first(it).update(features="strategy.forum"), "P1.O1, features", "list of names"),
            (lambda it: _first(it).update(evidence="nobody.knows"), "P1.O1, evidence", "leeward evidence"),
            (lambda it: _first(it).update(column_inferred="yes"), "P1.O1, column_inferred", "true or false"),
            (lambda it: _first(it).update(colour="red"), "P1.O1", "colour"),
            (lambda it: it["areas"][0].update(rows={}), "P, rows", "list"),
            (lambda it: it["areas"][0]["rows"][0].update(id="C4"), "C4", "first letter"),
            (lambda it: it["model"].update(edition=0), "model, edition", "from 1"),
            (lambda it: it["model"].update(edition=2), "steps", "one step from each edition"),
            (lambda it: it["model"].update(source_sha256="x"), "model, source_sha256", "form"),
            (lambda it: it.update(steps=[{"from_edition": 1, "to_edition": 3, "heirs": {}}]), "steps", "leads to 2"),
            (lambda it: it.pop("areas"), "areas", "list"),
        ],
    )
    def test_each_is_named_with_its_place_and_cure(self, change: Any, place: str, cure: str) -> None:
        with pytest.raises(ModelMalformed) as caught:
            read_model(_changed(change))
        found = dict(caught.value.problems)
        assert place in found, found
        assert cure in " ".join(text for where, text in caught.value.problems if where == place)

    def test_all_are_named_at_once(self) -> None:
        def spoil(content: Any) -> None:
            _first(content).update(text="", kind="x")
            content["areas"][5]["rows"][0].update(title="")

        with pytest.raises(ModelMalformed) as caught:
            read_model(_changed(spoil))
        assert {place for place, _ in caught.value.problems} == {"P1.O1, text", "P1.O1, kind", "S1, title"}

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("a: [1, 2", "line 1"),
            ("a: &x [1]\nb: *x\n", "line 2"),
            ("a: 1\na: 2\n", "line 2"),
            ("a: !!python/object/apply:os.system [ls]\n", "line 1"),
            ("x" * 1_048_577, "the file"),
            ("[" * 5_000, "the file"),
            ("\x00", "the file"),
        ],
        ids=["unfinished", "alias", "twice", "python", "large", "deep", "unprintable"],
    )
    def test_what_is_no_plain_yaml_is_refused_with_its_line(self, text: str, place: str) -> None:
        with pytest.raises(ModelMalformed) as caught:
            read_yaml(text)
        assert caught.value.problems[0][0] == place

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)
                        | st.dictionaries(st.sampled_from(["model", "areas", "rows", "items", "id", "steps", "x"]),
                                          inner)))  # fmt: skip
    def test_whatever_the_file_holds_it_is_refused_by_name(self, content: Any) -> None:
        with pytest.raises(ModelMalformed):
            read_model(json.dumps(content))


EXTENSION = """
extends: {id: aoh-nrm, edition: 1}
country: Fairhaven
prefix: FH
adds:
  - {id: FH-V3.E1, text: The helpline answers in sign language too., features: [helpline.advice]}
  - {id: FH-V3.B1, text: It answers at night., kind: rationale}
scoped_out:
  - {id: C1.B4, reason: Our constitution forbids lists of offenders.}
"""


class TestACountrysOwn:
    def test_it_adds_in_the_same_row_and_scopes_out_in_sight(self) -> None:
        ours = extend(MODEL, read_extension(EXTENSION, model=MODEL))
        row = ours.row("V3")
        assert [item.id for item in row.items][-2:] == ["FH-V3.E1", "FH-V3.B1"]
        assert [item.column for item in row.items][-2:] == [Column.ESSENTIAL, Column.BEST_PRACTICE]
        assert ours.item("FH-V3.E1").is_own
        assert ours.item("FH-V3.B1").kind is ItemPurpose.RATIONALE
        assert ours.item("C1.B4").scoped_out == "Our constitution forbids lists of offenders."
        assert (ours.country, ours.prefix) == ("Fairhaven", "FH")

    def test_it_never_renumbers(self) -> None:
        ours = extend(MODEL, read_extension(EXTENSION, model=MODEL))
        assert [item.id for item in ours.items if not item.is_own] == [item.id for item in MODEL.items]
        assert [item.text for item in ours.items if not item.is_own] == [item.text for item in MODEL.items]

    @pytest.mark.parametrize(
        ("change", "place", "cure"),
        [
            (("id: FH-V3.E1", "id: V3.E3"), "V3.E3, id", "form"),
            (("id: FH-V3.E1", "id: XX-V3.E1"), "XX-V3.E1", "begin with FH-"),
            (("id: FH-V3.E1", "id: FH-V9.E1"), "FH-V9.E1", "does not have"),
            (("id: FH-V3.E1", "id: FH-V3.B1"), "FH-V3.B1", "keep one"),
            (("prefix: FH\n", ""), "prefix", "is missing"),
            (("prefix: FH", "prefix: fh"), "the file, prefix", "form"),
            (("edition: 1", "edition: 2"), "extends", "Carry the file over"),
            (("id: C1.B4", "id: C1.B9"), "C1.B9", "no such item"),
            (("reason: Our constitution forbids lists of offenders.", "reason: ''"), "C1.B4, reason", "one line"),
            (("helpline.advice", "helpline.advise"), "FH-V3.E1, features", "not there"),
            (("country: Fairhaven", "land: Fairhaven"), "the file", "country"),
        ],
    )
    def test_each_mistake_is_named_with_its_place_and_cure(
        self, change: tuple[str, str], place: str, cure: str
    ) -> None:
        assert change[0] in EXTENSION
        with pytest.raises(ModelMalformed) as caught:
            read_extension(EXTENSION.replace(*change), model=MODEL)
        assert any(where == place and cure in text for where, text in caught.value.problems), caught.value.problems

    def test_a_mistake_stops_the_start_and_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "ours.yaml"
        file.write_text(EXTENSION.replace("C1.B4", "C1.B9"), encoding="utf-8")
        variables = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path / "data"), "LEEWARD_MODEL_FILE": str(file)}
        with pytest.raises(EnvironmentIncomplete, match=r"C1\.B9: is scoped out, but the model has no such item"):
            read_environment(variables)
        with pytest.raises(EnvironmentIncomplete, match="LEEWARD_MODEL_FILE"):
            read_environment({**variables, "LEEWARD_MODEL_FILE": str(tmp_path / "nowhere.yaml")})
        file.write_text(EXTENSION, encoding="utf-8")
        extension = read_environment(variables).model_extension
        assert extension is not None
        assert extension.country == "Fairhaven"


class TestLaterEditions:
    STEPS = (
        EditionStep(from_edition=1, to_edition=2, heirs=(("P1.E1", ("P1.E1", "P1.E3")), ("V2.B2", ()))),
        EditionStep(from_edition=2, to_edition=3, heirs=(("P1.E3", ("P1.E4",)), ("S1.O1", ("S1.O9",)))),
    )

    @pytest.mark.parametrize(
        ("item", "start", "end", "heirs"),
        [
            ("P1.E1", 1, 3, ("P1.E1", "P1.E4")),
            ("P1.E1", 1, 2, ("P1.E1", "P1.E3")),
            ("V2.B2", 1, 3, ()),
            ("V2.B2", 2, 3, ("V2.B2",)),
            ("S1.O1", 1, 2, ("S1.O1",)),
            ("S1.O1", 1, 3, ("S1.O9",)),
            ("M2.E1", 1, 3, ("M2.E1",)),
            ("P1.E1", 3, 3, ("P1.E1",)),
        ],
    )
    def test_old_ids_lead_to_new_ones(self, item: str, start: int, end: int, heirs: tuple[str, ...]) -> None:
        assert follow(self.STEPS, item, from_edition=start, to_edition=end) == heirs
        assert follow(self.STEPS[::-1], item, from_edition=start, to_edition=end) == heirs

    def test_a_second_edition_carries_its_step(self) -> None:
        def renew(content: Any) -> None:
            content["model"]["edition"] = 2
            content["steps"] = [{"from_edition": 1, "to_edition": 2, "heirs": {"P1.E9": ["P1.E1"], "P9.E1": []}}]

        assert follow(read_model(_changed(renew)).steps, "P1.E9", from_edition=1, to_edition=2) == ("P1.E1",)

        def mislead(content: Any) -> None:
            renew(content)
            content["steps"][0]["heirs"]["P1.E9"] = ["P1.E77"]

        with pytest.raises(ModelMalformed, match=r"P1\.E9 becomes 'P1\.E77'"):
            read_model(_changed(mislead))


def test_the_command_prints_rows_with_features_and_items(tmp_path: Path) -> None:
    leeward = str(Path(sys.executable).with_name("leeward"))
    environment = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([leeward, "model", "--json"], env=environment, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)
    assert [row["id"] for row in rows] == list(TOTALS)
    assert all({"id", "features", "items"} <= row.keys() for row in rows)
    items = {item["id"]: item for row in rows for item in row["items"]}
    assert len(items) == 137
    assert all({"id", "text", "kind", "column", "features"} <= item.keys() for item in items.values())
    assert [name for name, item in items.items() if item.get("column_inferred")] == [
        name for name in items if name.startswith(("C2.", "C3."))
    ]
    assert items["S3.E2"]["evidence"] == "directory.verified_share"
    plain = subprocess.run([leeward, "model"], env=environment, capture_output=True, text=True, check=True).stdout
    assert "P3  2/4/1" in plain
