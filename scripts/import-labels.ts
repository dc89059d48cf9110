import { runCommand } from './cli/command';
import { importLabelsCommand } from './transfer/import-labels-command';

await runCommand(importLabelsCommand);
