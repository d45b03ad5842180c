"""Guards of disputes, refunds at the counter, documents, the pay page and what else belongs to money."""

from tests.drills.guard import NEVER, Guard, tests

WORKFLOW, ACTS = "repairs/workflow.py", "repairs/bench/acts.py"
DISPUTES, PAY_LEDGER = "shop/payments/disputes.py", "shop/payments/ledger.py"

PAYING = (
    Guard(
        "Nothing is handed over while a bank may take the money back",
        ((WORKFLOW, "if to == Status.COLLECTED and job.kept_back:", NEVER),),
        tests(
            "shop/test_disputes",
            "test_nothing_is_handed_over_while_the_bank_may_take_the_money_back",
            "test_an_inquiry_withholds_no_money_but_the_thing",
        ),
    ),
    Guard(
        "A thing is let go once every dispute about it is over",
        ((DISPUTES, "if balance(order).disputed == 0 and not _asked(order) - {about(event)}:", "if True:"),),
        tests("shop/test_disputes", "test_of_two_disputes_both_must_be_over"),
    ),
    Guard(
        "Who lets a disputed thing go must be allowed to change jobs",
        ((ACTS, 'permission_required = "repairs.change_job"', 'permission_required = "repairs.work_bench"'),),
        tests("shop/test_disputes", "test_who_may_change_jobs_lets_it_go_with_a_reason"),
    ),
    Guard(
        "What was told before its payment is judged again when that comes",
        ((PAY_LEDGER, "if early.update(state=PaymentEvent.State.RECEIVED, attempts=0):", NEVER),),
        tests("shop/test_disputes", "test_what_was_said_too_early_is_judged_again_when_the_money_comes"),
    ),
)
