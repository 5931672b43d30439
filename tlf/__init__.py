"""tlf: from CDISC data to submission tables, listings and figures, from one study spec."""
