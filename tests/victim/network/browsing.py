"""Pages of the network's staff, by their names."""

from django.test import Client
from django.urls import reverse

from tests.browsing import send


def page_of(name: str, *args: object) -> str:
    return reverse(f"network:{name}", args=args)


def press(client: Client, name: str, *args: object, status: int = 303, **sent: object) -> str:
    return send(client, page_of(name, *args), status=status, **sent)


def accepts(*clients: Client) -> None:
    for client in clients:
        press(client, "protocol", version=1)
