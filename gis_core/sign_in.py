"""The forms in which people type their password, on the page of their own and in the administration."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from gis_core.throttle import WAIT, count_try, forget_tries, key_of


class SignInForm(AuthenticationForm):
    """Django's form, but that whoever guesses has to wait."""

    def clean(self) -> dict[str, Any]:
        """Count the try, make it, and take it back where the password was right."""
        if self.request is None:
            return super().clean()
        key = key_of(self.request, self.cleaned_data.get("username", ""))
        if not count_try(key, at=timezone.now()):
            wait_s = round(WAIT.total_seconds())
            raise ValidationError(gettext("Too many wrong passwords: wait %(seconds)d seconds.") % {"seconds": wait_s})
        cleaned = super().clean()
        forget_tries(key)
        return cleaned


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The same for the administration, which also asks whether the person may enter it."""
