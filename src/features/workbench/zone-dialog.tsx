'use client';

import { Command } from 'cmdk';
import { useState } from 'react';
import { useStore } from 'zustand';
import { DialogFrame } from '@/components/dialog';
import { Notice } from '@/components/notice';
import { useInitialFocus } from '@/components/use-initial-focus';
import { wordScore } from '@/components/word-score';
import { clockOf } from '@/contract/clock';
import { currentZone, zoneList } from '@/contract/zone-list';
import { useSayExchange } from '../session/exchange-zone';
import { useSession } from '../session/session';
import { exchangeOf, localZone, timeZones, zoneName } from '../session/time-zone';

/** Which clocks the page shows; where the exchange's are not known, asks for them. */
export function ZoneDialog({ onClose }: { onClose: () => void }) {
  const { chart } = useSession();
  const state = useStore(timeZones);
  const { choice } = state;
  const say = useSayExchange(chart.id);
  const [asks, setAsks] = useState(false);
  const exchange = exchangeOf(state, chart);
  const take = (taken: string) => {
    timeZones.setState({ choice: taken });
    onClose();
  };
  const title = asks ? `In which zone is ${chart.name} traded?` : 'Time zone';
  return (
    // Anew for the second question, so that its search is empty and has the keyboard.
    <DialogFrame key={title} title={title} onClose={onClose} isAtTop width={420}>
      <Command label={title} loop filter={wordScore} className="flex min-h-0 flex-col">
        <Command.Input
          ref={useInitialFocus<HTMLInputElement>()}
          placeholder="Search zones"
          className="h-10 shrink-0 border-line border-b bg-transparent px-4 outline-none placeholder:text-faint"
        />
        {say.error && (
          <div className="p-2">
            <Notice tone="error">{say.error.message}</Notice>
          </div>
        )}
        <Command.List className="max-h-[52vh] min-h-0 overflow-y-auto p-2">
          <Command.Empty className="p-4 text-center text-muted">
            No zone is called like that.
          </Command.Empty>
          {!asks && (
            <>
              <Item text="UTC" chosen={choice === 'UTC'} onSelect={() => take('UTC')} />
              <Item
                text={`This computer: ${zoneName(localZone())}`}
                hint={offsetText(localZone())}
                chosen={choice === 'local'}
                onSelect={() => take('local')}
              />
              <Item
                text={exchange ? `The exchange: ${zoneName(exchange)}` : 'The exchange…'}
                hint={exchange ? offsetText(exchange) : undefined}
                chosen={choice === 'exchange'}
                onSelect={() => (exchange ? take('exchange') : setAsks(true))}
              />
              {exchange && (
                <Item
                  text="Another zone for the exchange…"
                  chosen={false}
                  onSelect={() => setAsks(true)}
                />
              )}
            </>
          )}
          {zoneList().map((zone) => (
            <Item
              key={zone}
              text={zone.replaceAll('_', ' ')}
              hint={offsetText(zone)}
              chosen={zone === currentZone((asks ? exchange : choice) ?? '')}
              onSelect={() => {
                if (asks)
                  say.mutate({ chartId: chart.id, zone }, { onSuccess: () => take('exchange') });
                else take(zone);
              }}
            />
          ))}
        </Command.List>
      </Command>
    </DialogFrame>
  );
}

/** `UTC+05:45`, now. */
function offsetText(zone: string): string {
  const minutes = Math.round(clockOf(zone).offset(Math.floor(Date.now() / 1000)) / 60);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${pad(hours)}:${pad(rest)}`;
}

function Item(props: {
  text: string;
  hint?: string | undefined;
  chosen: boolean;
  onSelect: () => void;
}) {
  const { text, hint, chosen, onSelect } = props;
  return (
    <Command.Item
      value={text}
      // `UTC+5:30`, `+05:30` and `UTC-5` find it as well.
      keywords={
        hint
          ? [hint.replace('−', '-').replace(/([+-])0/, '$1'), hint.replace('−', '-'), hint.slice(3)]
          : []
      }
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-accent-bg"
    >
      <span className={`min-w-0 flex-1 truncate ${chosen ? 'font-semibold text-accent' : ''}`}>
        {text}
      </span>
      {hint && <span className="text-muted text-xs tabular-nums">{hint}</span>}
    </Command.Item>
  );
}
