"""Learns from the spans that people mark on candlestick charts, straight from PostgreSQL."""

import os

# LightGBM's threads spin while they wait for each other unless told before its library is loaded;
# on a machine whose cores are busy with something else that made a fit 40 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
