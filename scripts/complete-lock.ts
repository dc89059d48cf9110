import { completeLockCommand } from './checks/complete-lock';
import { runCommand } from './cli/command';

await runCommand(completeLockCommand);
