"""What a new page begins with."""
