import { defaultHorzScaleBehavior, TickMarkType, type UTCTimestamp } from 'lightweight-charts';
import { type Clock, shownTime, UTC } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';

type Behavior = ReturnType<typeof defaultHorzScaleBehavior>;

/** The library's time axis, with days, months and hours as a zone's clocks count them. */
export class ZonedTimeScale extends defaultHorzScaleBehavior() {
  clock: Clock = UTC;
  /** Seconds per bar. */
  timeframe = 0;

  shown(time: UtcSeconds): UtcSeconds {
    return shownTime(time, this.timeframe, this.clock);
  }

  override fillWeightsForPoints(
    points: Parameters<InstanceType<Behavior>['fillWeightsForPoints']>[0],
    startIndex: number,
  ) {
    const shown = points.map((point) => ({
      ...point,
      time: this.convertHorzItemToInternal(this.shown(this.key(point.time)) as UTCTimestamp),
    }));
    super.fillWeightsForPoints(shown, startIndex);
    for (let at = startIndex; at < points.length; at++)
      points[at]!.timeWeight = shown[at]!.timeWeight;
  }

  /** What the library keeps texts of marks by: with another clock, they are others. */
  override cacheKey(item: Parameters<InstanceType<Behavior>['cacheKey']>[0]): number {
    return this.shown(this.key(item));
  }

  /** The text of a mark on the axis: a year, a month, a day or a time of day. */
  markText(time: UtcSeconds, type: TickMarkType): string {
    const date = new Date(this.shown(time) * 1000);
    switch (type) {
      case TickMarkType.Year:
        return String(date.getUTCFullYear());
      case TickMarkType.Month:
        return date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
      case TickMarkType.DayOfMonth:
        return String(date.getUTCDate());
      default: {
        const clock = date.toISOString().slice(11, -1);
        const milliseconds = clock.endsWith('.000') ? '' : clock.slice(8);
        return type === TickMarkType.Time && milliseconds === ''
          ? clock.slice(0, 5)
          : clock.slice(0, 8) + milliseconds;
      }
    }
  }
}
