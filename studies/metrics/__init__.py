"""What is measured of a solution, and each number as a functional for its error."""
