"""`manage.py api_token USER`: a key with which QGIS or a script acts for somebody."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.authentication import make_token
from gis_core.models import ApiToken


class Command(BaseCommand):
    help = "Make a token for somebody and show it, once; or list or revoke their tokens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="name of the account")
        parser.add_argument("--name", default="QGIS", help="where it is used; one name once for each account")
        parser.add_argument("--days", type=int, default=365, help="how long it is valid")
        parser.add_argument("--list", action="store_true", help="list the tokens instead")
        parser.add_argument("--revoke", metavar="NAME", help="revoke this one instead")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['user']}.")
        with pghistory.context(command="api_token"):
            if options["list"]:
                self._list(user)
            elif options["revoke"]:
                self._revoke(user, options["revoke"])
            else:
                self._make(user, options["name"], options["days"])

    def _make(self, user: Any, name: str, days: int) -> None:
        if days < 1:
            raise CommandError("Give at least one day with --days.")
        if ApiToken.objects.filter(user=user, name=name).exists():
            raise CommandError(f"{user} has a token {name} already: revoke it, or give another --name.")
        expires_at = timezone.now() + timedelta(days=days)
        self.stdout.write(make_token(user=user, name=name, expires_at=expires_at))
        self.stderr.write(f"For {user}, {name}, until {expires_at:%Y-%m-%d}. It is not shown again.")

    def _list(self, user: Any) -> None:
        for token in ApiToken.objects.filter(user=user).order_by("name"):
            self.stdout.write(f"{token.name}  until {token.expires_at:%Y-%m-%d}")

    def _revoke(self, user: Any, name: str) -> None:
        if not ApiToken.objects.filter(user=user, name=name).delete()[0]:
            raise CommandError(f"{user} has no token {name}.")
        self.stdout.write(f"Revoked {name}.")
