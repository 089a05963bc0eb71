"""Made-up instances of any size, drawn from distributions that are calibrated on real plans."""
