-- Forms that a Citus cluster runs too (docs/scaling.md): queries on candles once a range, and those with parameters, in PL/pgSQL.
CREATE FUNCTION count_candles(chart integer, first timestamptz, last timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN (SELECT count(*) FROM public.candles k WHERE k.chart_id = chart AND k.time BETWEEN first AND last);
END $$;--> statement-breakpoint
COMMENT ON FUNCTION count_candles(integer, timestamptz, timestamptz) IS 'How many candles a chart has between two times, both included.';--> statement-breakpoint
CREATE OR REPLACE VIEW v_examined_ranges WITH (security_invoker = true) AS
SELECT r.chart_id, c.name AS chart, c.symbol, r.id, r.uid, r.start_time, r.end_time,
  count_candles(r.chart_id, r.start_time, r.end_time) AS bars,
  r.label_set, r.source, r.rev, r.created_by, r.created_at
FROM examined_ranges r
JOIN charts c ON c.id = r.chart_id;--> statement-breakpoint
CREATE OR REPLACE FUNCTION v_candle_labels(chart integer)
RETURNS TABLE ("time" timestamptz, open float8, high float8, low float8, close float8, volume float8, tag text, span_uid uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH owned AS (
    -- Where spans overlap the shorter one has the candle, and of two as long the later one.
    SELECT DISTINCT ON (k.time) k.time, s.uid, s.label,
      k.time = min(k.time) OVER (PARTITION BY s.id) AS is_first
    FROM public.span_annotations s
    JOIN public.candles k ON k.chart_id = s.chart_id AND k.time BETWEEN s.start_time AND s.end_time
    WHERE s.chart_id = v_candle_labels.chart AND s.label <> 'O'
    ORDER BY k.time, s.end_time - s.start_time, s.start_time DESC, s.label COLLATE "C" DESC
  )
  SELECT k.time, k.open, k.high, k.low, k.close, k.volume,
    CASE WHEN o.uid IS NULL THEN 'O' WHEN o.is_first THEN 'B-' || o.label ELSE 'I-' || o.label END,
    o.uid
  FROM public.candles k
  LEFT JOIN owned o ON o.time = k.time
  WHERE k.chart_id = v_candle_labels.chart
  ORDER BY k.time;
END $$;
