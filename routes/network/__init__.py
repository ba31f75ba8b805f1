"""The road network in the memory of each process: read from PostGIS, shared by memory map, kept up with every edit."""
