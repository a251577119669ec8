"""Rules of who is offered which case first: written, tried on the last cases, let count, and switched off."""

import uuid
from dataclasses import asdict

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.days import write_day
from leeward.foundation.editing.history import list_changes
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.editing.telling import Telling
from leeward.foundation.web.words import language, word
from leeward.victim.helpline.forms.lead import RuleForm
from leeward.victim.helpline.operations.allocation import let_rule_count, save_rule, switch_rule_off
from leeward.victim.helpline.queries.allocation import RuleLine, Tried, find_rule, list_rules, try_rule
from leeward.victim.helpline.rules.allocation import Kind, RuleVerb
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.helpline.views.lead.frame import lead_page, page
from leeward.victim.removals.rules.reports import Band

TITLE = _("Assignment rules")


def _names() -> dict[str, str]:
    """What stands in the history: rules by their place, workers by name."""
    told = (side.get("workers") for each in list_changes([Kind.RULE]) for side in (each.before, each.after))
    people = names_of(str(each) for workers in told if isinstance(workers, list) for each in workers)
    return {**people, **{str(each.reference): str(each.place) for each in list_rules()}}


HISTORY = Telling(
    kinds=Kind,
    verbs=RuleVerb,
    labels={
        "place": _("Place among the rules"),
        "band": _("Band"),
        "language": _("Language"),
        "source": _("Way in"),
        "workers": _("Offered first to"),
    },
    names=_names,
    codes={"band": Band, "source": CaseSource},
)


@lead_page(title=TITLE, summary=_("Rules by which cases are offered to some of your people first."))
@require_safe
def rules(request: UnlockedRequest) -> HttpResponse:
    """All rules in their order, and what was changed of them."""
    found = list_rules()
    context = {
        "rules": [(each, _which(each), _who(each)) for each in found],
        "changes": HISTORY.tell(list_changes([Kind.RULE], limit=20)),
    }
    return page(request, "rules", context)


@lead_page()
@takes_form
def add_rule(request: UnlockedRequest) -> HttpResponse:
    """Write a rule; it is tried next."""
    return _ask(request, None, RuleForm(typed(request), initial={"place": len(list_rules()) + 1}))


@lead_page()
@takes_form
def change_rule(request: UnlockedRequest, rule: uuid.UUID) -> HttpResponse:
    """Change a rule; it is tried next, and does not count before."""
    return _ask(request, rule, RuleForm(typed(request), initial=asdict(find_rule(rule))))


@lead_page()
@takes_form
def try_out(request: UnlockedRequest, rule: uuid.UUID) -> HttpResponse:
    """What a rule would have done with the last cases; from here it is let count."""
    found = find_rule(rule)
    tried = try_rule(found)
    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Test the rule"),
        back=reverse("helpline:lead-rules"),
        back_text=TITLE,
        save=lambda by, now: let_rule_count(rule, by=by, now=now),
        button=_("Activate the rule"),
        seen=next((each.made_at.isoformat() for each in list_changes([Kind.RULE], limit=1)), ""),
        about={"rule": found, "which": _which(found), "who": _who(found), "tried": tried, "cases": _rows(found, tried)},
    )
    return ask(request, asking, template="helpline/lead/trial.jinja")


@lead_page()
@require_POST
def switch_off(request: UnlockedRequest, rule: uuid.UUID) -> HttpResponse:
    """Switch a rule off at once; pressed twice, it stays off."""
    if find_rule(rule).counts:
        switch_rule_off(rule, **stamp(request))
    return go("helpline:lead-rules")


def _ask(request: UnlockedRequest, reference: uuid.UUID | None, form: RuleForm) -> HttpResponse:
    asking = Asking(
        form=form,
        title=_("A rule"),
        back=reverse("helpline:lead-rules"),
        back_text=TITLE,
        save=lambda by, now: save_rule(form.rule, reference=reference, by=by, now=now),
        then=lambda saved: reverse("helpline:lead-rule-try", args=[saved]),
        button=_("Test on the last cases"),
        lead=_("It is not used until you have seen what it would have done."),
        entry=reference,
        in_words=HISTORY.tell,
    )
    return ask(request, asking)


def _which(rule: RuleLine) -> str:
    """Which cases a rule fits, in words."""
    said = [*map(word, filter(None, (rule.band, rule.source))), language(rule.language) if rule.language else ""]
    return " · ".join(filter(None, said)) or str(_("All cases"))


def _who(rule: RuleLine | None) -> str:
    """To whom it offers them, in words."""
    names = names_of(rule.workers) if rule else {}
    return ", ".join(sorted(names.values())) or str(_("Everybody"))


def _rows(rule: RuleLine, tried: Tried) -> list[list[str]]:
    """The cases that a rule fits, as a table shows them: nothing of what any is about."""
    return [
        [
            name_case(case.reference),
            write_day(case.opened_at),
            word(case.band),
            language(case.language),
            word(case.source),
            str(_("The same")) if today is rule else _who(today),
        ]
        for case, today in tried.fitting
    ]
