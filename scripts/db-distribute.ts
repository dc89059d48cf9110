import { runCommand } from './cli/command';
import { dbDistributeCommand } from './runtime/db-distribute';

await runCommand(dbDistributeCommand);
