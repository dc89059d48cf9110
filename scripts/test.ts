import { testCommand } from './checks/test-parts';
import { runCommand } from './cli/command';

await runCommand(testCommand);
