"""What a reader sees of a run, in English and Chinese."""
