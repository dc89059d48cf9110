import { runCommand } from './cli/command';
import { exportCommand } from './transfer/export-command';

await runCommand(exportCommand);
