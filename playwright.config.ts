import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from './scripts/runtime/chromium';

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
      args: CHROMIUM_ARGS,
    },
  },
});
