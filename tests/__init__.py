"""The studio's tests: one folder for each package, and `architecture` for the rules between them."""
