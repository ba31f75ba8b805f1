"""The road engine: topology, limits and obstacles as arrays, and the searches over them. Knows no Django, no store."""
