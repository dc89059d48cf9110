import * as z from 'zod';
import { chartId, price, storedTime, utcSeconds } from './common';

/** Bars whose true ranges make the ATR, up to the span's last one. */
export const ATR_BARS = 14;
/** Independent outcomes that a hit rate needs. */
export const MIN_OUTCOMES = 30;

const multiple = z.number().min(0.1).max(20);
/** What decides the outcome of a span; distances are multiples of its ATR. */
export const barriers = z.strictObject({
  /** What the position would have been: a long one gains when prices rise. */
  side: z.enum(['long', 'short']).default('long'),
  takeProfit: multiple.default(2),
  stop: multiple.default(2),
  /** Bars that the position is held at most. */
  horizon: z.int().min(1).max(200).default(20),
});
export type Barriers = z.infer<typeof barriers>;
/** Where nobody chose others. */
export const DEFAULT_BARRIERS: Barriers = barriers.parse({});

/** `open`: the candles end before a barrier is touched. */
export const touchedSchema = z.enum(['take_profit', 'stop', 'time', 'open']);

/** What came after a span, from the candles alone; entry at the open of the bar after it. */
export const barrierOutcomeSchema = z
  .object({
    touched: touchedSchema,
    entryTime: storedTime,
    entryPrice: price,
    /** Mean true range of the last 14 bars up to the span's end, in price. */
    atr: z.number(),
    takeProfitPrice: price,
    stopPrice: price,
    exitTime: storedTime,
    exitPrice: price,
    /** Bars held, the one of the entry included. */
    bars: z.int(),
    /** Gain in multiples of the ATR. */
    gain: z.number(),
  })
  .meta({ id: 'BarrierOutcome' });
export type BarrierOutcome = z.infer<typeof barrierOutcomeSchema>;

export const outcomeAfterInput = z.strictObject({
  chartId,
  /** The last candle of a span, saved or not. */
  time: utcSeconds,
  barriers: barriers.prefault({}),
});
export const labelOutcomesInput = z.strictObject({ chartId, barriers: barriers.prefault({}) });

/** The outcomes of a label's spans; `O` has none. */
export const labelOutcomesSchema = z
  .object({
    label: z.string(),
    spans: z.int(),
    takeProfit: z.int(),
    stop: z.int(),
    time: z.int(),
    /** Spans too near the last candle, or too near the first one for an ATR. */
    unresolved: z.int(),
    /** Sum of the outcomes' uniqueness: spans whose bars overlap count as fewer. */
    effectiveCount: z.number(),
    /** Share that touched the take profit first, with its 90 % interval; null below 30 in effect. */
    hitRate: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    /** Mean gain in multiples of the ATR, weighted likewise; null below 30 in effect. */
    meanGain: z.number().nullable(),
  })
  .meta({ id: 'LabelOutcomes' });
export type LabelOutcomes = z.infer<typeof labelOutcomesSchema>;
