"""What the rules refuse, in words for editors: by the field that is wrong, because rules speak no language but one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leeward.society.directory.errors import FieldError
from leeward.society.directory.rules.columns import Kind
from leeward.society.directory.rules.records import KINDS

OF_KIND = {
    Kind.WEB: _("Enter a whole web address that begins with https://, such as https://example.org/help"),
    Kind.EMAIL: _("Enter one e-mail address, such as help@example.org"),
}
# By the last word of a fault's path. Whatever is not here is said in the rules' own words.
MISTAKES: dict[str, str | Promise] = {
    "number": _("Enter a number of 3 to 15 digits, with a plus in front where it is international"),
    "extension": _("Enter the extension in digits, such as 204"),
    "currency": _("Enter the currency in three letters, such as GBP"),
    "amount": _("Enter an amount of 0 or more, such as 12.50"),
    "country": _("Enter the country in two letters, such as GB"),
    "code": _("Use small letters, digits, and - _ . : between them"),
    "ways": _(
        "For one of these ways there is no number, web page, e-mail address or place yet. Add it first, or take the"
        " tick out"
    ),
    "is_crisis_line": _("A crisis line needs a phone number, a text number or a chat. Add it first"),
    "service_areas": _("A crisis line that is not for the whole nation needs its areas. Enter at least one"),
    "locations": _("A service that hides its places can be given at confidential places only"),
    "is_confidential": _("A service that hides its places is given here, so this place must stay confidential"),
    "parent_organization_id": _("The two would be parts of each other. Choose another organisation"),
    "organization_id": _("There is no such organisation any more"),
    "byday": _("We cannot read these days. Write them as 1MO,3WE, or use the ticks"),
    "bymonthday": _("Enter numbers of days, such as 1, 15 or -1"),
    "closes_at": _("Enter a time of closing that is not the time of opening. A whole day is 00:00 to 24:00"),
}


# By what is wrong, where one field can be wrong in several ways.
FAULTS: dict[str, str | Promise] = {
    "The term would stand under itself.": _("The word would stand under itself. Choose one that is not below it"),
    "There is no such term in this taxonomy.": _("There is no such word in this family any more. Choose another one"),
    "Another term of this taxonomy has this code.": _("Another word of this family has this short name"),
    "Another taxonomy has this code.": _("Another family has this short name"),
    "There is no such taxonomy.": _("There is no such family of words any more"),
}


def mistake_words(error: FieldError) -> str:
    """One fault as an editor reads it."""
    if error.what in FAULTS:
        return str(FAULTS[error.what])
    name = error.field.rpartition(".")[2]
    known = MISTAKES.get(name) or OF_KIND.get(KINDS.get(name, Kind.TEXT))
    if known is None or "characters" in error.what or "signs" in error.what:
        return f"{error.what} {error.how}".strip()
    return str(known)
