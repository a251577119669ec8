"""What the two frames of the locker say: where a file is covered and locked, and where one is opened."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_noop

SEAL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": gettext_noop("Add a file"),
        "preparing": gettext_noop("One moment…"),
        "choose": gettext_noop("Choose a file"),
        "drop": gettext_noop("You can also drop it here."),
        "working": gettext_noop("Your device is working. Please wait a moment…"),
        "coverTitle": gettext_noop("Cover what nobody should see"),
        "coverHow": gettext_noop(
            "Draw a box with the mouse or a finger. Or press “Add a box” and type where it stands. A black box hides "
            "what is under it for good. Blur does not: it can be undone."
        ),
        "addBox": gettext_noop("Add a box"),
        "box": gettext_noop("Box {number}"),
        "left": gettext_noop("From the left, in percent"),
        "top": gettext_noop("From the top, in percent"),
        "width": gettext_noop("Width, in percent"),
        "height": gettext_noop("Height, in percent"),
        "removeBox": gettext_noop("Remove"),
        "burn": gettext_noop("Make the covered copy"),
        "goOn": gettext_noop("Go on without a box"),
        "otherFile": gettext_noop("Choose another file"),
        "askTitle": gettext_noop("Can an intimate part be seen?"),
        "picture": gettext_noop("You drew no box. Please look at the picture once more."),
        "noisy": gettext_noop(
            "Your browser hides what is in pictures, to protect you. So we cannot cover this one here. Please look at "
            "it once more."
        ),
        "undecodable": gettext_noop(
            "This browser cannot open this picture. So we cannot show it to you, and we cannot cover it. Please look "
            "at it in another app first."
        ),
        "askWhat": gettext_noop(
            "You decide what is intimate. It can be a bare body. It can also be hair that only your family sees."
        ),
        "nobodyLooks": gettext_noop("Nobody here looks at it to check your answer."),
        "notSeen": gettext_noop("No, nothing intimate can be seen"),
        "isSeen": gettext_noop("Yes, something can be seen"),
        "seenTitle": gettext_noop("Cover it, or keep it for you alone"),
        "pictureSeen": gettext_noop(
            "We advise you to cover it. A covered picture can be shown to people who help you."
        ),
        "noisySeen": gettext_noop("We advise you to cover it with another app first. Then add the covered one."),
        "undecodableSeen": gettext_noop("We advise you to take a screenshot of it. Add that, and cover it here."),
        "seenAlone": gettext_noop(
            "If you keep it uncovered, it is for you alone. We never show it to anybody. It never goes into pages that "
            "you take out."
        ),
        "seenRisk": gettext_noop("Anybody who knows your code can see it. A court may ask for it."),
        "seenChild": gettext_noop("Is anybody in it under 18? Then do not keep it here."),
        "coverIt": gettext_noop("Cover it"),
        "keepAlone": gettext_noop("Keep it uncovered, for me alone"),
        "checkTitle": gettext_noop("Look at it before you lock it"),
        "covered": gettext_noop("It is kept as a covered picture."),
        "uncovered": gettext_noop("It is kept as an uncovered picture. You say that nothing intimate can be seen."),
        "alone": gettext_noop("It is kept as an uncovered picture, for you alone."),
        "anew": gettext_noop(
            "This copy is what we keep. The picture itself stays on your device. Place and time are not in the copy."
        ),
        "asItIs": gettext_noop(
            "This file is kept as it is. What it says about itself, such as names and times, is locked too."
        ),
        "moves": gettext_noop("This picture moves. Only its first image is kept."),
        "keepAlike": gettext_noop(
            "Also keep a fingerprint of the picture, so that a copy of it can be known again later"
        ),
        "nothingSeen": gettext_noop("Nothing intimate can be seen any more"),
        "clean": gettext_noop("It shows no intimate picture, or that is covered"),
        "cleanMissing": gettext_noop("Look at it first. Then tick that no intimate picture can be seen."),
        "lock": gettext_noop("Lock it and keep it"),
        "coverMore": gettext_noop("Cover more"),
        "locked": gettext_noop("It is locked."),
        "video": gettext_noop(
            "We cannot keep videos, because we cannot cover them yet. Note the address where you saw it instead. You "
            "can also take a screenshot, cover it here and add that."
        ),
        "empty": gettext_noop("This file is empty. Please choose it again, or choose another one."),
        "unreadable": gettext_noop(
            "We could not read this file. It may have been moved, or this device is short of memory. Please choose it "
            "again."
        ),
        "tooLarge": gettext_noop("This file is too large. A file may have {most} megabytes."),
        "tooOld": gettext_noop(
            "This browser cannot lock files. Try a newer browser, or another device. You can still write down what "
            "happened."
        ),
    }
)

SHOW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": gettext_noop("A file"),
        "opening": gettext_noop("Opening…"),
        "opened": gettext_noop("It is open. It is not shown here."),
        "picture": gettext_noop("This picture was covered, or kept as it was."),
        "covered": gettext_noop("This picture was covered."),
        "uncovered": gettext_noop(
            "This picture was kept uncovered. Whoever keeps it says that nothing intimate can be seen."
        ),
        "alone": gettext_noop("This picture was kept uncovered, for you alone."),
        "lift": gettext_noop("Show the picture"),
        "lower": gettext_noop("Cover it again"),
        "colour": gettext_noop("In colour"),
        "damaged": gettext_noop("This file is damaged and does not open."),
    }
)
