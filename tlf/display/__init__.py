"""Ard rows -> tables, listings and figures as text, no layout."""
