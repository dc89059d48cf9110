'use client';

import { Slider } from 'radix-ui';
import { formatFixed } from '@/components/format';

/** The score from which predictions are shown. */
export function ThresholdSlider(props: { value: number; onChange: (value: number) => void }) {
  const { value, onChange } = props;
  return (
    <div className="flex items-center gap-3">
      <span className="text-muted">Show above</span>
      <Slider.Root
        value={[value]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={([next = 0]) => onChange(next)}
        className="relative flex h-5 flex-1 items-center"
      >
        <Slider.Track className="relative h-1 flex-1 rounded-full bg-accent">
          <Slider.Range className="absolute h-full rounded-l-full bg-line" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Show predictions above this score"
          className="block size-3.5 rounded-full border-2 border-accent bg-panel"
        />
      </Slider.Root>
      <span className="w-8 text-right tabular-nums">{formatFixed(value, 2)}</span>
    </div>
  );
}
