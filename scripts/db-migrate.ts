import { runCommand } from './cli/command';
import { dbMigrateCommand } from './runtime/db-migrate';

await runCommand(dbMigrateCommand);
