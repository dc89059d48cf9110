'use client';

import { Dialog } from '@/components/dialog';
import { Kbd } from '@/components/kbd';
import { type Command, type CommandGroup, keysTextOf } from './command';

/** As much of a command as the sheet says. */
type Line<Subject> = Pick<Command<Subject>, 'title' | 'group' | 'keys' | 'keysText'>;

/** All keys of a page, by group. */
export function KeysDialog<Subject>(props: {
  commands: readonly Line<Subject>[];
  subject: Subject;
  onClose: () => void;
}) {
  const { commands: all, subject, onClose } = props;
  const groups = new Map<CommandGroup, Line<Subject>[]>();
  for (const command of all) {
    if (keysTextOf(command, subject) === null) continue;
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
                    <Kbd>{keysTextOf(command, subject)}</Kbd>
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
