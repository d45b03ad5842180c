"""Frontends elsewhere, and sites that have no pages of their own."""
