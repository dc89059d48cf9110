'use client';

import { DropdownMenu as Radix } from 'radix-ui';
import { Fragment, type RefObject, useEffect } from 'react';
import type { ChartView } from '@/chart/types';
import { Kbd } from '@/components/kbd';
import { MenuItem, MenuSeparator } from '@/components/menu';
import { type CommandId, keysTextOf } from '../session/command';
import { useCommands } from '../session/command-context';
import { select } from '../session/commands';
import { selectedUids } from '../session/selection';
import { useSession, useView } from '../session/session';

const ON_ANNOTATION: readonly CommandId[][] = [
  ['zoom.selected', 'search.similar', 'span.again', 'part.add'],
  ['copy', 'delete'],
];
const ON_CHART: readonly CommandId[][] = [
  ['tool.span', 'tool.measure', 'paste'],
  ['examine.view', 'label.next'],
  ['goto', 'fit', 'log'],
  ['annotations.hide', 'look.candles', 'look.palette', 'picture'],
  ['palette', 'keys'],
];

/** What can be done here, by a right click, the menu key or Shift F10: commands of the table, with their keys. */
export function ChartMenu(props: {
  chart: ChartView;
  container: RefObject<HTMLDivElement | null>;
}) {
  const { chart, container } = props;
  const session = useSession();
  const { view } = session;
  const { table, run } = useCommands();
  const menu = useView((state) => state.menu);

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    let hit: string | null = null;
    const stop = chart.onPointer((event) => {
      if (event.type === 'down' || event.type === 'move') hit = event.hit?.uid ?? null;
      return false;
    });
    const open = (event: MouseEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (hit && !selectedUids(view.getState()).includes(hit)) select(session, hit);
      view.setState({
        menu: {
          xPx: event.clientX - box.left,
          yPx: event.clientY - box.top,
          isOnAnnotation: hit !== null,
        },
      });
    };
    element.addEventListener('contextmenu', open);
    return () => {
      stop();
      element.removeEventListener('contextmenu', open);
    };
  }, [chart, container, session, view]);

  if (!menu) return null;
  const groups = (menu.isOnAnnotation ? ON_ANNOTATION : ON_CHART)
    .map((ids) => ids.filter((id) => table[id].when?.(session, null) ?? true))
    .filter((ids) => ids.length > 0);
  return (
    <Radix.Root
      open
      modal={false}
      onOpenChange={(isOpen) => isOpen || view.setState({ menu: null })}
    >
      <Radix.Trigger asChild>
        <span aria-hidden className="absolute size-0" style={{ left: menu.xPx, top: menu.yPx }} />
      </Radix.Trigger>
      {/* Where the chart is, so that it belongs to that part of the page. */}
      <Radix.Content
        align="start"
        aria-label={menu.isOnAnnotation ? 'Annotation' : 'Chart'}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          // What a command has opened meanwhile keeps it.
          if (document.activeElement === document.body) container.current?.focus();
        }}
        className="z-50 w-80 rounded-lg border border-line bg-panel p-1"
      >
        {groups.map((ids, at) => (
          <Fragment key={ids[0]}>
            {at > 0 && <MenuSeparator />}
            {ids.map((id) => {
              const keys = keysTextOf(table[id], session);
              return (
                <MenuItem
                  key={id}
                  danger={id === 'delete'}
                  hint={keys && <Kbd>{keys}</Kbd>}
                  onSelect={() => {
                    // A dialog that opens gives it back there.
                    container.current?.focus();
                    view.setState({ menu: null });
                    run(id);
                  }}
                >
                  <span className="whitespace-normal">{table[id].title}</span>
                </MenuItem>
              );
            })}
          </Fragment>
        ))}
      </Radix.Content>
    </Radix.Root>
  );
}
