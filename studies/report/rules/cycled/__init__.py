"""What a report says of thermal cycles."""
