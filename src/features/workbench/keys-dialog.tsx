'use client';

import { Dialog } from '@/components/dialog';
import { Kbd } from '@/components/kbd';

const GROUPS: [title: string, keys: [key: string, does: string][]][] = [
  [
    'Tools',
    [
      ['V', 'select'],
      ['S', 'span; with the bar cursor out, starts one there'],
      ['E', 'ends the span'],
      ['B', 'first marker'],
      ['⇧ B', 'second marker'],
      ['X', 'eraser'],
      ['H', 'hide or show annotations'],
      ['Esc', 'drop the draft, leave the tool, drop the selection'],
    ],
  ],
  [
    'Labels',
    [
      ['1 – 9', 'label the selected span and the next one'],
      ['Alt 1 – 5', 'confidence of the selected span'],
      ['Del', 'delete what is selected'],
      ['N', 'next span'],
    ],
  ],
  [
    'Review',
    [
      ['D', 'next prediction to review'],
      ['⇧ D', 'previous one'],
      ['Y', 'confirm'],
      ['C', 'correct'],
      ['N', 'dismiss'],
    ],
  ],
  [
    'View',
    [
      ['← →', 'bar cursor'],
      ['⇧ ← →', 'ten bars at a time'],
      ['+ −', 'zoom'],
      ['F', 'the whole history'],
      ['Ctrl G', 'go to a date or a gap'],
      ['J', 'next gap between candles'],
      ['⇧ J', 'previous one'],
      ['Ctrl Z', 'undo'],
      ['Ctrl ⇧ Z', 'redo'],
    ],
  ],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} width={640}>
      <div className="grid grid-cols-2 gap-x-8 gap-y-4">
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <h3 className="mb-1.5 font-semibold">{title}</h3>
            <dl className="grid grid-cols-[76px_1fr] gap-y-1">
              {keys.map(([key, does]) => (
                <div key={key} className="contents">
                  <dt>
                    <Kbd>{key}</Kbd>
                  </dt>
                  <dd className="text-muted">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="mt-4 border-line border-t pt-3 text-faint text-xs">
        Charts: TradingView Lightweight Charts™, © 2026{' '}
        <a
          href="https://www.tradingview.com/"
          className="underline"
          rel="noreferrer"
          target="_blank"
        >
          TradingView, Inc.
        </a>
        , Apache 2.0
      </p>
    </Dialog>
  );
}
