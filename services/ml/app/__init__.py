"""Learns from the spans that people draw on candlestick charts, straight from PostgreSQL.

Importing this loads nothing else: readers are in `candle_ml.db`, training needs the extra
`candle_ml[train]`, and the HTTP service `candle_ml[service]`.
"""
