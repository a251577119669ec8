"""The editors' first page: how fresh the directory is, what waits, and a search by name."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.society.directory.figures import freshness_figures
from leeward.society.directory.queries.editing import find_entries
from leeward.society.directory.views.staff.shared import page, page_number, searched, today


@require_role(
    Role.DIRECTORY_EDITOR,
    desk_title=gettext_lazy("Directory of services"),
    desk_summary=gettext_lazy("Who helps where: change entries, see what is stale, decide what owners propose."),
)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures, and whatever was searched for."""
    form, words = searched(request)
    found = find_entries(words, today=today(), page=page_number(request)) if words else None
    context = {
        "form": form,
        "q": words,
        "figures": freshness_figures(today=today()),
        "organizations": found[0] if found else (),
        "found": found[1] if found else None,
        "now": timezone.now(),
    }
    return page(request, "home", context)
