"""Datasets -> datasets with derived parameters and variables."""
