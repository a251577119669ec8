"""The words in which staff read what the rules only name."""

from django.utils.translation import gettext_lazy as _

from leeward.industry.platforms.rules import ChannelKind, Rung

KIND_NAMES = {
    ChannelKind.INBOX: _("Inbox here"),
    ChannelKind.WEBHOOK: _("Webhook"),
    ChannelKind.EMAIL: _("E-mail"),
    ChannelKind.XARF: _("Abuse report by e-mail (XARF)"),
    ChannelKind.LETTER: _("Letter"),
    ChannelKind.FORM: _("Form on its website"),
}
RUNG_NAMES = {
    Rung.PLATFORM: _("The platform itself"),
    Rung.TRUSTED_FLAGGER: _("Its line for trusted flaggers"),
    Rung.HOST: _("Hosting provider"),
    Rung.CDN: _("Content delivery network"),
    Rung.REGISTRAR: _("Domain registrar"),
    Rung.SEARCH: _("Search engine"),
    Rung.PAYMENT: _("Payment provider"),
    Rung.ADVERTISING: _("Advertising provider"),
    Rung.REGULATOR: _("Regulator"),
    Rung.COURT: _("Court"),
    Rung.ACCESS_BLOCK: _("Access provider, to block it"),
}
