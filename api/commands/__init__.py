"""Sub-commands of ``yingcai``, one module each."""
