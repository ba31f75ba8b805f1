"""Where new sources help most, which obstacle opens most homes, which source is missed most, and plans compared."""
