"""Datasets -> Findings, by rules from YAML. The only room with pandera."""
