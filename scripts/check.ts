import { runChecks } from './checks/checks';

const failed = (await runChecks()).filter((result) => result === 'failed').length;
if (failed) process.exitCode = 1;
