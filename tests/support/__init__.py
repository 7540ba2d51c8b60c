"""What tests stand on: databases of both kinds, a demonstration built once, a live server, a real browser."""
