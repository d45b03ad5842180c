"""Guards of documents: numbers, what may not change, who reads them, what goes with a mail and to a spreadsheet."""

from tests.drills.guard import BOTH, NEVER, POSTGRES, Guard, tests

DOCUMENTS, FACTS, PAGES = "shop/documents.py", "shop/document_facts.py", "shop/document_pages.py"
FROZEN = "shop/migrations/0009_documents_do_not_change.py"

PAPERS = (
    Guard(
        "A number is taken under the lock of its series",
        (
            (
                DOCUMENTS,
                "DocumentSeries.objects.select_for_update().get(pk=row.pk)",
                "DocumentSeries.objects.get(pk=row.pk)",
            ),
        ),
        tests("shop/test_documents", "test_eight_documents_at_once_have_eight_numbers_in_a_row"),
        POSTGRES,
    ),
    Guard(
        "An occasion has one document",
        ((DOCUMENTS, "if before is not None:", NEVER),),
        tests("shop/test_documents", "test_the_same_occasion_has_one_document"),
    ),
    Guard(
        "The database refuses to change documents and books",
        ((FROZEN, "for sql in POSTGRES if postgres else SQLITE:", "for sql in POSTGRES[:1] if postgres else ():"),),
        tests(
            "shop/test_documents_frozen",
            "test_the_database_refuses_to_change_a_document",
            "test_the_database_refuses_to_rewrite_the_books",
        ),
        BOTH,
    ),
    Guard(
        "Nobody takes the place of who booked",
        ((FROZEN, "schema_editor.execute((POSTGRES_BY if postgres else SQLITE_BY).format(**told))", "pass"),),
        tests(
            "shop/test_documents_frozen", "test_an_account_that_is_deleted_leaves_the_books_and_nobody_takes_its_place"
        ),
        BOTH,
    ),
    Guard(
        "An audit looks at the digest",
        (("shop/document_checks.py", "digest(facts) == document.digest and (", "("),),
        tests("shop/test_documents_frozen", "test_an_audit_of_facts_that_were_reworded_finds_them"),
    ),
    Guard(
        "Credit notes look at the notes before them",
        ((FACTS, "told = [_read_tax(note) for note in rows if note not in more]", "told: list[list[Tax]] = []"),),
        tests("shop/test_document_taxes", "test_three_thirds_of_an_invoice_take_back_all_of_its_tax"),
    ),
    Guard(
        "What a missed visit does not cost is taken back on paper",
        ((DOCUMENTS, "if invoice is not None and told > 0:", NEVER),),
        tests(
            "shop/test_no_show",
            "test_the_papers_of_a_missed_visit_add_up_to_the_fee",
            "test_a_missed_visit_without_a_fee_takes_the_whole_invoice_back",
        ),
    ),
    Guard(
        "After a missed visit the invoice that holds is that of the fee",
        ((DOCUMENTS, "return _fee_key(order) if missed else _price_key(order)", "return _price_key(order)"),),
        tests(
            "shop/test_no_show",
            "test_the_papers_of_a_missed_visit_add_up_to_the_fee",
            "test_a_fee_that_goes_back_as_well_is_a_credit_note_of_its_own_invoice",
        ),
    ),
    Guard(
        "What was paid before the rest was let off is invoiced",
        (("shop/letting_off.py", 'followups.after("order.let_off", order=order, key=key, at=at)', "pass"),),
        tests("shop/test_no_show", "test_money_that_is_let_off_leaves_an_invoice_over_what_was_paid"),
    ),
    Guard(
        "What is paid after all is invoiced besides",
        ((DOCUMENTS, "elif (more := due - _told(order)) > 0:", "elif more := 0:"),),
        tests("shop/test_no_show", "test_what_is_asked_again_and_paid_is_invoiced_besides"),
    ),
    Guard(
        "A small invoice does not decide the tax of a large credit note",
        ((FACTS, "[_read_tax(row) for row in more]", "[]"),),
        tests(
            "shop/test_document_taxes",
            "test_a_small_first_invoice_does_not_blow_up_the_rounding_of_a_credit_note",
        ),
    ),
    Guard(
        "A customer reads the documents of their own orders",
        (
            (
                "shop/portal/documents.py",
                'Document.objects.filter(owned_by(user, at="order__"))',
                "Document.objects.all()",
            ),
        ),
        tests("shop/test_document_pages", "test_the_owner_reads_page_and_file_and_a_stranger_neither"),
    ),
    Guard(
        "A link opens the documents of its own repair",
        (("shop/portal/tracking_documents.py", "order__job_rows__job=job, ", ""),),
        tests("shop/test_document_pages", "test_a_guest_reads_them_behind_the_link_of_the_repair"),
    ),
    Guard(
        "A link opens no documents of an account",
        (("shop/portal/tracking_documents.py", ", order__user=None, order__visit__contact__user=None", ""),),
        tests("shop/test_document_pages", "test_behind_a_link_an_account_keeps_its_documents_to_itself"),
    ),
    Guard(
        "A shop shows its own documents",
        ((PAGES, "self.theirs(), site=site_for(request), number=number", "self.theirs(), number=number"),),
        tests("shop/test_document_pages", "test_another_shops_documents_are_not_here"),
    ),
    Guard(
        "The confirmation opens documents for the browser that ordered",
        (
            (
                "shop/checkout/papers.py",
                "if placed else Document.objects.none()",
                "if placed else Document.objects.all()",
            ),
        ),
        tests("shop/test_document_pages", "test_only_the_browser_that_ordered_reads_them_at_the_confirmation"),
    ),
    Guard(
        "The API gives a document to its owner and to staff",
        (("api/v1/documents.py", "if may_see(request, document.order.visit):", "if True:"),),
        tests("api/test_documents", "test_the_file_is_for_the_basket_that_ordered_and_for_nobody_else"),
    ),
    Guard(
        "The API wants the second factor of staff",
        (
            (
                "api/v1/documents.py",
                "bool(staff and second_factor.let_in(request.auth or request._request.session, user))",
                "bool(staff)",
            ),
        ),
        tests("api/test_documents", "test_staff_who_may_see_documents_get_every_file_of_their_shop"),
    ),
    Guard(
        "No mail goes out without its file",
        (
            (
                "notifications/attachments.py",
                "return tuple(_read(one) for one in wanted)",
                "return ()",
            ),
        ),
        tests(
            "notifications/test_attachments",
            "test_no_mail_goes_out_without_its_file_and_it_is_tried_again",
            "test_a_file_goes_with_its_mail_once_and_byte_for_byte",
        ),
    ),
    Guard(
        "What a customer typed is no formula in the books",
        (("shop/counter/book_files.py", 'if cell.lstrip(" ").startswith(FORMULA) else cell', "if False else cell"),),
        tests("shop/test_books", "test_a_name_that_is_a_formula_is_written_as_words"),
    ),
    Guard(
        "The books are for who may see them",
        (("shop/counter/books.py", 'permission_required = "shop.view_ledgerentry"', "permission_required = ()"),),
        tests("shop/test_books", "test_the_books_are_for_who_may_see_them"),
    ),
)
