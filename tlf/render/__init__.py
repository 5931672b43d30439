"""Displays -> pages -> PDF, and the book. The only room with jinja2, weasyprint, matplotlib, pikepdf."""
