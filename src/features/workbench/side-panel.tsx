'use client';

import { Tabs } from 'radix-ui';
import { ErrorBoundary } from '@/components/error-boundary';
import { formatCount } from '@/components/format';
import { annotationsOf, spansOf } from '@/editor/derived';
import { MarkersPanel } from '../annotate/markers-panel';
import { SpansPanel } from '../annotate/spans-panel';
import { LabelsPanel } from '../labels/labels-panel';
import { ModelsPanel } from '../models/models-panel';
import { useRuns } from '../models/use-runs';
import { useRecords, useSession, useView } from '../session/session';
import type { PanelTab } from '../session/view-state';
import { SearchList } from '../similar/search-list';
import { SimilarPanel } from '../similar/similar-panel';

const MIN_WIDTH = 280;
const MAX_WIDTH = 560;

export function SidePanel() {
  const { view } = useSession();
  const tab = useView((state) => state.tab);
  const width = useView((state) => state.panelWidth);
  const open = useView((state) => state.panelOpen);
  const isSearch = useView((state) => state.bestFirst);
  const records = useRecords();
  const runs = useRuns();
  if (!open) return null;
  const tabs: [PanelTab, string, number | null][] = [
    ['spans', 'Spans', spansOf(records).length],
    ['markers', 'Drawings', annotationsOf(records).length],
    ['models', 'Models', runs.data?.length ?? null],
    ['labels', 'Labels', null],
  ];
  return (
    <Tabs.Root
      role="complementary"
      aria-label="Spans, drawings, models and labels"
      value={tab}
      onValueChange={(value) => view.setState({ tab: value as PanelTab })}
      className="relative flex min-h-0 max-w-[46vw] shrink-0 flex-col border-line border-l bg-panel"
      style={{ width }}
    >
      <ResizeHandle width={width} onResize={(panelWidth) => view.setState({ panelWidth })} />
      <Tabs.List
        className="flex min-h-[39px] shrink-0 flex-wrap border-line border-b px-1.5"
        aria-label="Panel"
      >
        {tabs.map(([value, text, count]) => (
          <Tabs.Trigger
            key={value}
            value={value}
            className="flex h-[38px] items-center gap-1.5 border-transparent border-b-2 px-2.5 focus-visible:-outline-offset-2 text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-text"
          >
            {text}
            {count !== null && (
              <span className="font-normal text-faint text-xs">{formatCount(count)}</span>
            )}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="spans" className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary name="list of spans">
          <SpansPanel />
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="markers" className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary name="list of drawings">
          <MarkersPanel />
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="models" className="min-h-0 flex-1 overflow-y-auto">
        <ErrorBoundary name="models panel">
          {isSearch ? (
            <SimilarPanel />
          ) : (
            <>
              <ModelsPanel />
              <SearchList />
            </>
          )}
        </ErrorBoundary>
      </Tabs.Content>
      <Tabs.Content value="labels" className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <ErrorBoundary name="list of labels">
          <LabelsPanel />
        </ErrorBoundary>
      </Tabs.Content>
    </Tabs.Root>
  );
}

function ResizeHandle(props: { width: number; onResize: (width: number) => void }) {
  const { width, onResize } = props;
  const resize = (next: number) => onResize(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, next)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is this role, an hr can't be focused
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Panel width"
      aria-valuenow={width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      tabIndex={0}
      className="absolute inset-y-0 -left-1 z-20 w-2 cursor-ew-resize"
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) {
          resize(window.innerWidth - event.clientX);
        }
      }}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowLeft' ? 16 : event.key === 'ArrowRight' ? -16 : 0;
        if (step === 0) return;
        event.stopPropagation();
        resize(width + step);
      }}
    />
  );
}
