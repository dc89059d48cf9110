import { checkCommand } from './checks/check-command';
import { runCommand } from './cli/command';

await runCommand(checkCommand);
