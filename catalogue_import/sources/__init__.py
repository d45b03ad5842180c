"""One module for each kind of file; each reads a file into a `rows.Pack` and knows its column names."""
