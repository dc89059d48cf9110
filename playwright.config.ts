import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from './scripts/runtime/chromium';

const chromium = findChromium();
const OWN_STARTS = /(start|dev)\.spec\.ts/;

export default defineConfig({
  testDir: 'tests',
  globalSetup: './tests/support/build.ts',
  outputDir: 'test-results',
  // Each worker has an app of its own. What starts others beside it takes longest, and so comes first.
  workers: 2,
  projects: [
    { name: 'starts', testMatch: OWN_STARTS, workers: 1 },
    { name: 'app', testIgnore: OWN_STARTS },
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
