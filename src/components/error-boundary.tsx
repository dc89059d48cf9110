import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from './button';
import { Notice } from './notice';

type Props = {
  /** What it is, as in “The list of spans has stopped”. */
  name: string;
  /** Leaves what failed; without it that can only be tried again. */
  onClose?: () => void;
  className?: string;
  children: ReactNode;
};

/** Holds what its children throw, so that the rest of the page goes on. */
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    console.error(`The ${this.props.name} has stopped`, error, componentStack);
  }

  override render() {
    const { name, onClose, className, children } = this.props;
    const { error } = this.state;
    if (!error) return children;
    const again = () => this.setState({ error: null });
    return (
      <div className={className ?? 'min-w-0 p-2'}>
        <Notice
          tone="error"
          actions={
            <>
              <Button onClick={again}>Try again</Button>
              {onClose && (
                <Button
                  onClick={() => {
                    onClose();
                    again();
                  }}
                >
                  Close
                </Button>
              )}
            </>
          }
        >
          <strong className="font-semibold">The {name} has stopped</strong>, the rest goes on:{' '}
          {error.message}
        </Notice>
      </div>
    );
  }
}
