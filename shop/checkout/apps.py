"""Our redirections of Oscar's checkout app: details, review, hold, pay, thank you."""

from typing import Any

from django.urls import path
from oscar.apps.checkout import apps
from oscar.core.loading import get_class


class CheckoutConfig(apps.CheckoutConfig):
    name = "shop.checkout"

    # Oscar's code reverses these names; all of them are our first page.
    FIRST_PAGE = ("index", "shipping-address", "shipping-method", "payment-method", "payment-details")

    def ready(self) -> None:
        self.details_view = get_class("checkout.views", "DetailsView")
        self.review_view = get_class("checkout.views", "PaymentDetailsView")
        self.hold_view = get_class("checkout.views", "HoldView")
        self.pay_view = get_class("checkout.views", "PayView")
        self.pay_state_view = get_class("checkout.views", "PayStateView")
        self.return_view = get_class("checkout.views", "ReturnView")
        self.thankyou_view = get_class("checkout.views", "ThankYouView")
        self.document_view = get_class("checkout.views", "PlacedDocument")

    def get_urls(self) -> list[Any]:
        """The stock views are not reachable beside ours: they give free orders and a second log-in."""
        details = self.details_view.as_view()
        return self.post_process_urls(
            [
                *(path("", details, name=name) for name in self.FIRST_PAGE),
                path("review/", self.review_view.as_view(preview=True), name="preview"),
                path("hold/", self.hold_view.as_view(), name="hold"),
                path("pay/<slug:number>/", self.pay_view.as_view(), name="pay"),
                path("pay/<slug:number>/state/", self.pay_state_view.as_view(), name="pay-state"),
                path("return/<slug:reference>/", self.return_view.as_view(), name="return"),
                path("thank-you/", self.thankyou_view.as_view(), name="thank-you"),
                path("documents/<slug:number>/", self.document_view.as_view(), name="document"),
                path("documents/<slug:number>.pdf", self.document_view.as_view(as_pdf=True), name="document-pdf"),
            ]
        )
