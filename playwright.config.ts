import { defineConfig, devices } from '@playwright/test';
import { findChromium } from './scripts/test/chromium';

const chromium = findChromium();

export default defineConfig({
  testDir: 'tests',
  globalSetup: './tests/support/start-app.ts',
  outputDir: 'test-results',
  // All tests share one app and its database.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  use: {
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    timezoneId: 'Asia/Kathmandu',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-gpu',
        // Chromium has no sandbox for root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
