'use client';

import { Dialog } from '@/components/dialog';
import { Kbd } from '@/components/kbd';
import { type Command, type CommandGroup, keysTextOf } from '../session/command';
import { useCommands } from '../session/command-context';
import { useSession } from '../session/session';

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const { table } = useCommands();
  const groups = new Map<CommandGroup, Command[]>();
  for (const command of Object.values(table)) {
    if (keysTextOf(command, session) === null) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return (
    <Dialog title="Keys" onClose={onClose} width={720}>
      <div className="columns-2 gap-x-8">
        {[...groups].map(([title, commands]) => (
          <section key={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1.5 font-semibold">{title}</h3>
            <dl className="grid grid-cols-[76px_1fr] gap-y-1">
              {commands.map((command) => (
                <div key={command.title} className="contents">
                  <dt>
                    <Kbd>{keysTextOf(command, session)}</Kbd>
                  </dt>
                  <dd className="text-muted">{command.title}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="border-line border-t pt-3 text-faint text-xs">
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
