"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("If a court orders it removed: the order and the places in it"),
        why=mark("So that it is obeyed. The number on your slip opens the places for you"),
        how_long=mark("As long as the order stands, and as the law says after that"),
        tables=("courts.Order", "courts.Target", "courts.TargetEvent"),
        stays=mark("A court’s own order. It belongs to the court."),
    ),
    Retention(
        what=mark("What clerks write down before an order is complete, and hashes from a case"),
        why=mark("So that nothing is typed twice, and copies are found"),
        how_long=mark("Until it is handed in; hashes as long as the order stands"),
        tables=("courts.Draft", "courts.HashList"),
        about=About.OTHERS,
    ),
)
