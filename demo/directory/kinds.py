"""The kinds of services that the made-up nation has: for what, for whom, how, when and at what price."""

from dataclasses import dataclass
from enum import StrEnum

from demo.directory.hours import Hours
from leeward.society.directory.rules.records import Way

PHONE, TEXT, CHAT, VIDEO, EMAIL, VISIT = Way.PHONE, Way.TEXT, Way.CHAT, Way.VIDEO, Way.EMAIL, Way.IN_PERSON


class Price(StrEnum):
    """What one pays."""

    FREE = "free"
    SLIDING = "sliding"
    FIRST_FREE = "first free"
    PAID = "paid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind. `weight` is how many of every hundred or so there are; `national` and `visits` are shares in percent.

    `ways` all have; `more_ways` some have. Of `people`, `hours`, `ages` and `prices` each service has one.
    """

    code: str
    weight: int
    needs: tuple[str, ...]
    people: tuple[tuple[str, ...], ...] = (("everyone",),)
    ways: tuple[Way, ...] = (PHONE,)
    more_ways: tuple[Way, ...] = (EMAIL,)
    hours: tuple[Hours, ...] = (Hours.OFFICE,)
    ages: tuple[tuple[int | None, int | None], ...] = ((None, None),)
    prices: tuple[Price, ...] = (Price.FREE,)
    national: int = 0
    visits: int = 0
    is_secret: int = 70  # in percent: what is said there stays there
    hides_address: bool = False
    is_internal: bool = False
    open_on_holidays: bool = False
    promises: bool = True  # says what many say: no name, bring a friend, …


ADULTS, CHILDREN, YOUNG, OLD = (18, None), (None, 17), (11, 25), (60, None)
ANY_AGE = (None, None)

KINDS = (
    Kind(
        code="helpline",
        weight=6,
        needs=("helpline",),
        people=(("everyone",), ("everyone",), ("women",)),
        more_ways=(TEXT, CHAT, EMAIL),
        hours=(Hours.LONG_DAYS, Hours.EVENINGS, Hours.NIGHTS, Hours.WEEKEND_NIGHTS, Hours.ALWAYS),
        national=25,
        is_secret=100,
        open_on_holidays=True,
    ),
    Kind(
        code="chat_line",
        weight=3,
        needs=("helpline",),
        people=(("everyone",), ("young_people",)),
        ways=(CHAT, TEXT),
        hours=(Hours.EVENINGS, Hours.LONG_DAYS, Hours.NIGHTS),
        ages=(ANY_AGE, YOUNG),
        national=50,
        is_secret=100,
        open_on_holidays=True,
    ),
    Kind(
        code="law_centre",
        weight=8,
        needs=("legal", "court_support"),
        ways=(PHONE, EMAIL),
        more_ways=(VIDEO,),
        hours=(Hours.OFFICE, Hours.SOME_DAYS, Hours.WEEKLY),
        visits=80,
        national=8,
        is_secret=90,
    ),
    Kind(
        code="solicitors",
        weight=6,
        needs=("legal",),
        ways=(PHONE, EMAIL),
        more_ways=(VIDEO,),
        hours=(Hours.OFFICE, Hours.BY_APPOINTMENT),
        prices=(Price.FIRST_FREE, Price.PAID),
        visits=90,
        is_secret=90,
    ),
    Kind(
        code="counselling",
        weight=11,
        needs=("counselling",),
        people=(("everyone",), ("everyone",), ("women",)),
        ways=(EMAIL,),
        more_ways=(PHONE, VIDEO),
        hours=(Hours.OFFICE, Hours.SOME_DAYS, Hours.EVENINGS, Hours.BY_APPOINTMENT),
        ages=(ANY_AGE, ADULTS),
        prices=(Price.FREE, Price.SLIDING, Price.SLIDING, Price.PAID),
        visits=85,
        national=6,
        is_secret=95,
    ),
    Kind(
        code="advocates",
        weight=9,
        needs=("advocacy", "court_support"),
        people=(("women",), ("everyone",), ("women", "lgbtq")),
        more_ways=(EMAIL, TEXT),
        hours=(Hours.OFFICE, Hours.SOME_DAYS),
        visits=70,
        is_secret=90,
    ),
    Kind(
        code="removal_help",
        weight=4,
        needs=("content_removal", "online_safety"),
        ways=(EMAIL,),
        more_ways=(PHONE, CHAT),
        hours=(Hours.OFFICE, Hours.LONG_DAYS),
        national=60,
        is_secret=90,
    ),
    Kind(
        code="device_clinic",
        weight=4,
        needs=("online_safety",),
        more_ways=(EMAIL, VIDEO),
        hours=(Hours.MONTHLY, Hours.WEEKLY, Hours.FORTNIGHTLY),
        visits=90,
        is_secret=60,
    ),
    Kind(
        code="police",
        weight=5,
        needs=("police",),
        more_ways=(EMAIL,),
        hours=(Hours.ALWAYS, Hours.OFFICE),
        visits=80,
        is_secret=0,
        open_on_holidays=True,
        promises=False,
    ),
    Kind(
        code="mental_health",
        weight=5,
        needs=("health", "long_support"),
        more_ways=(VIDEO,),
        hours=(Hours.OFFICE, Hours.ALWAYS),
        visits=80,
        is_secret=80,
    ),
    Kind(
        code="sexual_health",
        weight=6,
        needs=("sexual_health", "health"),
        more_ways=(EMAIL, CHAT),
        hours=(Hours.ALWAYS, Hours.OFFICE, Hours.SOME_DAYS),
        visits=90,
        is_secret=100,
        open_on_holidays=True,
    ),
    Kind(
        code="refuge",
        weight=4,
        needs=("housing", "advocacy"),
        people=(("women",), ("women",), ("everyone",), ("lgbtq",), ("men",)),
        ways=(PHONE, VISIT),
        more_ways=(EMAIL,),
        hours=(Hours.ALWAYS, Hours.LONG_DAYS),
        is_secret=100,
        hides_address=True,
        open_on_holidays=True,
    ),
    Kind(code="housing", weight=4, needs=("housing",), hours=(Hours.OFFICE, Hours.SOME_DAYS), visits=85, is_secret=50),
    Kind(
        code="money",
        weight=4,
        needs=("money",),
        more_ways=(EMAIL, CHAT),
        hours=(Hours.OFFICE, Hours.SOME_DAYS, Hours.WEEKLY),
        visits=75,
        is_secret=60,
    ),
    Kind(code="court", weight=3, needs=("court_support",), hours=(Hours.OFFICE,), visits=100, is_secret=60),
    Kind(
        code="peer_group",
        weight=6,
        needs=("peer_support",),
        people=(("everyone",), ("women",), ("men",), ("lgbtq",), ("parents",)),
        ways=(EMAIL,),
        more_ways=(VIDEO, PHONE),
        hours=(Hours.MONTHLY, Hours.FORTNIGHTLY, Hours.WEEKLY, Hours.BY_APPOINTMENT),
        ages=(ANY_AGE, ADULTS),
        visits=70,
        is_secret=95,
    ),
    Kind(
        code="child_centre",
        weight=4,
        needs=("children", "counselling"),
        people=(("young_people", "parents"),),
        hours=(Hours.OFFICE,),
        ages=(CHILDREN,),
        visits=95,
        is_secret=70,
    ),
    Kind(
        code="youth_project",
        weight=4,
        needs=("children", "online_safety"),
        people=(("young_people",),),
        ways=(CHAT,),
        more_ways=(PHONE, TEXT),
        hours=(Hours.TERM, Hours.EVENINGS, Hours.SOME_DAYS),
        ages=(YOUNG,),
        visits=80,
        is_secret=90,
    ),
    Kind(
        code="stopping_harm",
        weight=4,
        needs=("stopping_harm",),
        people=(("everyone",), ("men",)),
        hours=(Hours.OFFICE, Hours.EVENINGS),
        ages=(ADULTS,),
        prices=(Price.FREE, Price.SLIDING),
        visits=40,
        national=20,
        is_secret=80,
    ),
    Kind(
        code="lgbtq",
        weight=3,
        needs=("advocacy", "counselling"),
        people=(("lgbtq",),),
        more_ways=(CHAT, EMAIL),
        hours=(Hours.OFFICE, Hours.EVENINGS),
        visits=60,
        national=25,
        is_secret=100,
    ),
    Kind(
        code="creators",
        weight=2,
        needs=("content_removal", "legal"),
        people=(("creators",), ("creators", "workers")),
        ways=(EMAIL,),
        more_ways=(CHAT, PHONE),
        ages=(ADULTS,),
        national=80,
        is_secret=95,
    ),
    Kind(
        code="deaf",
        weight=2,
        needs=("advocacy",),
        people=(("deaf",), ("deaf", "disabled")),
        ways=(VIDEO, TEXT),
        hours=(Hours.OFFICE, Hours.SOME_DAYS),
        visits=50,
        national=40,
        is_secret=90,
    ),
    Kind(
        code="migrants",
        weight=4,
        needs=("legal", "advocacy"),
        people=(("migrants",), ("migrants", "minorities")),
        hours=(Hours.SOME_DAYS, Hours.OFFICE, Hours.WEEKLY),
        visits=85,
        national=10,
        is_secret=95,
    ),
    Kind(
        code="community",
        weight=4,
        needs=("advocacy", "counselling"),
        people=(("minorities", "women"), ("minorities",)),
        more_ways=(TEXT, EMAIL),
        hours=(Hours.OFFICE, Hours.SOME_DAYS),
        visits=65,
        is_secret=95,
    ),
    Kind(
        code="older",
        weight=2,
        needs=("advocacy", "money"),
        people=(("older",),),
        ages=(OLD,),
        hours=(Hours.OFFICE, Hours.SOME_DAYS),
        visits=50,
    ),
    Kind(
        code="students",
        weight=3,
        needs=("short_support", "advocacy"),
        people=(("students",),),
        ways=(EMAIL,),
        more_ways=(PHONE, CHAT),
        hours=(Hours.TERM, Hours.OFFICE),
        ages=(ANY_AGE, ADULTS),
        visits=90,
    ),
    Kind(
        code="workers",
        weight=2,
        needs=("legal",),
        people=(("workers",),),
        ways=(PHONE, EMAIL),
        hours=(Hours.OFFICE, Hours.UNKNOWN),
        ages=(ADULTS,),
        national=60,
    ),
    Kind(
        code="men",
        weight=2,
        needs=("counselling", "helpline"),
        people=(("men",),),
        more_ways=(CHAT, EMAIL),
        hours=(Hours.EVENINGS, Hours.OFFICE),
        visits=40,
        national=30,
        is_secret=95,
    ),
    Kind(
        code="parents",
        weight=2,
        needs=("children",),
        people=(("parents",),),
        hours=(Hours.EVENINGS, Hours.SOME_DAYS, Hours.UNKNOWN),
        visits=30,
        national=30,
    ),
    Kind(
        code="disabled",
        weight=2,
        needs=("advocacy",),
        people=(("disabled",), ("disabled", "deaf")),
        more_ways=(TEXT, VIDEO, EMAIL),
        visits=60,
    ),
    Kind(code="internal", weight=2, needs=("advocacy", "police"), people=((),), is_internal=True, promises=False),
)
