"""Routes of /api/v1, one module a matter: parse → one verb → reply."""
