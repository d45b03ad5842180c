"""From bytes that somebody sent to tables and trees: encodings, delimiters, sheets, and what is refused at the door."""
