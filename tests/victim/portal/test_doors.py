"""What stands first on a person's page: what presses most, and of what presses alike what people wait for."""

from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press, choose_first


def state(*steps: tuple[str, Press]) -> DoorState:
    return DoorState(
        line="", steps=tuple(NextStep(words=words, button="Go", href="/", press=press) for words, press in steps)
    )


def first_of(**behind: DoorState) -> str | None:
    step = choose_first((Door(name), state) for name, state in behind.items())
    return step and step.words


def test_what_presses_most_comes_first_wherever_it_stands() -> None:
    pictures = state(("They end soon.", Press.ENDING))
    people = state(("We have your words.", Press.CALM), ("They wrote to you.", Press.NEWS))
    assert first_of(pictures=pictures, people=people) == "They wrote to you."
    late = state(("You have nothing to do.", Press.CALM), ("We are late.", Press.OWED))
    assert first_of(pictures=pictures, people=people, links=late) == "We are late."


def test_of_what_presses_alike_people_come_before_links_and_pictures_and_notes() -> None:
    asked = {name: state((name, Press.ASKED)) for name in ("notes", "pictures", "links", "people")}
    for expected in ("people", "links", "pictures", "notes"):
        assert first_of(**asked) == expected
        del asked[expected]


def test_a_part_names_its_own_most_pressing_thing_in_its_own_order() -> None:
    assert first_of(links=state(("The first place.", Press.ASKED), ("The second.", Press.ASKED))) == "The first place."


def test_nothing_stands_first_where_no_part_has_anything_to_say() -> None:
    assert first_of() is None
    assert first_of(people=state(("", Press.CALM))) is None
