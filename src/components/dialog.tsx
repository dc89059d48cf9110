import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';

type Frame = {
  title: string;
  description?: string;
  /** Without it the dialog waits for one of its own buttons. */
  onClose?: (() => void) | undefined;
  /** A click beside it does not close it: there is something to lose. */
  holds?: boolean;
  /** Where whoever works by keyboard goes on, where that is not what opened it. */
  nextFocus?: () => HTMLElement | null;
  /** Its top stays where it is as its contents come and go: of what is searched. */
  isAtTop?: boolean;
  children: ReactNode;
  width?: number;
};

export function Dialog({ footer, children, ...frame }: Frame & { footer?: ReactNode }) {
  return (
    <DialogFrame {...frame}>
      <DialogBody>{children}</DialogBody>
      {footer && <DialogFooter>{footer}</DialogFooter>}
    </DialogFrame>
  );
}

/** A dialog whose children are its body and its footer. */
export function DialogFrame(props: Frame) {
  const { title, description, onClose, nextFocus, children } = props;
  const { holds = false, isAtTop = false, width = 520 } = props;
  const [opener] = useState(focusedByKey);
  return (
    <Radix.Root open onOpenChange={() => onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <Radix.Content
          className={clsx(
            'fixed left-1/2 z-50 flex -translate-x-1/2 flex-col rounded-lg border border-line bg-panel',
            isAtTop ? 'top-[12vh] max-h-[76vh]' : 'top-1/2 max-h-[88vh] -translate-y-1/2',
          )}
          style={{ width: `min(${width}px, calc(100vw - 32px))` }}
          onInteractOutside={(event) => holds && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener) (nextFocus?.() ?? opener).focus();
          }}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start justify-between gap-4 border-line border-b px-4 py-3">
            <div className="min-w-0">
              <Radix.Title className="truncate font-semibold text-sm" title={title}>
                {title}
              </Radix.Title>
              {description && (
                <Radix.Description className="text-muted text-xs">{description}</Radix.Description>
              )}
            </div>
            {onClose && (
              <Radix.Close
                aria-label="Close"
                className="-mr-1 rounded-md p-1 text-muted hover:bg-raised hover:text-text"
              >
                <X size={16} />
              </Radix.Close>
            )}
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where whoever works by keyboard goes on after the dialog. */
function focusedByKey(): HTMLElement | null {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && focused.matches(':focus-visible') ? focused : null;
}

export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
);

export const DialogFooter = ({ children }: { children: ReactNode }) => (
  <footer className="flex items-center justify-end gap-2 border-line border-t px-4 py-3">
    {children}
  </footer>
);
