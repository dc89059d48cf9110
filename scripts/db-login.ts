import { runCommand } from './cli/command';
import { dbLoginCommand } from './runtime/db-login';

await runCommand(dbLoginCommand);
