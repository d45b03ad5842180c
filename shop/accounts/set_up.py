"""Setting up the second factor, on the way to where its person wanted to go. allauth does the work."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse


class Wanted:
    """Knows where the person wanted to go: `next` in the address or the form, if it is on this very host."""

    request: Any

    def wanted(self) -> str:
        """The address, or blank."""
        return get_next_redirect_url(self.request) or ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's, with `wanted` for the template."""
        return {**super().get_context_data(**kwargs), "wanted": self.wanted()}  # type: ignore[misc]


class SetUp(Wanted, ActivateTOTPView):
    """The code that turns the factor on proves it too, so nobody is asked for another one at the next door."""

    def form_valid(self, form: Any) -> HttpResponse:
        """allauth's, and the factor counts as used at this log-in."""
        answer = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, app)
        return answer

    def get_success_url(self) -> str:
        """The recovery codes, which lead on; without new ones straight to where the person wanted to go."""
        if self.wanted() and not self.did_generate_recovery_codes:
            return self.wanted()
        address: str = super().get_success_url()
        return add_query_params(address, {"next": self.wanted()}) if self.wanted() else address


class RecoveryCodes(Wanted, ViewRecoveryCodesView):
    """The codes, with the way on for who came here from setting up the factor."""
