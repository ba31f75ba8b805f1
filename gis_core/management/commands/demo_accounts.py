"""`manage.py demo_accounts`: one account for each role, with passwords made on this machine."""

from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.demo import demo_accounts
from gis_core.errors import ThuyLoError
from gis_core.wording import explain


class Command(BaseCommand):
    help = "Make and print one demo account for each role; printed again the next time."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.RUN_DIR / "demo-accounts.json"
        try:
            with pghistory.context(command="demo_accounts"):
                accounts = demo_accounts(at=timezone.localdate(), path=path)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        for account in accounts:
            scope = f"in {account.scope}" if account.scope else ""
            self.stdout.write(f"{account.role:<15}{account.username:<21}{account.password:<14}{scope}".rstrip())
        self.stdout.write(f"Kept in {path}")
