"""What can be added: the families of kinds, folded and searched, and the quick-add field."""
