"""The stand-ins' pages in a browser: a card typed into a frame of theirs, a bank that asks, PayPal's approval."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.shop.payments.contract import ASK
from tests.shop.payments.test_paypal import paypal_at
from tests.shop.payments.test_stripe import stripe_at
from tests.standins.server import StandIns
from tests.standins.wire import Request, Response, listen
from tests.standins.wire import page as html_page

pytestmark = pytest.mark.browser

SHOP = """<!doctype html><html lang="en"><head><title>A shop</title>
<script src="{script}"></script></head><body><main><h1>Pay</h1><div id="card"></div>
<button id="pay">Pay now</button><p id="said" role="status">waiting</p></main>
<script>
  const stripe = Stripe("{key}");
  const elements = stripe.elements({{ clientSecret: "{secret}" }});
  elements.create("payment").on("ready", () => {{ said.textContent = "ready"; }}).mount("#card");
  pay.addEventListener("click", async () => {{
    said.textContent = "paying";
    const confirmParams = {{ return_url: location.origin + "/back/" }};
    const answer = await stripe.confirmPayment({{ elements, confirmParams, redirect: "{redirect}" }});
    said.textContent = answer.error ? answer.error.message : answer.paymentIntent.status;
  }});
</script></body></html>"""


@pytest.fixture
def standins() -> Iterator[StandIns]:
    with StandIns() as it:
        yield it


class OurShop:
    """A page of a shop on an origin of its own, which lets nothing in but Stripe's script and frames."""

    def __init__(self, standins: StandIns, redirect: str) -> None:
        self.standins = standins
        self.provider = stripe_at(standins, script_url=f"{standins.address}/v3/")
        self.started = self.provider.start(ASK)
        self.redirect = redirect
        self.server = listen(self.serve)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def serve(self, request: Request) -> Response:
        if request.path == "/favicon.ico":
            return Response(204)
        if request.path != "/":
            return html_page("<!doctype html><html lang=en><title>Back</title><h1>Welcome back</h1></html>")
        client = self.started.client
        words = SHOP.format(
            script=client["script_url"],
            key=client["publishable_key"],
            secret=client["client_secret"],
            redirect=self.redirect,
        )
        shown = html_page(words)
        theirs = self.standins.address
        shown.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {theirs} 'unsafe-inline'; frame-src {theirs}"
        )
        return shown

    def type_card(self, page: Any, card: str) -> None:
        page.frame_locator("iframe").first.get_by_label("Card number").fill(card)
        page.get_by_role("button", name="Pay now").click()


@pytest.fixture
def our_shop(standins: StandIns, page: Any, request: Any) -> Iterator[OurShop]:
    it = OurShop(standins, getattr(request, "param", "if_required"))
    page.goto(it.address)
    page.get_by_text("ready").wait_for()
    yield it
    it.server.shutdown()
    it.server.server_close()


def test_a_card_is_approved_and_never_touches_the_shops_origin(our_shop: OurShop, page: Any) -> None:
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''}"))
    our_shop.type_card(page, "4242 4242 4242 4242")
    page.get_by_text("succeeded").wait_for()
    report = our_shop.provider.look_up(our_shop.started.provider_id)
    assert report and report.kind == "succeeded"
    assert any("4242" in one for one in sent)
    assert not [one for one in sent if "4242" in one and not one.startswith(our_shop.standins.address)]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000 0000 0000 9995", "Your card has insufficient funds."),
        ("1234", "Your card number is invalid."),
    ],
)
def test_a_card_that_is_refused_may_be_followed_by_a_good_one(
    our_shop: OurShop, page: Any, card: str, said: str
) -> None:
    our_shop.type_card(page, card)
    page.get_by_text(said).wait_for()
    our_shop.type_card(page, "4242 4242 4242 4242")
    page.get_by_text("succeeded").wait_for()


@pytest.mark.parametrize(
    ("choice", "said", "kind"),
    [
        ("Approve", "succeeded", "succeeded"),
        ("Fail", "unable to authenticate", "failed"),
        ("Abandon", "unable to authenticate", None),
    ],
)
def test_a_bank_asks_in_a_frame_over_the_shops_page(
    our_shop: OurShop, page: Any, choice: str, said: str, kind: str | None
) -> None:
    our_shop.type_card(page, "4000 0025 0000 3155")
    page.frame_locator("[role=dialog] iframe").get_by_role("button", name=choice).click()
    page.get_by_text(said).wait_for()
    report = our_shop.provider.look_up(our_shop.started.provider_id)
    assert (report.kind if report else None) == kind


@pytest.mark.parametrize("our_shop", ["always"], indirect=True)
def test_the_customer_comes_back_with_the_name_of_the_payment(our_shop: OurShop, page: Any) -> None:
    our_shop.type_card(page, "4242 4242 4242 4242")
    page.get_by_role("heading", name="Welcome back").wait_for()
    assert f"payment_intent={our_shop.started.provider_id}" in page.url
    assert "redirect_status=succeeded" in page.url


def test_stripes_own_page_and_paypals_are_usable_and_lead_back(standins: StandIns, page: Any) -> None:
    page.route("http://testserver/**", lambda route: route.fulfill(body="back", content_type="text/plain"))
    stripe = stripe_at(standins).start(replace(ASK, hosted=True))
    page.goto(stripe.redirect_url)
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Card number").fill("4000 0025 0000 3155")
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name="Fail").click()
    page.get_by_text("unable to authenticate").wait_for()
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url(ASK.return_url)
    paypal = paypal_at(standins).start(ASK)
    page.goto(paypal.redirect_url)
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_url(f"{ASK.return_url}?token={paypal.provider_id}**")
