"""The parts of `splitlint scan`: what to scan, units of work, who does them, and how results travel."""
