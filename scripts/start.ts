import { runCommand } from './cli/command';
import { startCommand } from './runtime/start-command';

await runCommand(startCommand);
