"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("If you write to the helpline: your answers, your wishes, calls, and help that you asked for"),
        why=mark(
            "So that a person can answer you. It is locked. Only your code opens it, and the helpline until you stop it"
        ),
        how_long=mark("Until two years after the last thing that happened in it, or until you erase it"),
        tables=("helpline.Case", "helpline.CaseEvent", "helpline.Help", "helpline.CallBack"),
    ),
    Retention(
        what=mark("Your plan to stay safe"),
        why=mark("So that you and the helpline have it when it gets dangerous"),
        how_long=mark("As long as what you write with the helpline"),
        tables=("helpline.PlanVersion",),
    ),
    Retention(
        what=mark("What you say went wrong, and the answer"),
        why=mark("So that those who lead the helpline hear it"),
        how_long=mark("Three years, or until you erase it"),
        tables=("helpline.Complaint",),
    ),
    Retention(
        what=mark("Notes of the helpline on its own work: who may read, who knows you, what was asked about danger"),
        why=mark("So that the right people help you"),
        how_long=mark("As long as what you write with the helpline"),
        tables=(
            "helpline.Note",
            "helpline.Review",
            "helpline.Assessment",
            "helpline.Lent",
            "helpline.StandIn",
            "helpline.Recusal",
            "helpline.Listener",
        ),
    ),
    Retention(
        what=mark("How often something was passed on without a yes, and under which law"),
        why=mark("So that it is counted"),
        how_long=mark("Three years"),
        tables=("helpline.Override",),
        stays=mark(
            "How often we passed something on without a yes, and under which law. It does not say whose it was."
        ),
    ),
    Retention(
        what=mark("Counts of what people wish for, without whose wish it was"),
        why=mark("So that we see whether everybody is helped alike"),
        how_long=mark("As long as they are counted. You can take yours back"),
        tables=("helpline.Tally",),
        stays=mark("Counts of what people wish for, if you let us count yours. They do not say whose wish it was."),
    ),
    Retention(
        what=mark("Of people who work for the helpline: their languages, their training, their pauses"),
        why=mark("So that work is shared well"),
        how_long=mark("While they work here; pauses for 800 days"),
        tables=("helpline.Profile", "helpline.Care", "helpline.Clearance"),
        about=About.OTHERS,
    ),
    Retention(
        what=mark("What a programme for people who did harm tells us, under a random name"),
        why=mark("So that somebody who asked for it is told, and stays safe"),
        how_long=mark("400 days"),
        tables=("helpline.Signal",),
        about=About.OTHERS,
    ),
)
