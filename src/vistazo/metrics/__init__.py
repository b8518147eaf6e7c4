"""What is measured: scores of predictions, per class and overall, and their intervals."""
