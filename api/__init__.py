"""How others ask: the HTTP API, the pages and the ``yingcai`` command."""
