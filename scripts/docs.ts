import { runCommand } from './cli/command';
import { docsCommand } from './docs/command';

await runCommand(docsCommand);
