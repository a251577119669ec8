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
ADDRESS_MISTAKES = {
    ChannelKind.INBOX: _("The inbox is here and has no address. Leave this empty"),
    ChannelKind.WEBHOOK: _("Enter an address that begins with https://"),
    ChannelKind.EMAIL: _("Enter an e-mail address, such as abuse@example.com"),
    ChannelKind.XARF: _("Enter an e-mail address, such as abuse@example.com"),
    ChannelKind.LETTER: _("Enter the whole postal address, at most 600 characters"),
    ChannelKind.FORM: _("Enter an address that begins with https://"),
}
CHANNEL_MISTAKES = {
    "language": _("Enter the code of a language, such as en, ar or pt-BR"),
    "position": _("Enter a whole number from 0 to 99"),
    "source": _("Enter at most 300 characters"),
}
PROFILE_MISTAKES = {
    "language": _("Enter the code of a language, such as en, ar or pt-BR"),
    "jurisdiction": _("Enter two capital letters, such as DE, or EU for the Union"),
    "policy_url": _("Enter an address that begins with https://"),
    "reporting_url": _("Enter an address that begins with https://"),
    "policy_clause": _("Enter one line of at most 200 characters"),
    "lead_name": _("Enter one line of at most 200 characters"),
    "lead_contact": _("Enter one line of at most 200 characters"),
}
