"""What can be done to images before a method sees them; one file per step."""
