"""Where it is: addresses pasted in bulk, and what has no address: accounts, messages, search results."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leeward.foundation.reach.rules.addresses import is_public
from leeward.industry.platforms.errors import AddressFlaw, AddressRefused
from leeward.industry.platforms.queries import recognise
from leeward.industry.platforms.rules import CleanUrl, RefusedPaste, clean_url, split_pasted
from leeward.industry.platforms.rules.pasting import PASTED_LENGTH
from leeward.victim.removals.forms.person.answers import NOT_TEXT, TOO_LONG, line
from leeward.victim.removals.rules.reports import Item, ItemKind

# Names that mean something on one network alone.
NETWORK_NAMES = (".local", ".internal", ".lan", ".home.arpa", ".localhost")
FLAW_WORDS: Mapping[AddressFlaw, Promise] = {
    AddressFlaw.EMPTY: _("There is no address here."),
    AddressFlaw.TOO_LONG: _("This is too long for an address. Copy it again from the top of the browser."),
    AddressFlaw.MAIL: _("This is an e-mail address. We need the address of the page."),
    AddressFlaw.SCRIPT: _("This is not an address. Copy it again from the top of the browser."),
    AddressFlaw.DATA: _("This is the file itself. We need the address of the page that shows it; never the picture."),
    AddressFlaw.LOCAL_FILE: _("This is a file on a device. We need the address of the page; never the picture."),
    AddressFlaw.OTHER_SCHEME: _("This is not the address of a page. It should begin with https://"),
    AddressFlaw.NO_HOST: _("The site's name is missing. If it is the name of an account, you can tell us later."),
    AddressFlaw.BAD_HOST: _("The site's name seems to be misspelt. Copy it again from the top of the browser."),
    AddressFlaw.NOT_PUBLIC: _(
        "Only this device or network can open this. We need an address that others can open too."
    ),
    AddressFlaw.TOO_MANY: _("These are too many at once. Add the rest later."),
}
KIND_WORDS: Mapping[ItemKind, Promise] = {
    ItemKind.URL: _("Page"),
    ItemKind.ACCOUNT: _("Account"),
    ItemKind.MESSAGE: _("Messages"),
    ItemKind.SEARCH_RESULT: _("Search result"),
    ItemKind.MATCH: _("A copy that the site found itself"),
}


@dataclass(frozen=True, kw_only=True)
class Misunderstood:
    """Something pasted that could not be taken, and why."""

    text: str
    why: str


class PasteForm(forms.Form):
    """Addresses as they come: a list, a message, with words around them."""

    addresses = forms.CharField(
        label=_("Where is it? Paste the links"),
        help_text=_("One or many. In an app, press Share, then Copy link. Never send us the picture."),
        required=False,
        max_length=PASTED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off", "dir": "ltr"}),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": NOT_TEXT},
    )
    found: tuple[CleanUrl, ...] = ()
    refused: tuple[RefusedPaste, ...] = ()

    def clean_addresses(self) -> str:
        """The text as pasted; `found` and `refused` say what was understood of it."""
        text: str = self.cleaned_data["addresses"]
        found, refused = split_pasted(text)
        self.found = tuple(each for each in found if _may_be_public(each))
        unseen = (RefusedPaste(text=each.url, flaw=AddressFlaw.NOT_PUBLIC) for each in found if each not in self.found)
        self.refused = (*refused, *unseen)
        return text

    def keep_first(self, count: int) -> None:
        """Of what was understood, keep the first ones alone."""
        spare = (RefusedPaste(text=each.url, flaw=AddressFlaw.TOO_MANY) for each in self.found[count:])
        self.found, self.refused = self.found[:count], (*self.refused, *spare)

    def complain(self) -> None:
        """Say that there is nothing to go on with, or something that could not be read."""
        unread = _("We cannot use everything that you pasted. Below we say why.")
        self.add_error("addresses", unread if self.refused else _("Paste a link, or press “I have no link”."))

    @property
    def misunderstood(self) -> list[Misunderstood]:
        """What was refused, each with its reason in words."""
        return [Misunderstood(text=each.text, why=str(FLAW_WORDS[each.flaw])) for each in self.refused]


def _may_be_public(place: CleanUrl) -> bool:
    """Whether others can open it: a name or address of one network alone is not, but where a platform is known."""
    try:
        open_to_others = is_public(ip_address(place.host.strip("[]")))
    except ValueError:
        open_to_others = place.host != "localhost" and not place.host.endswith(NETWORK_NAMES)
    return open_to_others or recognise(place) is not None


class MoreForm(forms.Form):
    """One thing without an address of its own."""

    kind = forms.TypedChoiceField(
        label=_("What is it?"),
        choices=[
            (ItemKind.ACCOUNT, _("An account or profile")),
            (ItemKind.MESSAGE, _("Messages, a chat or a group")),
            (ItemKind.SEARCH_RESULT, _("What a search shows")),
        ],
        coerce=ItemKind,
        widget=forms.RadioSelect,
        required=False,
        empty_value=ItemKind.ACCOUNT,
    )
    site = line(label=_("On which site or app?"), help_text=_("Its name as you know it."))
    handle = line(
        label=_("The name there"),
        help_text=_("The account's name, the group's name, or the words that were searched for."),
    )
    address = line(label=_("Its address, if you have one"), help_text=_("Copied from the browser. You can skip this."))
    note = line(label=_("Anything that helps to find it"))

    def clean(self) -> dict[str, object]:
        """Something must be said of it, and an address must be one."""
        given = super().clean() or {}
        said = [given.get(name) for name in ("site", "handle", "address", "note")]
        if not any(said):
            self.add_error("site", _("Name the site or the account, or press Continue if there is nothing to add."))
        address = given.get("address")
        if address:
            try:
                given["address"] = clean_url(str(address)).url
            except AddressRefused as error:
                self.add_error("address", str(FLAW_WORDS[error.flaw]))
        return given

    @property
    def item(self) -> Item:
        """What was told, as a place."""
        given = self.cleaned_data
        return Item(
            kind=given["kind"],
            url=given["address"],
            handle=given["handle"],
            site=given["site"],
            note=given["note"],
        )
