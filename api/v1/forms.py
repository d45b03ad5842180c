"""GET forms/{slug} and POST forms/{slug}/answers: what editors ask, and what somebody answered."""

from allauth.account.adapter import get_adapter
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency import once
from api.schema import in_path, operation
from api.shapes import Ask
from api.v1.form_shapes import SHOWN, FormShape, printed
from api.views import PrivateView, PublicView
from cms.forms.answering import HOUR, AnswerNotGood, TooManyAnswers, answer_form
from cms.locales import default_locale
from cms.models import FormPage
from cms.sites import Site

SLUG = in_path("slug", "The slug of the form's page.", "contact")
MOST_MEMBERS = 40


class AnswerAsk(Ask):
    """What somebody wrote."""

    answers = serializers.DictField(
        child=serializers.JSONField(),
        help_text="By the names of the fields: text, true or false, or a list of choices.",
    )


class AnswerShape(serializers.Serializer):
    """That it arrived."""

    thank_you = serializers.CharField(help_text="To show instead of the form.")


ASKED = {"answers": {"your_name": "Ada Smith", "e_mail": "ada@example.com", "your_message": "My phone fell."}}
THANKS = {"thank_you": "Thank you. We answer within one working day."}


def form_by(site: Site, slug: str) -> FormPage:
    """The site's public form of this slug: in the language of the request, else in the default one. Else a 404."""
    roots = list(site.root_page.get_translations(inclusive=True).values_list("path", flat=True))
    pages = FormPage.objects.filter(slug=slug).live().public().select_related("locale")
    mine = [page for page in pages if page.path.startswith(tuple(roots))]
    if not mine:
        raise Http404
    spoken, first = get_language(), default_locale().pk
    return min(mine, key=lambda page: (page.locale.language_code != spoken, page.locale_id != first, page.pk))


class FormOne(PublicView):
    """One form."""

    @operation(
        name="form", summary="A form", tag="content", path=[SLUG], answer=FormShape, shown=SHOWN,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """What editors ask there: contact, call back. In the asked language, else in the default one."""
        return Response(printed(form_by(self.site, slug)))


class Answers(PrivateView):
    """Answers to a form."""

    authentication_classes = ()

    @operation(
        name="form_answer",
        summary="Answer a form",
        tag="content",
        path=[SLUG],
        ask=AnswerAsk,
        asked=ASKED,
        answer=AnswerShape,
        shown=THANKS,
        status=201,
        key="optional",
    )
    @once()
    def post(self, request: Request, slug: str) -> Response:
        """Kept and mailed to the shop once; the same words again on one day change nothing. Faults name fields."""
        page, answers = form_by(self.site, slug), self.asked(AnswerAsk)["answers"]
        known = {row.clean_name for row in page.get_form_fields()} | {page.trap}
        if unknown := sorted(set(answers) - known)[:MOST_MEMBERS]:
            names = [name[:60].encode("ascii", "replace").decode() for name in unknown]
            raise ValidationError({"answers": {name: [_("There is no such field.")] for name in names}})
        address = str(get_adapter().get_client_ip(request._request))
        try:
            answer_form(page=page, values=answers, address=address, at=self.at)
        except AnswerNotGood as refusal:
            raise ValidationError({"answers": faults(refusal)}) from refusal
        except TooManyAnswers as refusal:
            raise Throttled(wait=HOUR, detail=str(refusal)) from refusal
        return Response({"thank_you": page.thank_you}, status=201)


def faults(refusal: AnswerNotGood) -> dict[str, list[str]]:
    """What is wrong, by field, in the words of the page."""
    return {name: [str(word) for word in words] for name, words in refusal.form.errors.items()}
