import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readTheme, THEME_COOKIE } from '@/features/pages/theme';
import { TrpcProvider } from '@/trpc/client';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'candle-annotator', template: '%s · candle-annotator' },
  description: 'Mark patterns on candlestick charts and train models on the labels.',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // A cookie, not local storage: the first paint already has the right colours.
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <TrpcProvider>{children}</TrpcProvider>
      </body>
    </html>
  );
}
