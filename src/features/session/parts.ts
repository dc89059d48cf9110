import type { BarAnchor } from '@/editor/anchor';
import { partOf, partsOf, withoutPart, withPart } from '@/editor/kinds/parts';
import { INITIAL } from '@/editor/tools';
import type { OpenSession } from './open-sessions';

type Editing = Pick<OpenSession, 'editor' | 'view'>;

const selectedSpan = ({ editor, view }: Editing) => {
  const { selected } = view.getState();
  const record = selected === null ? undefined : editor.get(selected);
  return record?.kind === 'span' ? record : null;
};

/** A part of the selected span, to be named; its tool is put away, as each has a name to be given. */
export function addPart(session: Editing, anchors: BarAnchor[]) {
  const { editor, view } = session;
  view.setState({ tool: INITIAL });
  const span = selectedSpan(session);
  const added =
    span &&
    withPart(span, {
      name: `Part ${partsOf(span).length + 1}`,
      startTime: Math.min(...anchors.map(({ time }) => time)),
      endTime: Math.max(...anchors.map(({ lastTime }) => lastTime)),
    });
  if (!added) {
    view.setState({ notice: 'A part lies inside the selected span: nothing of that one does.' });
    return;
  }
  editor.update(span, added);
  const index = (added.subSpans?.length ?? 1) - 1;
  view.setState({ part: { index, isNew: true }, edge: null, tab: 'spans' });
}

/** Takes the part away that is worked on; false where there is none. */
export function removePart(session: Editing): boolean {
  const { part } = session.view.getState();
  const span = selectedSpan(session);
  if (!part || !span || !partOf(span, part.index)) return false;
  session.editor.update(span, withoutPart(span, part.index));
  session.view.setState({ part: null, edge: null });
  return true;
}
