"""Every address of the product; a wing's own addresses are listed in the wing."""

from django.conf import settings
from django.urls import include, path

handler400 = "leeward.foundation.web.views.bad_request"
handler403 = "leeward.foundation.web.views.forbidden"
handler404 = "leeward.foundation.web.views.not_found"
handler500 = "leeward.foundation.web.views.server_error"

urlpatterns = [
    *(path("", include(f"{name}.urls")) for name in settings.DEMONSTRATION),
    path("", include("leeward.foundation.web.urls")),
    path("", include("leeward.foundation.pages.urls")),
    path("", include("leeward.justice.training.urls")),
    path("", include("leeward.justice.perpetrators.urls")),
    path("", include("leeward.justice.register.urls")),
    path("", include("leeward.justice.outcomes.urls")),
    path("", include("leeward.victim.portal.urls")),
    path("", include("leeward.victim.file.urls")),
    path("", include("leeward.victim.locker.urls")),
    path("", include("leeward.victim.helpline.urls")),
    path("", include("leeward.victim.network.urls")),
    path("", include("leeward.victim.network.addresses")),
    path("", include("leeward.justice.courts.urls")),
    path("", include("leeward.victim.removals.urls")),
    path("", include("leeward.policy.statistics.addresses.open_data")),
    path("", include("leeward.foundation.lessons.urls")),
    path("", include("leeward.foundation.checking.urls")),
    path("", include("leeward.foundation.surveys.urls")),
    path("", include("leeward.foundation.holds.urls")),
    path("staff/people/", include("leeward.foundation.people.urls")),
    path("staff/", include("leeward.foundation.work.urls")),
    path("staff/", include("leeward.foundation.accounts.urls")),
    path("", include("leeward.policy.strategy.urls")),
    path("", include("leeward.policy.statistics.urls")),
    path("", include("leeward.society.directory.urls")),
    path("", include("leeward.foundation.editions.urls")),
    path("", include("leeward.industry.declarations.urls")),
    path("", include("leeward.policy.assessment.urls")),
    path("", include("leeward.industry.exchange.urls")),
    path("", include("leeward.industry.duties.urls")),
]
