'use client';

import { Moon, Sun } from 'lucide-react';
import { BarButton } from '@/components/bar-button';
import { applyTheme } from './theme';
import { useTheme } from './use-theme';

export function ThemeButton() {
  const theme = useTheme();
  return (
    <BarButton
      text={theme === 'dark' ? 'Light theme' : 'Dark theme'}
      onClick={() => applyTheme(theme === 'dark' ? 'light' : 'dark')}
    >
      {theme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
    </BarButton>
  );
}
