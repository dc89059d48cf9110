'use client';

import { useId, useState } from 'react';
import { formatPrice } from '@/components/format';
import type { Price } from '@/contract/units';
import { useSession } from '../session/session';
import { TypedField } from './typed-field';

/** A price that can be typed. */
export function PriceField(props: {
  label: string;
  price: Price;
  onChange: (price: Price) => void;
}) {
  const { label, price, onChange } = props;
  const { chart } = useSession();
  const [isRefused, setRefused] = useState(false);
  const id = useId();
  const take = (text: string) => {
    const typed = readPrice(text);
    setRefused(typed === null);
    if (typed !== null) onChange(typed);
    return typed !== null;
  };
  return (
    <span className="flex flex-wrap items-center tabular-nums">
      <TypedField
        label={label}
        shown={formatPrice(price, chart.pricePrecision)}
        problemId={isRefused ? id : undefined}
        onTake={take}
        onDrop={() => setRefused(false)}
      />
      {isRefused && (
        <span id={id} role="alert" className="text-warning text-xs">
          Write it as 1234.5.
        </span>
      )}
    </span>
  );
}

/** As prices are shown: thousands set apart, a minus of its own. */
function readPrice(text: string): Price | null {
  const plain = text.replace(/[,\s]/g, '').replace('−', '-');
  return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : null;
}
