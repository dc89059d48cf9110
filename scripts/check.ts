import { runChecks } from './check/checks';

const failed = (await runChecks()).filter((result) => result === 'failed').length;
if (failed) process.exitCode = 1;
