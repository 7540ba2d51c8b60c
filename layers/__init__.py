"""Map layers: rows in, dash-leaflet layers out; nothing here fetches.

- `symbols`: `SYMBOLS`, `svg`, `css` – one drawing for map, legend and list;
- `units.unit_points`, `leads.lead_points`: GeoJSON of symbols; `points.points_layer` shows it;
- `cells`: `cells_layer` (by address, restyled through `hideout`), `names_layer`, `load_steps`.
"""
