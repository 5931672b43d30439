"""Study data -> Ard rows, on our own survival statistics."""
