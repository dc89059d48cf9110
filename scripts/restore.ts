import { restoreCommand } from './backup/commands';
import { runCommand } from './cli/command';

await runCommand(restoreCommand);
