"""A YAML file -> a StudySpec: loading, extends, where-clauses, cross-references, JSON Schema."""
