"""Forms as editors put them together, for tests."""

from typing import Any

from wagtail.models import Page

from cms.models import FormField, FormPage, HomePage

WORDS = {
    "your_name": "Ada Smith",
    "e_mail": "ada@example.com",
    "telephone": "",
    "what_is_it_about": "A repair",
    "your_message": "My phone fell.\n\nCan you look at it?",
}


def home_of(site: Any) -> Any:
    """A home page at the root of the site."""
    page = Page.get_first_root_node().add_child(
        instance=HomePage(title="Mendwell", slug="mendwell-home", headline="Mended well")
    )
    site.root_page = page
    site.save()
    return page


def contact_form(home: Any, **more: Any) -> FormPage:
    """Contact: name, e-mail, telephone, a choice, a message, something to tick."""
    page = FormPage(title="Contact", slug="contact", introduction="Write to us.", **more)
    rows: list[dict[str, Any]] = [
        {"label": "Your name", "field_type": "singleline"},
        {"label": "E-mail", "field_type": "email"},
        {"label": "Telephone", "field_type": "singleline", "required": False},
        {"label": "What is it about", "field_type": "radio", "choices": "A repair\nAn order\nSomething else"},
        {"label": "Your message", "field_type": "multiline"},
        {"label": "Best days", "field_type": "checkboxes", "choices": "Monday\nTuesday", "required": False},
        {"label": "Call me", "field_type": "checkbox", "required": False},
    ]
    page.form_fields = [FormField(sort_order=place, **row) for place, row in enumerate(rows)]
    home.add_child(instance=page)
    page.save_revision().publish()
    return FormPage.objects.get(pk=page.pk)
