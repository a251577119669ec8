"""The hasher's words, kept here a second time so that they can be translated; a test holds them to the build's own."""

from django.utils.translation import gettext_noop

HASHER_WORDS: dict[str, str] = {
    "title": gettext_noop("Choose pictures and videos"),
    "promise": gettext_noop(
        "Your pictures and videos stay on this device. We only make fingerprints of them here. A "
        "fingerprint is not a picture."
    ),
    "preparing": gettext_noop("Loading what your device needs. Please wait a moment…"),
    "prepareFailed": gettext_noop(
        "We could not load all the tools. You can go on, but some files may not work. To try again, load "
        "this page again."
    ),
    "noisyBrowser": gettext_noop(
        "Your browser hides what is in pictures, to protect you. That is fine: we use our own tools instead. "
        "It takes a little longer."
    ),
    "choose": gettext_noop("Choose pictures or videos"),
    "drop": gettext_noop("You can also drop them here."),
    "listTitle": gettext_noop("What you chose"),
    "image": gettext_noop("Picture {number}"),
    "video": gettext_noop("Video {number}"),
    "waiting": gettext_noop("Waiting for its turn"),
    "working": gettext_noop("Making the fingerprints"),
    "ready": gettext_noop("Ready"),
    "partlyReady": gettext_noop("Ready, but only exact copies can be found"),
    "refused": gettext_noop("Not added"),
    "cancel": gettext_noop("Cancel"),
    "remove": gettext_noop("Remove"),
    "removed": gettext_noop("{name} was removed."),
    "showAll": gettext_noop("Show all the pictures here"),
    "show": gettext_noop("Show"),
    "statusWorking": gettext_noop("Ready: {ready}. Still to do: {left}."),
    "statusReady": gettext_noop("All done. Ready: {ready}. Not added: {refused}."),
    "statusNone": gettext_noop("Nothing chosen yet."),
    "plain": gettext_noop(
        "There is not enough in this picture to know it again safely. It may be very dark or all one colour. "
        "We can only find exact copies of this file."
    ),
    "plainVideo": gettext_noop(
        "There is not enough in this video to know it again safely. We can only find exact copies of this file."
    ),
    "damaged": gettext_noop(
        "We could not open this picture. It may be damaged. We can only find exact copies of this file. If "
        "you have it somewhere else too, add that copy."
    ),
    "large": gettext_noop(
        "This picture is too big to open here. We can only find exact copies of this file. If you have a "
        "smaller copy, add that one too."
    ),
    "undecodable": gettext_noop(
        "This browser cannot open this kind of picture. We can only find exact copies of this file. If you "
        "can, save it as JPEG and add that one too."
    ),
    "undecodableVideo": gettext_noop(
        "This browser cannot read this video. We can only find exact copies of this file. You can try another browser."
    ),
    "approx": gettext_noop(
        "This device is short of memory, so we used a smaller copy to make the fingerprints. That still works."
    ),
    "empty": gettext_noop("This file is empty. Please choose it again, or choose another one."),
    "unknown": gettext_noop(
        "This is not a picture or video that we know. Please choose a photo, a screenshot or a video."
    ),
    "unreadable": gettext_noop(
        "We could not read this file. It may have been moved, or this device is short of memory. Please "
        "choose it again."
    ),
    "duplicate": gettext_noop("You have added this one already."),
    "tooMany": gettext_noop(
        "You can add {most} pictures at a time. A video counts as two. The others were left out. Send these first, "
        "then you can add more."
    ),
    "offlineTitle": gettext_noop("Make the fingerprints on this device"),
    "offlineIntro": gettext_noop(
        "This page works without the internet. Nothing that you choose here can leave this device."
    ),
    "offlineResult": gettext_noop("Your fingerprints"),
    "offlineExplain": gettext_noop(
        "Copy these fingerprints into the form of the service, or give them to the helpline. They hold no picture, "
        "no name and no date."
    ),
    "offlineCodes": gettext_noop("Fingerprints"),
    "offlineCopy": gettext_noop("Copy the fingerprints"),
    "offlineCopied": gettext_noop("Copied."),
    "offlineCopyByHand": gettext_noop("Your browser did not let us copy. Select the text and copy it yourself."),
}
