"""Forms that editors put together: fields, answers, spam, and how long answers are kept."""
