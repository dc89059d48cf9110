'use client';

import { clsx } from 'clsx';
import { Eraser, Eye, EyeOff, type LucideIcon, MousePointer2, Ruler } from 'lucide-react';
import { Fragment } from 'react';
import { Tooltip } from '@/components/tooltip';
import type { Tool } from '@/editor/tools';
import type { ToolButton as ToolButtonOf } from '../annotate/kinds/kind';
import { drawingTools } from '../annotate/kinds/kinds';
import { useCommand, useShortcut } from '../session/command-context';
import { dispatch } from '../session/commands';
import { useSession, useView } from '../session/session';

export function ToolRail() {
  const session = useSession();
  const tool = useView((state) => state.tool.tool);
  const hidden = useView((state) => state.hidden);
  // A click on the tool in hand puts it away; its key does not.
  const toggle = (next: Tool) =>
    dispatch(session, { type: 'tool', tool: next === tool ? 'select' : next });
  const hide = useCommand('annotations.hide');
  return (
    <nav
      aria-label="Tools"
      className="flex w-11 shrink-0 flex-col items-center gap-1 overflow-y-auto border-line border-r bg-panel py-2 [scrollbar-width:none]"
    >
      <ToolButton
        tool="select"
        text="Select"
        command="tool.select"
        icon={MousePointer2}
        onUse={toggle}
      />
      {drawingTools(session).map((buttons) => (
        <Fragment key={buttons[0]?.tool}>
          {buttons.map((button) => (
            <ToolButton key={button.tool} {...button} onUse={toggle} />
          ))}
          <Divider />
        </Fragment>
      ))}
      <ToolButton
        tool="measure"
        text="Measure"
        command="tool.measure"
        icon={Ruler}
        onUse={toggle}
      />
      <ToolButton tool="eraser" text="Eraser" command="tool.eraser" icon={Eraser} onUse={toggle} />
      <RailButton
        text={hidden ? 'Show annotations' : 'Hide annotations'}
        shortcut={hide.shortcut}
        icon={hidden ? EyeOff : Eye}
        pressed={hidden}
        onClick={hide.run}
      />
    </nav>
  );
}

function ToolButton(props: ToolButtonOf & { onUse: (tool: Tool) => void }) {
  const { tool, command, onUse, ...look } = props;
  const pressed = useView((state) => state.tool.tool === tool);
  const shortcut = useShortcut(command);
  return <RailButton {...look} shortcut={shortcut} pressed={pressed} onClick={() => onUse(tool)} />;
}

const Divider = () => <div className="my-1 h-px w-6 bg-line" />;

function RailButton(props: {
  text: string;
  shortcut: string | undefined;
  icon: LucideIcon;
  color?: string;
  upsideDown?: boolean;
  pressed: boolean;
  onClick: () => void;
}) {
  const Icon = props.icon;
  return (
    <Tooltip text={props.text} shortcut={props.shortcut} side="right">
      <button
        type="button"
        aria-label={props.text}
        aria-pressed={props.pressed}
        data-key={props.shortcut}
        onClick={props.onClick}
        className={clsx(
          'relative grid size-[34px] place-items-center rounded-md',
          // By CSS, as it is no part of what the button is called.
          'after:absolute after:right-[3px] after:bottom-0 after:text-[9px] after:text-faint after:leading-[12px] after:content-[attr(data-key)]',
          props.pressed ? 'bg-accent-bg text-accent' : 'text-muted hover:bg-raised hover:text-text',
        )}
      >
        <Icon
          size={17}
          strokeWidth={1.75}
          className={props.upsideDown ? 'rotate-180' : ''}
          style={{ color: props.color }}
        />
      </button>
    </Tooltip>
  );
}
