"""One training loop for every use: supervised and, with another objective, pretext tasks."""
