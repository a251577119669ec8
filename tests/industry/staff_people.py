"""Somebody of the staff who has signed in."""

from django.test import Client

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.industry.conftest import NOW


def signed_in(role: Role) -> Client:
    name = role.value.replace("_", "-")
    create_staff(username=name, display_name=name, role=role, by=Actor.operator(), now=NOW)
    client = Client()
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client
