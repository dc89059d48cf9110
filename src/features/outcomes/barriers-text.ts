import { formatSigned } from '@/components/format';
import type { BarrierOutcome, Barriers } from '@/contract/outcomes';

/** `2 ATR up before 2 ATR down, within 20 bars` */
export function barriersText({ side, takeProfit, stop, horizon }: Barriers): string {
  const [gain, loss] = side === 'long' ? ['up', 'down'] : ['down', 'up'];
  return `${takeProfit} ATR ${gain} before ${stop} ATR ${loss}, within ${bars(horizon)}`;
}

const ENDS: Record<BarrierOutcome['touched'], string> = {
  take_profit: 'Take profit',
  stop: 'Stop',
  time: 'Time is up',
  open: 'Still open',
};

/** `Take profit after 7 bars, +2.0 ATR` */
export const outcomeText = ({ touched, bars: held, gain }: BarrierOutcome): string =>
  `${ENDS[touched]} after ${bars(held)}, ${formatSigned(gain, 1)} ATR`;

const bars = (count: number) => (count === 1 ? '1 bar' : `${count} bars`);
