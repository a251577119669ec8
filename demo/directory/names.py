"""Names that nobody has: of houses, people, streets and sites."""

import random

from leeward.society.directory.rules.words import split_words

SYMBOLS = (
    "Tidewater", "Lantern", "Kittiwake", "Safe Shore", "North Star", "Driftwood", "Samphire", "Lighthouse",
    "Petrel", "Heather", "Anchor", "Breakwater", "Kelp", "Morning Tide", "Sea Thrift", "Compass", "Sandpiper",
    "Lifeboat", "Rowan", "Fernhill", "Cormorant", "Pebble", "Quiet Water", "Windward", "Saltgrass", "Blue Door",
    "Turnstone", "Marram", "Bell Buoy", "Open Hand", "Hearth", "Second Wind", "Clearwater", "Stepping Stone",
    "Ferry", "Curlew", "Juniper", "Landfall", "Daybreak", "Seaglass", "Willow", "Beacon", "Herring Street",
    "Tern", "Mooring", "Linnet", "Candle", "Watershed", "Ropewalk", "Old Chapel", "Greenshank", "Puffin",
    "Clover", "Islander", "Harbourside",
)  # fmt: skip
QUALITIES = (
    "Silver", "Open", "Quiet", "Green", "Bright", "Far", "Early", "Steady", "Warm", "High", "Upper", "Western",
    "Little", "Kind", "Long", "Brave", "Clear", "Gentle", "Amber", "Coral", "Slate", "Copper", "Winter",
    "Summer", "Evening",
)  # fmt: skip
THINGS = (
    "Bridge", "Garden", "Door", "Shelter", "Orchard", "Window", "Meadow", "Well", "Gate", "Path", "Stone",
    "Sail", "Nest", "Spring", "Cairn", "Hollow", "Reef", "Quarry", "Mill", "Oak", "Thistle", "Swallow", "Otter",
    "Wren", "Heron", "Loom", "Ladder", "Kiln", "Barn", "Pier", "Ford", "Dune", "Cove", "Crossing", "Threshold",
    "Hawthorn", "Sparrow", "Brook",
)  # fmt: skip
BEGINNINGS = (
    "Thorn", "Hal", "Brack", "Win", "Mar", "Pen", "Ash", "Corm", "Dun", "Fal", "Gar", "Hes", "Ing", "Kell",
    "Lang", "Mor", "Nor", "Oster", "Pry", "Quil", "Rav", "Sel", "Tam", "Ulver", "Var", "Wex", "Yar", "Birk",
    "Cray", "Ell",
)  # fmt: skip
ENDINGS = (
    "wick", "dane", "holm", "ford", "by", "ley", "sea", "mere", "stow", "well", "ness", "gate", "more", "field",
    "beck", "combe", "croft", "den", "hurst", "land", "mouth", "pool", "ridge", "shaw",
)  # fmt: skip
STREETS = ("Street", "Road", "Lane", "Row", "Terrace", "Quay", "Walk", "Square")
COMPOSED = 40  # in percent


def make_symbol(dice: random.Random) -> str:
    """What a house, a charity or a group calls itself."""
    if dice.randrange(100) < COMPOSED:
        return f"{dice.choice(QUALITIES)} {dice.choice(THINGS)}"
    return dice.choice(SYMBOLS)


def make_surname(dice: random.Random) -> str:
    """A family's name."""
    return dice.choice(BEGINNINGS) + dice.choice(ENDINGS)


def make_street(dice: random.Random) -> str:
    """A street and a house in it."""
    name = make_surname(dice) if dice.randrange(2) else dice.choice(SYMBOLS)
    return f"{dice.randrange(1, 190)} {name} {dice.choice(STREETS)}"


def site_of(name: str) -> str:
    """The host of an organisation's site; `.example` belongs to nobody."""
    return "-".join(split_words(name))[:60].strip("-") + ".example"
