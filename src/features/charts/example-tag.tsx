import { formatCount } from '@/components/format';

/** Says of a chart that it has spans of the example. */
export function ExampleTag({ spans }: { spans: number }) {
  if (spans === 0) return null;
  const title = `${formatCount(spans)} spans here are of a rule, for the example; no person has drawn them`;
  return (
    <span
      title={title}
      className="shrink-0 rounded border border-accent px-1.5 text-[11px] text-accent leading-4"
    >
      Example
    </span>
  );
}
