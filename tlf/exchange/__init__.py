"""Files in and out. The only room with pyreadstat."""
