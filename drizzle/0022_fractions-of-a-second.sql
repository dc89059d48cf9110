ALTER TABLE "candle_tiles" ALTER COLUMN "timeframe" SET DATA TYPE double precision;--> statement-breakpoint
ALTER TABLE "charts" ALTER COLUMN "timeframe" SET DATA TYPE double precision;--> statement-breakpoint
COMMENT ON COLUMN charts.timeframe IS 'Seconds from one base candle to the next, detected, 0.25 for 250 ms; null while the chart is empty.';--> statement-breakpoint
-- What was rounded to whole seconds.
UPDATE charts SET timeframe = found.seconds
FROM (
  SELECT DISTINCT ON (chart_id) chart_id, extract(epoch FROM step)::float8 AS seconds
  FROM (
    SELECT chart_id, step, count(*) AS times
    FROM (
      SELECT chart_id, time - lag(time) OVER (PARTITION BY chart_id ORDER BY time) AS step
      FROM candles WHERE chart_id IN (SELECT id FROM charts WHERE timeframe < 60)
    ) AS steps
    WHERE step IS NOT NULL GROUP BY chart_id, step
  ) AS counted
  ORDER BY chart_id, times DESC, step
) AS found
WHERE id = found.chart_id AND timeframe <> found.seconds;--> statement-breakpoint
-- Tiles of less than a minute a bar are all of their chart's own timeframe until now.
UPDATE candle_tiles t SET timeframe = c.timeframe
FROM charts c WHERE c.id = t.chart_id AND t.timeframe < 60 AND t.timeframe <> c.timeframe;
