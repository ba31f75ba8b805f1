"""OpenStreetMap to roads, access restrictions, turn restrictions and sources of water.

`service.import_osm` runs the steps: `reader` (file to values), `split` and `mapping` (values to rows, with `tags`,
`quantities`, `barriers`, `turns` and `water` judging tags), `store` (rows against the database), `report`. Only the
last two and `service` know Django.
"""
