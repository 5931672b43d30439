"""A second, independent program, and the comparison. The only room with lifelines."""
