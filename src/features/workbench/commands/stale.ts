import type { CommandContext, CommandTable } from '../../session/command';
import { REVIEW_KEYS } from '../../session/command';
import { select } from '../../session/commands';
import { rangeOf, selectedRecords } from '../../session/selection';
import { isStale, nextStale } from '../../session/stale';

/** What to do about annotations whose candles changed. */
export const STALE = {
  'stale.next': {
    title: 'Next that is stale: its candles changed since anybody looked',
    hint: 'next stale',
    group: 'Labels',
    keys: ['i'],
    run: goToNextStale,
  },
  'stale.right': {
    title: 'Still right, with its candles as they are now; goes on to the next that is stale',
    hint: 'still right',
    group: 'Labels',
    keys: REVIEW_KEYS.confirm,
    when: (session) => selectedRecords(session).some(isStale),
    async run(context) {
      const { editor } = context.session;
      const stale = selectedRecords(context.session).filter(isStale);
      editor.gesture(() => {
        for (const record of stale) editor.update(record, { candlesChangedAt: null });
      });
      await goToNextStale(context);
    },
  },
} satisfies Partial<CommandTable>;

async function goToNextStale({ session, chart }: CommandContext) {
  const { editor, view } = session;
  const { selected } = view.getState();
  const next = nextStale(editor.records(), selected ? editor.get(selected) : undefined);
  if (!next) return view.setState({ notice: 'Nothing on this chart is stale.' });
  select(session, next.uid);
  const [first, last] = rangeOf(next);
  await (first === last ? chart.goTo(first) : chart.showRange(first, last));
}
