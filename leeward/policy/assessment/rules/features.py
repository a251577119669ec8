"""The rooms of Leeward that realise items of the model: the one list of their names.

A room that is built has a module, which a test looks for. One without is planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One room: what people find there, and the module where it lives, "" while it is only planned."""

    name: str
    title: str
    module: str = ""

    @property
    def is_planned(self) -> bool:
        """Whether nothing of it is built yet."""
        return not self.module


_DIRECTORY, _REMOVALS, _INDUSTRY = "leeward.society.directory", "leeward.victim.removals", "leeward.industry"

_BUILT = (
    ("assessment.model", "The national model as data", "leeward.policy.assessment.rules.model"),
    ("directory.freshness", "Entries are confirmed by their owners in time", f"{_DIRECTORY}.rules.freshness"),
    ("directory.open_data", "The directory as open data", f"{_DIRECTORY}.addresses.open_data"),
    ("directory.owners", "Owners keep their own entries right", f"{_DIRECTORY}.addresses.owner"),
    ("directory.search", "Finding services by need, place, way and hours", f"{_DIRECTORY}.queries.search"),
    ("duties.regimes", "What each law asks of platforms", f"{_INDUSTRY}.duties.rules.regimes"),
    ("exchange.feed", "The exchange of hashes with platforms", f"{_INDUSTRY}.exchange.api"),
    ("exchange.guide", "How a platform connects", "leeward.foundation.web.views"),
    ("hashmatch.benchmarks", "Published measurements of the matching library", "hashmatch.bench"),
    ("hashmatch.matching", "The open library that finds known pictures", "hashmatch.index"),
    ("platforms.channels", "How each platform is reached", f"{_INDUSTRY}.platforms.rules.channels"),
    ("platforms.profile", "Each platform's lead, rules and reporting page", f"{_INDUSTRY}.platforms.forms"),
    ("portal.hashing", "Hashing on the person's own device", "leeward.victim.portal.hasher"),
    ("portal.plain_words", "Plain words, no account, and nothing that must be answered", "leeward.victim.portal.words"),
    ("removals.desk", "The removal desk", f"{_REMOVALS}.views.desk"),
    ("removals.paths", "Paths for creators, doxxing, harassment, outing and culture", f"{_REMOVALS}.rules.questions"),
    ("removals.platform_door", "The door at which platforms answer", f"{_REMOVALS}.views.platform"),
    ("removals.report", "One report for every platform", f"{_REMOVALS}.views.person"),
    ("removals.statements", "Statements of reasons", f"{_REMOVALS}.rules.notices.statements"),
    ("statistics.figures", "The nation's indicators", "leeward.policy.statistics.catalogue"),
    (
        "statistics.publication",
        "Figures as open data, with small numbers protected",
        "leeward.policy.statistics.operations.releases",
    ),
    ("web.information", "Public pages on help, safety and rights", "leeward.foundation.web.views"),
)
_PLANNED = (
    ("campaigns.assets", "Material for campaigns, online and printed"),
    ("campaigns.awareness_day", "The national awareness day"),
    ("campaigns.measurement", "Whether awareness has risen"),
    ("campaigns.prevention", "Campaigns for those who might offend"),
    ("campaigns.programme", "The national awareness programme"),
    ("courts.orders", "Courts' orders to remove"),
    ("declarations.audit", "A platform's audit of its own process"),
    ("declarations.briefings", "Briefings on reporting for those who support victims"),
    ("declarations.checklist", "The checklist of model policies"),
    ("declarations.engagement", "A log of partnerships and meetings"),
    ("declarations.knowledge", "What is known of features and behaviour of abuse"),
    ("declarations.lead", "Who answers for the declaration at each company"),
    ("declarations.pledges", "Pledges and what became of them"),
    ("declarations.proposals", "Industry's proposals for rules"),
    ("declarations.requests", "Requests for information and their answers"),
    ("declarations.signatories", "Who has signed the declaration"),
    ("declarations.solutions", "A library of solutions and pilots"),
    ("declarations.statements", "Published statements, looked at again"),
    ("declarations.transparency", "Each platform's figures"),
    ("directory.outreach", "How the directory is made known"),
    ("education.coproduction", "Vulnerable adults take part in programmes"),
    ("education.evaluation", "Evaluation of the education programme"),
    ("education.framework", "The framework of adults' literacy online"),
    ("education.partners", "Partners in education and funding"),
    ("education.strategy", "The strategy for media literacy"),
    ("education.survey", "A survey of what adults do not know"),
    ("education.variants", "Versions of lessons for different needs"),
    ("helpline.advice", "Advice and support at the helpline"),
    ("helpline.ages", "Whom the helpline serves, by the country's law"),
    ("helpline.funding", "How the helpline is paid for"),
    ("helpline.needs", "Needs, recognised without labels"),
    ("helpline.referral", "Referral with consent"),
    ("helpline.triage", "Triage between helplines"),
    ("legislation.gaps", "Forms of the abuse that no law covers"),
    ("legislation.register", "The register of laws by form of abuse"),
    ("legislation.safeguards", "Safeguards of privacy and expression in each law"),
    ("network.members", "Members of the support network"),
    ("network.practice", "Good practice that members share"),
    ("network.referrals", "Referrals between members"),
    ("network.training", "Which members are trained"),
    ("network.trends", "Trends from the front line"),
    ("outcomes.offences", "Recorded offences and what became of them"),
    ("outcomes.reoffending", "Re-offending"),
    ("outcomes.sentences", "Sentences"),
    ("perpetrators.referral", "Referral of perpetrators to help with change"),
    ("perpetrators.register", "The restricted register of offenders"),
    ("research.calls", "Calls for research"),
    ("research.partners", "Partners in research"),
    ("research.register", "The register of studies and findings"),
    ("research.survey", "The survey of how common the abuse is"),
    ("strategy.agreements", "Agreements on sharing data"),
    ("strategy.consultation", "Consultations and what came of them"),
    ("strategy.forum", "The forum and its decisions"),
    ("strategy.mapping", "The map of everybody who works in the field"),
    ("strategy.plan", "The action plan"),
    ("strategy.skills", "Skills of those involved"),
    ("strategy.standards", "Agreed standards"),
    ("terminology.checker", "A checker of words in documents"),
    ("terminology.termbase", "Published definitions"),
    ("training.compulsory", "Compulsory training by role"),
    ("training.courses", "Courses for professionals"),
    ("training.coverage", "Who is trained, by force and role"),
    ("training.impact", "Briefings on what the abuse does to people"),
    ("training.signposting", "Where professionals point people to"),
    ("training.versions", "Courses that follow law, services and trends"),
    ("transparency.report", "The yearly transparency report"),
)

FEATURES: Mapping[str, Feature] = {
    feature.name: feature
    for feature in (
        *(Feature(name=name, title=title, module=module) for name, title, module in _BUILT),
        *(Feature(name=name, title=title) for name, title in _PLANNED),
    )
}
