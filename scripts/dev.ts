import { runCommand } from './cli/command';
import { devCommand } from './runtime/dev';

await runCommand(devCommand);
