'use client';

import { clsx } from 'clsx';
import { Activity } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { INDICATOR_IDS, indicatorOf } from '@/chart/indicators/catalogue';
import { Menu } from '@/components/menu';
import { useSession, useView } from '../session/session';
import { toggleIndicator } from './indicators';

/** Which indicators are on the chart; kept for each chart. */
export function IndicatorMenu() {
  const { view } = useSession();
  const shown = useView((state) => state.indicators);
  return (
    <Menu
      width={200}
      trigger={
        <button
          type="button"
          aria-label="Indicators"
          title="Indicators"
          className={clsx(
            'flex h-7 items-center rounded-md px-2',
            shown.length > 0 ? 'text-accent' : 'text-text hover:bg-raised',
          )}
        >
          <Activity size={16} />
        </button>
      }
    >
      {INDICATOR_IDS.map((id) => (
        <Radix.CheckboxItem
          key={id}
          checked={shown.includes(id)}
          // Several are chosen one after the other.
          onSelect={(event) => event.preventDefault()}
          onCheckedChange={() => toggleIndicator(view, id)}
          className="flex items-center gap-2 rounded-md px-2 py-1.5 outline-none data-highlighted:bg-raised"
        >
          <span className="w-4 text-accent">{shown.includes(id) ? '✓' : ''}</span>
          {indicatorOf(id).name}
        </Radix.CheckboxItem>
      ))}
    </Menu>
  );
}
