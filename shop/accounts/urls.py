"""Addresses beside allauth's, mounted at /accounts/."""

from django.urls import path

from shop.accounts import security, set_up

urlpatterns = [
    path("security/", security.page, name="account_security"),
    path("sessions/end/", security.log_out_everywhere, name="log_out_everywhere"),
    # Before allauth's own at the same addresses.
    path("2fa/totp/activate/", set_up.SetUp.as_view(), name="mfa_activate_totp"),
    path("2fa/recovery-codes/", set_up.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
]
