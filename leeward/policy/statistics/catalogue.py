"""The catalogue of indicators, in words for people: what is computed here, and what is not and why.

The numbers 1 to 24 are those of the list from which the catalogue was made; what somebody else has published about the
same thing stands beside each as a fact with its source, and is never drawn as if it were ours.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.records import Baseline, Indicator
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.recipes import Better, Scope, Shape, Theme, Unit

UK, IRELAND, AUSTRALIA = _("United Kingdom"), _("Ireland"), _("Australia")
TAIWAN, KOREA, USA = _("Taiwan"), _("Republic of Korea"), _("United States")
ENGLAND_WALES, TEN = _("England and Wales"), _("Ten countries")
# Who published a baseline, and under which title: names are not translated.
HELPLINE_UK, HELPLINE_UK_2023 = "Revenge Porn Helpline", "Revenge Porn Helpline, annual report for 2023"
HOTLINE_IE = "Hotline.ie, annual reports"
REVIEW_IE = "Department of Justice, review of the Harassment, Harmful Communications and Related Offences Act 2020"
ESAFETY_SURVEY = "eSafety Commissioner, national survey on image-based abuse"
ESAFETY_SCHEME = "eSafety Commissioner, Insights from eSafety's image-based abuse reporting and removal scheme"
KOREA_CENTRE = "Digital Sex Crime Victim Support Center"
KOREA_REPORT = "Digital Sex Crime Victim Support Center, 2024 Digital Sexual Crime Victim Support Report"
TAIWAN_MINISTRY = "Ministry of Health and Welfare"
TEN_STUDY = "Prevalence and Impacts of Image-Based Sexual Abuse Victimization: A Multinational Study"
TEN_THREATS = "Henry and Umbach, Sextortion: Prevalence and correlates in 10 countries"
TEN_SYNTHETIC = "Umbach and others, Non-Consensual Synthetic Intimate Imagery: Prevalence, Attitudes, and Knowledge"
CREST = "Crest Advisory for the Office of the Police Chief Scientific Adviser, survey of 1,700 people"
DESK, SURVEY = _("The removal desk of this platform"), _("A survey of the population")
COURTS = _("Records of police, prosecution and courts")
BY_SENT = _("By the week or month in which the first notice was sent")
BY_GONE = _("By the week or month in which it was gone for the first time")
BY_DAY = _("As it stood on the last day of the week or month on which it was counted")
NO_SURVEY = _("Not computed here, because only a survey of the population can tell; none is kept here.")
NO_COURTS = _("Not computed here, because no figures of police, prosecution or courts reach this platform.")
CONSENT = _("Only reports are counted whose person agreed to it.")


UNITS = {Shape.SHARE: Unit.PERCENT, Shape.RATIO: Unit.RATIO, Shape.COUNT: Unit.COUNT, Shape.QUANTILE: Unit.HOURS}


def _ours(
    indicator_id: str, number: int | None, theme: Theme, scope: Scope, *, items: str, **words: object
) -> Indicator:
    recipe = RECIPES[indicator_id]
    return Indicator(
        id=indicator_id,
        number=number,
        theme=theme,
        scope=scope,
        unit=UNITS[recipe.shape],
        follow_up_days=recipe.follow_up_days,
        breakdown=recipe.breakdown,
        items=tuple(items.split()),
        **{"source": DESK, "period_words": BY_DAY, **words},  # type: ignore[arg-type]
    )


def _not_ours(
    indicator_id: str, number: int, theme: Theme, scope: Scope, unit: Unit, *, items: str, **words: object
) -> Indicator:
    return Indicator(
        id=indicator_id,
        number=number,
        theme=theme,
        scope=scope,
        unit=unit,
        items=tuple(items.split()),
        **{"source": SURVEY, "not_computed": NO_SURVEY, **words},  # type: ignore[arg-type]
    )


def _baseline(
    where: str | Promise,
    words: str | Promise,
    source: str,
    year: int | None = None,
    *,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Baseline:
    if value is not None:
        low = high = value
    return Baseline(where=where, words=words, source=source, year=year, low=low, high=high)


_REMOVAL = (
    _ours(
        "removal-rate",
        1,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Removal rate"),
        definition=_("Of the items for which removal was asked, those that were gone within 90 days."),
        numerator=_("Items gone within 90 days: seen gone, or said to be removed and not seen up again"),
        denominator=_("Items for which a first notice was sent"),
        caveat=_(
            "A platform's word counts where nobody has looked. Published rates elsewhere count other things: reports "
            "instead of items, only what was actionable, or blocking too."
        ),
        period_words=BY_SENT,
        items="V2.E2 V3.O2 I2.O1",
        better=Better.MORE,
        baselines=(
            _baseline(UK, _("About 90 %"), HELPLINE_UK_2023, 2023, value=90),
            _baseline(IRELAND, _("92 to 95 %"), HOTLINE_IE, 2023, low=92, high=95),
            _baseline(
                AUSTRALIA,
                _("89.9 %, all or some of what was asked"),
                ESAFETY_SCHEME,
                2023,
                value=89.9,
            ),
        ),
    ),
    _ours(
        "removal-verified",
        None,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Removals that were verified"),
        definition=_("Of the items gone within 90 days, those that we saw to be gone."),
        numerator=_("Items seen gone within 90 days"),
        denominator=_("Items gone within 90 days"),
        caveat=_("Places behind a sign-in cannot be looked at; there a platform's word is all there is."),
        period_words=BY_SENT,
        items="V2.E2 I3.B2",
        better=Better.MORE,
    ),
    _ours(
        "hours-to-removal-median",
        2,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Hours to removal, median"),
        definition=_("The hours within which half of the items that were gone within 90 days were gone."),
        denominator=_("Items gone within 90 days"),
        caveat=_("From the first notice until it was seen gone, or said to be removed. What stays up is not in it."),
        period_words=BY_SENT,
        items="V2.E2 I1.E1 I2.O1",
        better=Better.LESS,
        baselines=(
            _baseline(
                TAIWAN,
                _("About ten days before the law"),
                TAIWAN_MINISTRY,
                2023,
                value=240,
            ),
            _baseline(
                _("Pornhub"),
                _("12 hours after orders of police, February to May"),
                "Aylo Freesites, EU DSA transparency report, June 2024",
                2024,
                value=12,
            ),
        ),
    ),
    _ours(
        "hours-to-removal-p90",
        2,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Hours to removal, nine of ten"),
        definition=_("The hours within which nine in ten of the items that were gone within 90 days were gone."),
        denominator=_("Items gone within 90 days"),
        caveat=_("Printed only of 100 items or more: of fewer, the slowest could be told apart."),
        period_words=BY_SENT,
        items="V2.E2 I2.O1",
        better=Better.LESS,
    ),
    _ours(
        "removed-within-law",
        2,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Removed within the law's time"),
        definition=_("Of the items for which a law's clock ran, those that were gone before it ran out."),
        numerator=_("Items gone before the law's clock ran out"),
        denominator=_("Items asked for under a law that sets a time"),
        caveat=_("Laws set different times; a clock that stood still, because something was missing, counts as such."),
        period_words=BY_SENT,
        items="P2.O2 P2.B1 I2.O1",
        better=Better.MORE,
    ),
    _ours(
        "accepted-first-time",
        3,
        Theme.PLATFORMS,
        Scope.ITEMS,
        title=_("Notices accepted the first time"),
        definition=_(
            "Of the items for which removal was asked, those whose platform's first answer was that it is gone."
        ),
        numerator=_("Items whose first answer, within 90 days, was that it is removed"),
        denominator=_("Items for which a first notice was sent"),
        caveat=_("What a platform answers is its word; whether it is gone is counted by itself."),
        period_words=BY_SENT,
        items="I1.E1 I2.O1 I4.B2",
        better=Better.MORE,
        baselines=(
            _baseline(
                _("Microsoft"),
                _("63 %"),
                "Microsoft, Content Removal Requests Report",
                2015,
                value=63,
            ),
        ),
    ),
    _ours(
        "answered",
        None,
        Theme.PLATFORMS,
        Scope.ITEMS,
        title=_("Requests that were answered"),
        definition=_("Of the items for which removal was asked, those that the platform answered within 90 days."),
        numerator=_("Items answered within 90 days, in whatever way"),
        denominator=_("Items for which a first notice was sent"),
        caveat=_("That it has arrived is no answer; that something is missing is one."),
        period_words=BY_SENT,
        items="I1.E1 I2.E2",
        better=Better.MORE,
    ),
    _ours(
        "reupload-rate",
        4,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Items that came back"),
        definition=_("Of the items that were gone, those that were seen up again within 90 days."),
        numerator=_("Items seen up again within 90 days"),
        denominator=_("Items gone for the first time in the period"),
        caveat=_("It is seen only where somebody looks: the same picture at another place is an item of its own."),
        period_words=BY_GONE,
        items="V2.B2 I2.B1 I3.O1",
        better=Better.LESS,
        baselines=(_baseline(UK, _("61,213 known items were up, of 81,000 removed"), HELPLINE_UK, 2024),),
    ),
    _ours(
        "items-per-report",
        5,
        Theme.REMOVAL,
        Scope.REPORTS,
        title=_("Items in a report"),
        definition=_("How many items a report names within its first 30 days."),
        numerator=_("Items named within 30 days; what platforms found by hashes is not among them"),
        denominator=_("Reports handed in"),
        caveat=_("A mean: a few reports with very many items move it. One person may hand in more than one report."),
        period_words=_("By the week or month in which the report was handed in"),
        items="P1.B3 V2.O2",
        baselines=(
            _baseline(
                KOREA,
                _("About 29 deletions for each person"),
                KOREA_REPORT,
                2024,
                value=29,
            ),
            _baseline(
                UK,
                _("12 in 2021 and 72 in 2020 for women, fewer than 2 for men"),
                HELPLINE_UK,
                2021,
                low=12,
                high=72,
            ),
        ),
    ),
    _ours(
        "reports-filed",
        None,
        Theme.REMOVAL,
        Scope.REPORTS,
        title=_("Reports handed in"),
        definition=_("How many reports were handed in at the removal desk."),
        numerator=_("Reports handed in"),
        caveat=CONSENT,
        period_words=_("By the week or month in which the report was handed in"),
        items="P1.B3 V2.E2",
    ),
    _ours(
        "items-asked",
        None,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Items for which removal was asked"),
        definition=_("How many items a first notice was sent for."),
        numerator=_("Items for which a first notice was sent"),
        caveat=CONSENT,
        period_words=BY_SENT,
        items="V2.E2 I1.E1",
    ),
    _ours(
        "pre-emptive-share",
        19,
        Theme.PREVENTION,
        Scope.ITEMS,
        title=_("Found before anybody had to report it"),
        definition=_("Of the items that were gone, those that a platform had found by a hash."),
        numerator=_("Items found by a hash from the exchange"),
        denominator=_("Items gone for the first time in the period"),
        caveat=_("What platforms block before it appears reaches no desk, and is not in it."),
        period_words=BY_GONE,
        items="V2.B1 V2.B2 I2.O1 I3.E1",
        better=Better.MORE,
        baselines=(_baseline(KOREA, _("18.6 per cent of all deletions"), KOREA_CENTRE, value=18.6),),
    ),
    _ours(
        "escalation-success",
        21,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Gone after somebody else was asked"),
        definition=_(
            "Of the items for which somebody besides the platform was asked, those gone within 90 days of it."
        ),
        numerator=_("Items gone within 90 days of the first further step"),
        denominator=_("Items for which a further step was taken for the first time"),
        caveat=_("It is counted by the first further step; a later one may be what worked."),
        period_words=_("By the week or month in which somebody else was asked first"),
        items="V2.O2 P2.B3",
        better=Better.MORE,
        baselines=(
            _baseline(
                UK,
                _("87 per cent led to action, of harmful content"),
                "Report Harmful Content, Report 2022",
                2022,
                value=87,
            ),
            _baseline(
                KOREA,
                _("33 per cent, and 94 per cent with the law behind it"),
                KOREA_CENTRE,
                2022,
                low=33,
                high=94,
            ),
        ),
    ),
    _ours(
        "reversals",
        22,
        Theme.REMOVAL,
        Scope.ITEMS,
        title=_("Removals that were reversed"),
        definition=_("Of the items that were gone, those put back within 90 days because the other side was right."),
        numerator=_("Items put back within 90 days"),
        denominator=_("Items gone for the first time in the period"),
        caveat=_("How many reports were made in bad faith is not computed: nobody records why one is closed."),
        period_words=BY_GONE,
        items="P2.B2 I2.O1",
        better=Better.LESS,
    ),
)

_WORK = (
    _not_ours(
        "caseload",
        18,
        Theme.SUPPORT,
        Scope.STAFF,
        Unit.RATIO,
        title=_("Open reports for each practitioner"),
        definition=_("Reports that are open, for each practitioner at work."),
        source=DESK,
        items="V3.B1",
        not_computed=_(
            "Not computed here, because the load is of all reports, and those whose person did not agree to be counted "
            "are not counted for the public. Supervisors see it at their desk."
        ),
    ),
    _ours(
        "staff-exposure",
        23,
        Theme.SUPPORT,
        Scope.STAFF,
        title=_("How much evidence staff see"),
        definition=_("How often a member of staff opened evidence, on a day on which she opened any."),
        numerator=_("How often evidence was opened"),
        denominator=_("Days of members of staff on which they opened any"),
        caveat=_("Counted only where at least ten members of staff opened any. Seconds and hours are not recorded."),
        period_words=_("By the week or month in which it was opened"),
        items="V3.B1",
        better=Better.LESS,
    ),
    _not_ours(
        "referral-uptake",
        20,
        Theme.SUPPORT,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Referrals that were taken up"),
        definition=_("Of the people to whom a referral was offered, those who took it."),
        numerator=_("Referrals accepted"),
        denominator=_("Referrals offered"),
        source=_("Helplines and support services"),
        items="V3.O6 V4.O1",
        not_computed=_("Not computed here, because referrals are not recorded on this platform."),
    ),
    _ours(
        "directory-freshness",
        None,
        Theme.SUPPORT,
        Scope.SERVICES,
        title=_("Services that were checked in time"),
        definition=_("Of the services at work in the directory, those checked within the last 180 days."),
        numerator=_("Services checked within 180 days"),
        denominator=_("Services at work in the directory"),
        source=_("The directory of this platform"),
        caveat=_("A check says that the entry was right, not that the service is good."),
        items="S3.O1 S3.B4 S3.E2",
        better=Better.MORE,
    ),
)

_INDUSTRY = (
    _ours(
        "signatories-in-good-standing",
        None,
        Theme.INDUSTRY,
        Scope.ORGANISATIONS,
        title=_("Signatories in good standing"),
        definition=_("Of the organisations that have signed the national declaration, those that owe nothing."),
        numerator=_("Signatories in good standing, those with something due soon among them"),
        denominator=_("Organisations that have signed and not left"),
        source=_("The register of the declaration"),
        caveat=_("Standing says that what was promised was shown, not how well it works."),
        items="I5.O1 I5.B1 I5.E1",
        better=Better.MORE,
    ),
    _ours(
        "commitments-kept",
        None,
        Theme.INDUSTRY,
        Scope.ORGANISATIONS,
        title=_("Commitments that were kept"),
        definition=_("Of the commitments of all signatories that had to be shown by now, those shown and in date."),
        numerator=_("Commitments shown and in date"),
        denominator=_("Commitments that had to be shown, or were shown before"),
        source=_("The register of the declaration"),
        caveat=_("It counts commitments, so an organisation with many weighs more."),
        items="I5.B1",
        better=Better.MORE,
    ),
    _ours(
        "platforms-with-lead",
        None,
        Theme.INDUSTRY,
        Scope.PLATFORMS,
        title=_("Platforms with somebody who answers for it"),
        definition=_("Of the listed platforms, those whose lead for image abuse is named."),
        numerator=_("Platforms with a named lead"),
        denominator=_("Listed platforms"),
        source=_("The register of platforms"),
        caveat=_("Platforms that nobody has entered are missing."),
        items="I1.B1",
        better=Better.MORE,
    ),
    _ours(
        "platforms-with-policy",
        None,
        Theme.INDUSTRY,
        Scope.PLATFORMS,
        title=_("Platforms with a complete policy"),
        definition=_("Of the listed platforms, those whose policy meets every point of the checklist."),
        numerator=_("Platforms that meet the whole checklist"),
        denominator=_("Listed platforms"),
        source=_("The checklists of platforms"),
        caveat=_("A policy says what is promised, not what is done."),
        items="I1.O1 I1.B2",
        better=Better.MORE,
    ),
    _ours(
        "platforms-drawing",
        None,
        Theme.PREVENTION,
        Scope.PLATFORMS,
        title=_("Platforms that draw the feed"),
        definition=_("How many platforms have fetched hashes from the exchange within a week."),
        numerator=_("Platforms that fetched within a week"),
        source=_("The exchange of this platform"),
        caveat=_("Fetching is not matching."),
        items="V2.B1 I3.E1",
        better=Better.MORE,
    ),
    _ours(
        "hashes-in-force",
        None,
        Theme.PREVENTION,
        Scope.HASHES,
        title=_("Hashes that platforms can draw"),
        definition=_("How many hashes are published in the exchange and have not run out or been taken back."),
        numerator=_("Hashes in force"),
        source=_("The exchange of this platform"),
        caveat=_("One picture has several hashes, and one person may have several pictures."),
        items="V2.E1 I3.E1",
    ),
    _ours(
        "withdrawals-acknowledged",
        None,
        Theme.PREVENTION,
        Scope.HASHES,
        title=_("Withdrawals that platforms have honoured"),
        definition=_("Of the withdrawals that platforms had to confirm by now, those confirmed."),
        numerator=_("Withdrawals confirmed"),
        denominator=_("Withdrawals that had to be confirmed"),
        source=_("The exchange of this platform"),
        caveat=_("A confirmation is the platform's word."),
        items="V2.E1",
        better=Better.MORE,
    ),
)

_PREVALENCE = (
    _not_ours(
        "prevalence",
        6,
        Theme.PREVALENCE,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("How common it is"),
        definition=_("Of all adults, those to whom any form of intimate image abuse has ever happened."),
        numerator=_("Adults to whom it has happened"),
        denominator=_("Adults who were asked"),
        items="P1.B3 S1.O1",
        caveat=_("Surveys that ask about behaviour find more than those that ask about abuse."),
        baselines=(
            _baseline(TEN, _("22.6 %, any experience"), TEN_STUDY, 2025, value=22.6),
            _baseline(
                TAIWAN,
                _("About 10 %"),
                f"{TAIWAN_MINISTRY}, survey of digital violence",
                2024,
                value=10,
            ),
            _baseline(AUSTRALIA, _("11 %, shared"), ESAFETY_SURVEY, 2017, value=11),
            _baseline(
                USA,
                _("1 in 12"),
                "Ruvalcaba and Eaton, Nonconsensual Pornography Among U.S. Adults",
                2019,
                value=8.3,
            ),
            _baseline(UK, _("7 %, threats"), "Refuge, The Naked Threat", 2020, value=7),
        ),
    ),
    _not_ours(
        "threats",
        7,
        Theme.PREVALENCE,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Threats and sextortion"),
        definition=_("Of all adults, those who have been threatened with an intimate picture."),
        numerator=_("Adults who were threatened"),
        denominator=_("Adults who were asked"),
        items="P1.B3",
        baselines=(
            _baseline(
                TEN,
                _("14.5 per cent; 4.8 per cent have threatened"),
                TEN_THREATS,
                2024,
                value=14.5,
            ),
        ),
    ),
    _not_ours(
        "synthetic",
        8,
        Theme.PREVALENCE,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Pictures made by machines"),
        definition=_("Of all adults, those of whom an intimate picture was made synthetically."),
        numerator=_("Adults of whom one was made"),
        denominator=_("Adults who were asked"),
        items="P1.B3 I3.O1",
        baselines=(
            _baseline(TEN, _("2.2 %"), TEN_SYNTHETIC, 2024, value=2.2),
            _baseline(UK, _("7 %"), CREST, 2025, value=7),
            _baseline(
                KOREA,
                _("8.2 per cent of the kinds of harm"),
                KOREA_REPORT,
                2024,
                value=8.2,
            ),
        ),
    ),
    _not_ours(
        "told-nobody",
        9,
        Theme.PREVALENCE,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Told nobody, and told the police"),
        definition=_("Of the people to whom it happened, those who told nobody, and those who told the police."),
        numerator=_("People who told nobody"),
        denominator=_("People to whom it happened"),
        items="V3.O5 M1.O1",
        baselines=(
            _baseline(TEN, _("30.9 per cent told nobody"), TEN_STUDY, 2025, value=30.9),
            _baseline(
                UK,
                _("4 per cent of those at the helpline told the police"),
                HELPLINE_UK,
                value=4,
            ),
        ),
    ),
    _not_ours(
        "case-mix",
        10,
        Theme.PREVALENCE,
        Scope.REPORTS,
        Unit.PERCENT,
        title=_("What is reported"),
        definition=_("Of all reports, the share of each kind of abuse."),
        numerator=_("Reports of the kind"),
        denominator=_("Reports"),
        source=DESK,
        items="P1.B3 V5.O1",
        not_computed=_("Not computed here, because what a person tells the desk is sealed to her and the desk."),
        baselines=(
            _baseline(
                KOREA,
                _("Fear 25.9 %, illegal filming 24.9 %, distribution 17.2 %, threat 13.3 %, synthetic 8.2 %"),
                KOREA_REPORT,
                2024,
            ),
            _baseline(AUSTRALIA, _("Extortion 62.1 %"), ESAFETY_SCHEME, 2023, value=62.1),
        ),
    ),
    _not_ours(
        "repeat-victimisation",
        24,
        Theme.PREVALENCE,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("It happens again"),
        definition=_("Of the people to whom it happened, those to whom it happened anew within 12 months."),
        numerator=_("People with a new incident within 12 months"),
        denominator=_("People to whom it happened"),
        items="P1.B3 S2.O1",
        not_computed=_("Not computed here, because reports are never joined to a person across reports."),
    ),
)

_JUSTICE = (
    _not_ours(
        "charge-rate",
        11,
        Theme.JUSTICE,
        Scope.OFFENCES,
        Unit.PERCENT,
        title=_("Offences that are charged"),
        definition=_("Of the recorded offences, those that led to a charge."),
        numerator=_("Offences charged"),
        denominator=_("Offences recorded"),
        source=COURTS,
        items="C1.O2 C3.O1",
        not_computed=NO_COURTS,
        baselines=(
            _baseline(
                ENGLAND_WALES,
                _("4 per cent of 13,860 offences, 2019 to July 2022"),
                "Refuge, requests to 24 police forces under the Freedom of Information Act",
                2022,
                value=4,
            ),
        ),
    ),
    _not_ours(
        "charges",
        12,
        Theme.JUSTICE,
        Scope.OFFENCES,
        Unit.COUNT,
        title=_("Charges and prosecutions"),
        definition=_("How many charges were brought in a year."),
        source=COURTS,
        items="C1.O2 C3.O1",
        not_computed=NO_COURTS,
        baselines=(
            _baseline(
                IRELAND,
                _("22 in 2021, 95 in 2022, 113 in 2023"),
                REVIEW_IE,
                2023,
                value=113,
            ),
        ),
    ),
    _not_ours(
        "convictions",
        13,
        Theme.JUSTICE,
        Scope.OFFENCES,
        Unit.PERCENT,
        title=_("Convictions"),
        definition=_("Of the prosecutions, those that ended in a conviction."),
        numerator=_("Convictions"),
        denominator=_("Prosecutions"),
        source=COURTS,
        items="C1.O2 C3.O1",
        not_computed=NO_COURTS,
        caveat=_("No clean national rate of this abuse alone has been found anywhere."),
    ),
    _not_ours(
        "police-training",
        14,
        Theme.JUSTICE,
        Scope.STAFF,
        Unit.PERCENT,
        title=_("Police who are trained"),
        definition=_("Of the officers in scope, those trained within the last 12 months."),
        numerator=_("Officers trained"),
        denominator=_("Officers in scope"),
        source=_("Records of training"),
        items="C2.O1 C2.B1",
        not_computed=_("Not computed here, because no records of training reach this platform."),
        baselines=(
            _baseline(
                ENGLAND_WALES,
                _("9 in 10 of 783 had no formal training"),
                "Bond and Tyrrell, Understanding revenge pornography: a national survey of police officers",
                2017,
                value=10,
            ),
        ),
    ),
)

_AWARENESS = (
    _not_ours(
        "law-awareness",
        15,
        Theme.AWARENESS,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Know that it is against the law"),
        definition=_("Of all adults, those who know that sharing is a crime."),
        numerator=_("Adults who know"),
        denominator=_("Adults who were asked"),
        items="M1.O1 M1.E1",
        baselines=(
            _baseline(
                IRELAND,
                _("69 per cent in 2021, 97 per cent in 2023 after a campaign"),
                REVIEW_IE,
                2023,
                low=69,
                high=97,
            ),
        ),
    ),
    _not_ours(
        "help-awareness",
        16,
        Theme.AWARENESS,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Know where to find help"),
        definition=_("Of all adults, those who can name a service."),
        numerator=_("Adults who can name one"),
        denominator=_("Adults who were asked"),
        items="M1.O1 V3.E1 S3.B3",
        baselines=(_baseline(AUSTRALIA, _("22 %"), ESAFETY_SURVEY, 2017, value=22),),
    ),
    _not_ours(
        "attitudes",
        17,
        Theme.AWARENESS,
        Scope.PEOPLE,
        Unit.PERCENT,
        title=_("Find nothing wrong with it"),
        definition=_("Of all adults, those who find nothing wrong with intimate pictures made by machines."),
        numerator=_("Adults who find nothing wrong"),
        denominator=_("Adults who were asked"),
        items="S1.O4 C1.O1",
        baselines=(
            _baseline(
                UK,
                _("13 per cent find nothing wrong, 12 per cent are neutral"),
                CREST,
                2025,
                value=13,
            ),
        ),
    ),
)

INDICATORS: Mapping[str, Indicator] = {
    indicator.id: indicator for indicator in (*_REMOVAL, *_WORK, *_INDUSTRY, *_PREVALENCE, *_JUSTICE, *_AWARENESS)
}
