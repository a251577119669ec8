"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Of people who learn: name, number, mailbox, courses"),
        why=mark("So that their employer knows whose training is in date"),
        how_long=mark("While they are employed, and as the law says"),
        tables=("training.Learner", "training.Unit", "training.MachineStatement", "training.UploadPart"),
        about=About.OTHERS,
    ),
)
