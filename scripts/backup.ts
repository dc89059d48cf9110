import { backupCommand } from './backup/commands';
import { runCommand } from './cli/command';

await runCommand(backupCommand);
