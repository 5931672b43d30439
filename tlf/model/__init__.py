"""Frozen types that pass between the rooms; no file is read or written here."""
