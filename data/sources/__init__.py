"""Files as they come in: tables of every usual format, their columns, and the office's own template."""
