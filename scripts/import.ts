import { runCommand } from './cli/command';
import { importCommand } from './transfer/import-command';

await runCommand(importCommand);
