'use client';

import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Kbd } from '@/components/kbd';
import { type Command, type CommandGroup, keyOf, keysTextOf, keyText } from './command';
import { giveKey, holdersOf, keymap, resetKeys, withKeys } from './keymap';

/** As much of a command as the sheet says. */
type Line<Subject> = Pick<Command<Subject>, 'title' | 'group' | 'keys' | 'keysText'>;

/** What closes, moves or presses something wherever one is. */
const NOT_GIVEN = ['tab', 'enter', 'escape', 'control', 'shift', 'alt', 'meta', 'dead'];

/** All keys of a page, by group; `page` is what its commands are kept by. */
export function KeysDialog<Subject>(props: {
  /** The commands with the keys that they were made with. */
  table: Record<string, Line<Subject>>;
  page: string;
  subject: Subject;
  onClose: () => void;
}) {
  const { table: made, page, subject, onClose } = props;
  const chosen = useStore(keymap, ({ keys }) => keys);
  const table = withKeys(made, chosen, page);
  const [isChanging, setIsChanging] = useState(false);
  /** Of a command whose next key is being pressed. */
  const [listening, setListening] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ id: string; key: string; holders: string[] } | null>(null);
  const give = (id: string, key: string | null) => {
    keymap.setState({ keys: giveKey(table, chosen, page, id, key) });
    setAsked(null);
  };
  usePressedKey(listening !== null, (key) => {
    const id = listening;
    setListening(null);
    if (id === null || key === null) return;
    const holders = holdersOf(table, key, id);
    if (holders.length > 0) setAsked({ id, key, holders });
    else give(id, key);
  });

  const groups = new Map<CommandGroup, [string, Line<Subject>][]>();
  for (const entry of Object.entries(table)) {
    const [, command] = entry;
    if (!isChanging && keysTextOf(command, subject) === null) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), entry]);
  }
  const isAnyChosen = Object.keys(chosen).some((id) => id.startsWith(page));
  return (
    <Dialog
      title="Keys"
      onClose={onClose}
      width={720}
      footer={
        <>
          {isAnyChosen && (
            <Button
              onClick={() => {
                const rest = Object.entries(chosen).filter(([id]) => !id.startsWith(page));
                keymap.setState({ keys: Object.fromEntries(rest) });
              }}
            >
              Reset all keys
            </Button>
          )}
          <Button
            onClick={() => {
              setIsChanging(!isChanging);
              setListening(null);
              setAsked(null);
            }}
          >
            {isChanging ? 'Done' : 'Change keys'}
          </Button>
        </>
      }
    >
      {isChanging && (
        <p className="mb-3 text-muted">
          Press a key’s button, then the key that is to be it; Esc leaves it as it is. The keys are
          kept in this browser.
        </p>
      )}
      <div className="columns-2 gap-x-8">
        {[...groups].map(([title, commands]) => (
          <section key={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1.5 font-semibold">{title}</h3>
            <ul className="flex flex-col gap-1">
              {commands.map(([id, command]) => (
                <li key={id} className="flex items-start gap-2">
                  <span className="w-[72px] shrink-0">
                    {isChanging && !command.keysText ? (
                      <button
                        type="button"
                        aria-label={`Key of ${command.title}: ${keysTextOf(command, subject) ?? 'none'}`}
                        onClick={() => {
                          setAsked(null);
                          setListening(id);
                        }}
                        className="rounded border border-line px-1.5 text-xs hover:border-faint"
                      >
                        {listening === id ? 'Press…' : (keysTextOf(command, subject) ?? '–')}
                      </button>
                    ) : (
                      keysTextOf(command, subject) !== null && (
                        <Kbd>{keysTextOf(command, subject)}</Kbd>
                      )
                    )}
                  </span>
                  <span className="min-w-0 flex-1 text-muted">
                    {command.title}
                    {isChanging && !command.keysText && (
                      <span className="ml-2 inline-flex gap-2 text-xs">
                        {chosen[page + id] && (
                          <Small
                            name={`Reset the key of ${command.title}`}
                            text="Reset"
                            onClick={() =>
                              keymap.setState({ keys: resetKeys(made, chosen, page, id) })
                            }
                          />
                        )}
                        {command.keys.length > 0 && (
                          <Small
                            name={`No key for ${command.title}`}
                            text="None"
                            onClick={() => give(id, null)}
                          />
                        )}
                      </span>
                    )}
                    {asked?.id === id && (
                      <span role="alert" className="block text-warning">
                        {keyText(asked.key)} is the key of{' '}
                        {asked.holders.map((other) => `“${table[other]?.title}”`).join(' and ')}.{' '}
                        <Button className="text-text" onClick={() => give(id, asked.key)}>
                          Use it here
                        </Button>
                      </span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
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

function Small(props: { name: string; text: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={`${props.text}: ${props.name}`}
      onClick={props.onClick}
      className="underline hover:text-text"
    >
      {props.text}
    </button>
  );
}

/** The next key, before the dialog or the page sees it; null for Escape. */
function usePressedKey(isListening: boolean, onKey: (key: string | null) => void) {
  useEffect(() => {
    if (!isListening) return;
    const press = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      const key = keyOf(event);
      if (event.key === 'Escape') onKey(null);
      else if (!NOT_GIVEN.includes(event.key.toLowerCase())) onKey(key);
    };
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  });
}
