import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from './scripts/runtime/chromium';

const chromium = findChromium();
const OWN_STARTS = /(start|dev)\.spec\.ts/;

export default defineConfig({
  testDir: 'tests',
  globalSetup: './tests/support/start-app.ts',
  outputDir: 'test-results',
  // Most tests share one app and its database. What starts others of its own runs beside them.
  workers: 2,
  projects: [
    { name: 'app', testIgnore: OWN_STARTS, workers: 1 },
    { name: 'starts', testMatch: OWN_STARTS, workers: 1 },
  ],
  forbidOnly: Boolean(process.env.CI),
  // What is waited for is a state: on a machine with much else to do it comes late, not never.
  timeout: 480_000,
  expect: { timeout: 60_000 },
  use: {
    actionTimeout: 60_000,
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    timezoneId: 'Asia/Kathmandu',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: CHROMIUM_ARGS,
    },
  },
});
