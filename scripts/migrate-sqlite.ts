import { runCommand } from './cli/command';
import { migrateSqliteCommand } from './sqlite-migration/command';

await runCommand(migrateSqliteCommand);
