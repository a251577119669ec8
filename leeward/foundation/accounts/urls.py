"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from leeward.foundation.accounts.views import enrolment, outside, passkeys, proving, signing_in, team, unlocking

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", signing_in.enter, name="sign-in"),
    path("sign-out", signing_in.leave, name="sign-out"),
    path("enrol/<str:token>", enrolment.enrol, name="enrol"),
    path("unlock", unlocking.unlock, name="unlock"),
    path("lock", unlocking.lock_up, name="lock"),
    path("prove", proving.prove, name="prove"),
    path("changes", proving.changes, name="changes"),
    path("sign-out-everywhere", proving.leave_everywhere, name="sign-out-everywhere"),
    path("team", team.team, name="team"),
    path("team/new-key", team.renew, name="team-new-key"),
    path("team/<str:reference>/let-in", team.admit, name="let-in"),
    path("team/<str:reference>/take-out", team.dismiss, name="take-out"),
    path("passkeys", passkeys.passkeys, name="passkeys"),
    path("passkeys/new", passkeys.ask_new, name="passkey-new"),
    path("passkeys/any", passkeys.ask_any, name="passkey-any"),
    path("passkeys/enter", passkeys.enter_by_passkey, name="passkey-enter"),
    path("passkeys/<str:reference>/name", passkeys.rename, name="passkey-name"),
    path("passkeys/<str:reference>/remove", passkeys.remove, name="passkey-remove"),
    path("provider/<str:name>", outside.go, name="provider"),
    path("provider/<str:name>/back", outside.arrive, name="provider-arrive"),
    path("provider/<str:name>/finish", outside.finish, name="provider-finish"),
]
