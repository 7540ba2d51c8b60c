"""One module a page; pages never import pages."""
