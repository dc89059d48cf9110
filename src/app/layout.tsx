import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readChoice } from '@/features/pages/appearance';
import { readTheme, THEME_COOKIE } from '@/features/pages/theme';
import { TrpcProvider } from '@/trpc/client';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'candle-annotator', template: '%s · candle-annotator' },
  description: 'Mark patterns on candlestick charts and train models on the labels.',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // A cookie, not local storage: the first paint already has the right colours.
  const kept = await cookies();
  const theme = readTheme(kept.get(THEME_COOKIE)?.value);
  const candles = readChoice('candles', kept.get('candles')?.value);
  const palette = readChoice('palette', kept.get('palette')?.value);
  return (
    <html lang="en" data-theme={theme} data-candles={candles} data-palette={palette}>
      <body>
        <TrpcProvider>{children}</TrpcProvider>
      </body>
    </html>
  );
}
